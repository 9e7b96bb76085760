/*
 * verdict: definite 1 block 16 bytes; indirect 4 blocks 64 bytes; possible 0;
 *          cycles 0; reachable 0
 * valgrind: same
 *
 * Lost list: the pointer to a singly linked list's head is overwritten. The head is lost, and the
 * other entries would have been released with it.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct entry {
    struct entry *next;
    long value;
};

static struct entry *head;

static void push(long value)
{
    struct entry *entry = malloc(sizeof(*entry));

    if (!entry)
        abort();
    entry->value = value;
    entry->next = head;
    head = entry;
}

static void leak(void)
{
    for (long i = 0; i < 5; i++)
        push(i);
    head = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
