/*
 * See containers.h. What is no node is remembered as well, so that each block is passed a few times
 * at most, whatever it looks like: a tree of another kind is climbed only up to where somebody
 * climbed before, and a ring that is none is gone around once.
 */
#include "preload/containers.h"

#include <string.h>

#include "preload/fault_guard.h"
#include "preload/module_symbols.h"
#include "preload/pages.h"
#include "preload/peek.h"

#define WORD sizeof(uint64_t)
#define HEIGHT_MAX 128u /* a tree of 2^64 nodes has no more */
#define TREE_NODE_LEAST (5 * WORD)
#define LIST_NODE_LEAST (3 * WORD)
#define A_LIBSTDCXX_FUNCTION "_ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base"

enum { IS_TREE = 1, IS_LIST = 2, NO_TREE = 4, NO_LIST = 8 };
enum { RED, BLACK };

struct tree_node {
    uint32_t colour, unused;
    uint64_t parent, left, right;
};

struct tree_header {
    struct tree_node node;
    uint64_t count;
};

struct list_node {
    uint64_t next, previous;
};

struct list_header {
    struct list_node node;
    uint64_t count;
};

struct tree {
    struct containers *containers;
    uintptr_t header;
    size_t bytes; /* of each node's block */
    uint64_t count;
};

bool containers_init(struct containers *containers, const struct maps *maps,
                     const struct heap_blocks *heap, const struct loaded_module *const *modules,
                     uint32_t module_count)
{
    struct module_symbol symbol;
    memset(containers, 0, sizeof(*containers));
    if (!module_symbol_owner(maps, modules, module_count, A_LIBSTDCXX_FUNCTION, &symbol))
        return true;
    containers->maps = maps;
    containers->heap = heap;
    containers->known = pages_map(heap->index.block_count + 1ul);
    return containers->known;
}

void containers_finish(struct containers *containers)
{
    if (containers->known)
        pages_unmap(containers->known, containers->heap->index.block_count + 1ul);
    memset(containers, 0, sizeof(*containers));
}

/* What is known of the block of that size which starts there; NULL where none does. */
static uint8_t *block_at(const struct containers *containers, uintptr_t address, size_t bytes)
{
    struct heap_place place;
    struct heap_block block;
    return address % WORD == 0 && heap_blocks_find(containers->heap, address, &place) &&
                   place.offset == 0 &&
                   heap_blocks_at(containers->heap, place.number, address, &block) &&
                   block.bytes == bytes
               ? &containers->known[place.number]
               : NULL;
}

/* ---- trees ---- */

static bool may_be_tree_node(const struct tree_node *node)
{
    return node->colour <= BLACK && node->parent != 0 && node->parent % WORD == 0 &&
           node->left % WORD == 0 && node->right % WORD == 0 &&
           (node->left != node->right || node->left == 0);
}

static bool read_tree_node(const struct tree *tree, uintptr_t at, uint8_t **ret_known,
                           struct tree_node *ret_node)
{
    *ret_known = block_at(tree->containers, at, tree->bytes);
    return *ret_known && fault_guard_copy(ret_node, at, sizeof(*ret_node)) &&
           may_be_tree_node(ret_node);
}

/* Marks `count` nodes with that, or unmarks them; returns how many there are, up to the first that
 * does not fit or one more than the header says. */
static uint64_t walk_tree(const struct tree *tree, uintptr_t root, uint8_t set, uint8_t clear,
                          uint64_t count)
{
    struct {
        uintptr_t at, parent;
    } waiting[HEIGHT_MAX] = {{root, tree->header}};
    unsigned depth = 1;
    uint64_t passed = 0;
    while (depth > 0 && passed < count) {
        uintptr_t at = waiting[--depth].at, parent = waiting[depth].parent;
        struct tree_node node;
        uint8_t *known;
        if (!read_tree_node(tree, at, &known, &node) || node.parent != parent ||
            depth + 2 > HEIGHT_MAX)
            return passed;
        *known = (uint8_t)((*known | set) & ~clear);
        passed++;
        if (node.right != 0)
            waiting[depth++].at = node.right, waiting[depth - 1].parent = at;
        if (node.left != 0)
            waiting[depth++].at = node.left, waiting[depth - 1].parent = at;
    }
    return depth == 0 ? passed : passed + 1;
}

