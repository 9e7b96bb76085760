/*
 * verdict: definite 1 block 24 bytes; indirect 6 blocks 144 bytes; possible 0;
 *          cycles 0; reachable 0
 * valgrind: same
 *
 * Lost tree: a subtree is cut off and only its root's pointer is forgotten.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct node {
    struct node *left, *right;
    long key;
};

static struct node *grow(int levels)
{
    struct node *node;

    if (levels == 0)
        return NULL;
    node = malloc(sizeof(*node));
    if (!node)
        abort();
    node->key = levels;
    node->left = grow(levels - 1);
    node->right = grow(levels - 1);
    return node;
}

static struct node *tree;

static void leak(void)
{
    tree = grow(3);
    tree = NULL;
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
