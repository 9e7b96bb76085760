/*
 * verdict: definite 1 block 200 bytes; indirect 1 block 30 bytes; possible 0; cycles 0; reachable 0
 * valgrind: same
 *
 * Labels: the program names its blocks' types, and the analysis says "session" and "user_name"
 * where it would have had a stack only.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct session {
    char *user_name;
    char state[192];
};

static void *allocate(size_t bytes, const char *type)
{
    void *block = calloc(1, bytes);

    if (!block)
        abort();
    caulk_label(block, type);
    return block;
}

static struct session *session;

static void leak(void)
{
    session = allocate(sizeof(*session), "session");
    session->user_name = allocate(30, "user_name");
    session = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
