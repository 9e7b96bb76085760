/*
 * verdict: definite 0; indirect 0; possible 0; cycles 0; reachable 2 blocks 48 bytes
 * valgrind: same
 *
 * Reachable cycle: parent and child point to each other and a global points to the parent. Nothing
 * is lost; most programs are full of such cycles.
 */
#include <stdlib.h>

#include "samples/sample.h"

struct window {
    struct window *parent, *child;
    long id;
};

static struct window *desktop;

static struct window *open_window(struct window *parent, long id)
{
    struct window *window = calloc(1, sizeof(*window));

    if (!window)
        abort();
    window->parent = parent;
    window->id = id;
    if (parent)
        parent->child = window;
    return window;
}

static void build(void)
{
    desktop = open_window(NULL, 1);
    open_window(desktop, 2);
}

int main(void)
{
    sample_build(build);
    return caulk_dump(NULL) != 0;
}
