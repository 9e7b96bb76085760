/* A registry in a global, and one that is a function's own, each the only way to its blocks. */
#include <stdlib.h>

#include "preload/caulk.h"

struct entry {
    struct entry *next;
    char text[120];
};

struct registry {
    long count;
    struct {
        struct entry *newest, *oldest;
    } queues[2];
};

static struct registry registry;

static struct entry *make_entry(struct entry *next)
{
    struct entry *entry = calloc(1, sizeof(*entry));
    if (!entry)
        abort();
    entry->next = next;
    return entry;
}

static void remember(void)
{
    static struct registry hidden;
    hidden.queues[0].oldest = make_entry(hidden.queues[0].oldest);
}

int main(void)
{
    for (int i = 0; i < 10; i++)
        registry.queues[1].newest = make_entry(registry.queues[1].newest);
    remember();
    if (caulk_dump(NULL) != 0)
        return 1;
    registry.queues[1].newest = NULL;
    return caulk_dump(NULL) != 0;
}
