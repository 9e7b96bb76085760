/*
 * Nodes of libstdc++'s containers, known by their links, as all of a container's nodes agree on
 * them and on their number. For the dump's child.
 *
 *     std::map, std::set   node    colour, ──▶ parent, ──▶ left, ──▶ right, the value
 *                          header  red, ──▶ root, ──▶ leftmost, ──▶ rightmost, number of nodes;
 *                                  the root's parent
 *     std::list            node    ──▶ next, ──▶ previous, the value
 *                          header  the same, of the ring, then the number of nodes
 *
 * A container is looked at once, when the first of its nodes is asked for. Memory: a byte a block.
 */
#ifndef CAULK_CONTAINERS_H
#define CAULK_CONTAINERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/heap_blocks.h"
#include "preload/maps.h"
#include "preload/modules.h"

enum container_node { CONTAINER_NONE, CONTAINER_TREE, CONTAINER_LIST, CONTAINER_END };

/* All zero: the program has no libstdc++ as a library, and no block is a node. */
struct containers {
    const struct maps *maps;
    const struct heap_blocks *heap;
    uint8_t *known; /* by block */
};

/* maps and heap are borrowed. False when there is no memory. */
bool containers_init(struct containers *containers, const struct maps *maps,
                     const struct heap_blocks *heap, const struct loaded_module *const *modules,
                     uint32_t module_count);
void containers_finish(struct containers *containers);

/* What the block that starts there is a node of. */
enum container_node containers_node(struct containers *containers, uintptr_t address, size_t bytes);

#endif
