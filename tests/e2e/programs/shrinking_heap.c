/*
 * Grows to as many megabytes of small blocks as the argument says, frees them all and gives the
 * memory back to the system, and then keeps one block.
 */
#include <malloc.h>

#include "tests/e2e/programs/gate.h"

#define BLOCK_BYTES 48u

struct node {
    struct node *next;
    char rest[BLOCK_BYTES - sizeof(struct node *)];
};

static struct node *first;
static void *volatile kept;

static void grow(size_t bytes)
{
    for (size_t i = 0; i < bytes / BLOCK_BYTES; i++) {
        struct node *node = malloc(sizeof(*node));
        if (!node)
            _exit(98);
        node->next = first;
        first = node;
    }
}

static void shrink(void)
{
    while (first) {
        struct node *node = first;
        first = node->next;
        free(node);
    }
    malloc_trim(0);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    kept = malloc(100);
    grow(strtoul(argv[1], NULL, 10) << 20);
    gate();
    shrink();
    gate();
    grow(1 << 20);
    gate();
    return kept == NULL;
}