/* The header is not a node; it knows the root, both ends, and how many nodes there are. */
static bool is_header(const struct tree *tree, uintptr_t root, const struct tree_node *root_node,
                      const struct tree_header *header)
{
    struct tree_node left, right;
    uint8_t *known;
    return header->node.colour == RED && header->node.parent == root &&
           root_node->colour == BLACK && header->count != 0 &&
           header->count <= tree->containers->heap->index.block_count &&
           read_tree_node(tree, header->node.left, &known, &left) && left.left == 0 &&
           read_tree_node(tree, header->node.right, &known, &right) && right.right == 0;
}

static void mark_tree(struct tree *tree, uintptr_t root, uint64_t count)
{
    uint64_t passed = walk_tree(tree, root, IS_TREE, 0, count);
    if (passed != count)
        walk_tree(tree, root, NO_TREE, IS_TREE, passed < count ? passed : count);
}

/* Up to the root, and then down through all. Whoever is passed is no node unless that marks it. */
static void look_at_tree(struct containers *containers, uintptr_t address, size_t bytes)
{
    struct tree tree = {.containers = containers, .bytes = bytes};
    struct tree_node node, above;
    struct tree_header header;
    uintptr_t at = address;
    uint8_t *known;
    for (unsigned i = 0; i < HEIGHT_MAX && read_tree_node(&tree, at, &known, &node); i++) {
        if (*known & (NO_TREE | IS_TREE))
            return;
        *known |= NO_TREE;
        if (peek(containers->maps, node.parent, &header, sizeof(header)) &&
            is_header(&tree, at, &node, &header)) {
            tree.header = node.parent;
            mark_tree(&tree, at, header.count);
            return;
        }
        if (!read_tree_node(&tree, node.parent, &known, &above) ||
            (above.left != at && above.right != at))
            return;
        at = node.parent;
    }
}

/* ---- lists ---- */

static bool is_linked(const struct containers *containers, uintptr_t at,
                      const struct list_node *node)
{
    struct list_node next;
    return node->next % WORD == 0 && node->previous % WORD == 0 && node->next != 0 &&
           peek(containers->maps, node->next, &next, sizeof(next)) && next.previous == at;
}

/* Passes up to `count` nodes of the ring from there, all of them but the header; returns how many
 * they are, or 0 where it is no ring with one header that knows their number. */
static uint64_t walk_ring(struct containers *containers, uintptr_t from, size_t bytes, uint8_t set)
{
    struct list_header at;
    uintptr_t header = 0, here = from;
    uint64_t nodes = 0, count = 0;
    do {
        uint8_t *known = block_at(containers, here, bytes);
        if ((known && *known & set) || (!known && header != 0) ||
            !peek(containers->maps, here, &at, sizeof(at)) ||
            !is_linked(containers, here, &at.node))
            return 0;
        if (known) {
            *known |= set;
            nodes++;
        } else {
            header = here;
            count = at.count;
        }
        here = at.node.next;
    } while (here != from);
    return header != 0 && nodes == count ? nodes : 0;
}

static void look_at_list(struct containers *containers, uintptr_t address, size_t bytes)
{
    if (walk_ring(containers, address, bytes, NO_LIST) != 0)
        walk_ring(containers, address, bytes, IS_LIST);
}

enum container_node containers_node(struct containers *containers, uintptr_t address, size_t bytes)
{
    uint64_t words[4];
    if (!containers->known || bytes < LIST_NODE_LEAST ||
        !fault_guard_copy(words, address, bytes < sizeof(words) ? bytes : sizeof(words)))
        return CONTAINER_NONE;
    bool list = words[0] > BLACK && words[1] != 0 && (words[0] | words[1]) % WORD == 0;
    bool tree = (uint32_t)words[0] <= BLACK && bytes >= TREE_NODE_LEAST && words[1] != 0;
    uint8_t *known = list || tree ? block_at(containers, address, bytes) : NULL;
    if (!known)
        return CONTAINER_NONE;
    if (tree && !(*known & (NO_TREE | IS_TREE)))
        look_at_tree(containers, address, bytes);
    if (list && !(*known & (NO_LIST | IS_LIST)))
        look_at_list(containers, address, bytes);
    if (*known & IS_TREE)
        return CONTAINER_TREE;
    return *known & IS_LIST ? CONTAINER_LIST : CONTAINER_NONE;
}
