/*
 * A heap of 300,000 blocks in a list, so that a dump takes a while; 7 more are lost.
 */
#include "tests/e2e/programs/gate.h"

struct entry {
    struct entry *next;
    char filling[56];
};

static struct entry *head;

int main(void)
{
    for (int i = 0; i < 300000; i++) {
        struct entry *entry = malloc(sizeof(*entry));

        if (!entry)
            return 1;
        entry->next = head;
        head = entry;
    }
    for (int i = 0; i < 7; i++)
        lose_block(123);
    gate();
    gate();
    return 0;
}
