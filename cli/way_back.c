/*
 * A container lies in its owner, and its nodes point to it there:
 *
 *     Session::names ──▶ node ──▶ node
 *            ▲────────────┘ parent
 *
 * Taken for ownership, each map in an object would make a cycle of it. A pointer into a block's
 * middle is nobody's to free it by, and a std::shared_ptr of a part of an object points to what
 * counts it, too.
 */
#include "cli/way_back.h"

#include <string.h>

#include "cli/words.h"

/* libstdc++'s: preload/containers.h */
#define TREE_NODE "std::map or set node"
#define TREE_PARENT 8u
#define LIST_NODE "std::list node"
#define LIST_NEXT 0u
#define LIST_PREVIOUS 8u

/* An object with more pointers is a table. */
#define POINTERS_MAX 1000u

static bool is_called(const struct opened *opened, uint32_t block, const char *name)
{
    const char *type = labels_name_of(&opened->analysis->heap.labels, block);
    return type && strcmp(type, name) == 0;
}

/* The last node's next is the list itself. */
static bool is_of_node(const struct opened *opened, uint32_t block, uint64_t offset,
                       uint32_t target)
{
    if (is_called(opened, block, TREE_NODE))
        return offset == TREE_PARENT;
    return is_called(opened, block, LIST_NODE) &&
           (offset == LIST_PREVIOUS ||
            (offset == LIST_NEXT && !is_called(opened, target, LIST_NODE)));
}

/* Has the owner a pointer to the block in its member at the offset `to`? */
static bool is_of_member(const struct opened *opened, uint32_t block, uint32_t owner, uint64_t to)
{
    const struct heap_graph *heap = &opened->analysis->heap;
    const uint64_t *begin = heap->graph.begin;
    struct phrase member = words_field(opened, owner, to);
    if (!*member.s || begin[owner + 1] - begin[owner] > POINTERS_MAX)
        return false;
    for (uint64_t e = begin[owner]; e < begin[owner + 1]; e++)
        if (heap->graph.target[e] == block &&
            !strcmp(words_field(opened, owner, heap_graph_offset(heap, owner, e)).s, member.s))
            return true;
    return false;
}

bool way_back(const struct opened *opened, uint32_t block, uint64_t offset)
{
    const struct dump *dump = opened->dump;
    const struct pointers *edges = &dump->edges;
    if (offset == OFFSET_UNKNOWN || block >= dump->block_count)
        return false;
    uint64_t padding = -dump->block_address[block] % sizeof(uint64_t);
    for (uint64_t e = edges->begin[block]; e < edges->begin[block + 1]; e++) {
        if (padding + edges->source_words[e] * sizeof(uint64_t) != offset)
            continue;
        uint32_t target = edges->target[e], to = edges->target_offset[e];
        return is_of_node(opened, block, offset, target) ||
               (to && target != block && is_of_member(opened, block, target, to));
    }
    return false;
}
