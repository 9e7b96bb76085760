/*
 * What groups of nodes retain: everything that could not be reached without one of the group's
 * nodes.
 *
 * The groups are components of a graph. With each component taken as one node the graph has no
 * cycles, and what a component retains is its subtree in that graph's dominator tree. Only what the
 * chosen components lead to is looked at. Linear in the graph; about 60 bytes per component led to.
 */
#ifndef CAULK_RETAINED_H
#define CAULK_RETAINED_H

#include "libcaulk/amount.h"
#include "libcaulk/components.h"

struct retained {
    struct amount amount; /* with the component's own */
    /* Places in the dominator tree: one component is retained by another where its interval
     * [first, end) lies in the other's. */
    uint32_t first, end;
};

typedef struct amount amount_fn(const void *context, uint32_t node);

/*
 * graph, components: every node can be reached from an entry. A component that no other points to
 * is an entry; so is each with entry[node] != 0 (NULL: no others). own[node]: what a node counts
 * for. ret_retained[i] is filled for chosen[i], a component. False where memory ran out.
 */
bool retained_find(const struct graph *graph, const struct components *components,
                   const uint8_t *entry, amount_fn *own, const void *context,
                   const uint32_t *chosen, uint32_t chosen_count, struct retained *ret_retained);

#endif
