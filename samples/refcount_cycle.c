/*
 * verdict: definite 2 blocks 48 bytes; indirect 1 block 64 bytes; possible 0;
 *          cycles 1 of 2 blocks 48 bytes; reachable 0
 * valgrind: definite 1 block 24 bytes; indirect 2 blocks 88 bytes; possible 0
 *
 * Reference-counted objects in a cycle: the program gave back every reference that it took, and
 * still neither count reaches zero, since each object holds the other's last reference. This is
 * the leak that no missing free() explains. Valgrind makes one object owner of the other.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct object {
    long references;
    struct object *partner; /* a counted reference */
    char *text;
};

static struct object *object_create(void)
{
    struct object *object = calloc(1, sizeof(*object));

    if (!object)
        abort();
    object->references = 1;
    return object;
}

static struct object *object_ref(struct object *object)
{
    object->references++;
    return object;
}

static void object_unref(struct object *object)
{
    if (!object || --object->references > 0)
        return;
    object_unref(object->partner);
    free(object->text);
    free(object);
}

static void leak(void)
{
    struct object *session = object_create();
    struct object *filesystem = object_create();

    session->text = calloc(1, 64);
    session->partner = object_ref(filesystem);
    filesystem->partner = object_ref(session);
    object_unref(session);
    object_unref(filesystem);
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
