/* Two calls on one line lose cycles that read the same, and a third one is on another line. */
#include <stdlib.h>

#include "samples/sample.h"

struct node {
    struct node *peer;
};

static __attribute__((noinline)) void lose(void)
{
    struct node *volatile left = malloc(sizeof(struct node));
    struct node *volatile right = malloc(40);
    if (!left || !right)
        abort();
    left->peer = right;
    right->peer = left;
}

static void lose_three(void)
{
    lose(), lose();
    lose();
}

int main(void)
{
    sample_build(lose_three);
    return caulk_dump(NULL) != 0;
}
