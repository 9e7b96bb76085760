/* Grown node by node; then the light ones are dropped, which are at the ends of branches, since
 * nobody weighs more than who called it. */
#include "cli/flame_tree.h"

#include <stdlib.h>

#include "cli/export_stack.h"
#include "libcaulk/memory.h"

struct growing {
    struct flame_tree *tree;
    struct id_table nodes; /* parent, name -> number of the node, less one */
};

static void add_amounts(struct flame_node *node, const struct site *site)
{
    amount_add(&node->live, site->live);
    amount_add(&node->lost, site->of_kind[KIND_DEFINITE]);
    amount_add(&node->lost, site->of_kind[KIND_INDIRECT]);
}

static void append(struct flame_tree *tree, struct flame_node node)
{
    tree->node = need_room(tree->node, tree->count, sizeof(*tree->node));
    tree->node[tree->count++] = node;
}

static uint32_t child_of(struct growing *growing, uint32_t parent, const struct frame *frame)
{
    struct flame_tree *tree = growing->tree;
    char *function = export_function(frame);
    uint32_t name = string_table_add(&tree->names, *function ? function : "?");
    free(function);
    uint32_t number = 1 + export_number(&growing->nodes, (uint64_t)parent << 32 | name);
    if (number == tree->count)
        append(tree, (struct flame_node){.parent = parent, .name = name});
    return number;
}

static void add_site(struct growing *growing, const struct opened *opened, uint32_t number)
{
    const struct site *site = &opened->analysis->sites.site[number];
    struct call_stack stack;
    uint32_t at = 0;
    export_stack(opened, number, &stack);
    add_amounts(&growing->tree->node[0], site);
    for (size_t i = stack.count; i-- > 0;) {
        at = child_of(growing, at, &stack.frame[i]);
        add_amounts(&growing->tree->node[at], site);
    }
    call_stack_finish(&stack);
}

static bool is_heavy(struct amount amount, struct amount all, uint64_t share)
{
    return amount.blocks &&
           (amount.bytes >= all.bytes / share || amount.blocks >= all.blocks / share);
}

static bool is_kept(const struct flame_tree *tree, uint32_t number, uint64_t share)
{
    const struct flame_node *node = &tree->node[number], *all = &tree->node[0];
    return !number || is_heavy(node->live, all->live, share) ||
           is_heavy(node->lost, all->lost, share);
}

static uint64_t choose_share(const struct flame_tree *tree)
{
    for (uint64_t share = FLAME_SHARE; share > 1; share /= 2) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < tree->count; i++)
            kept += is_kept(tree, i, share);
        if (kept <= FLAME_NODES_MAX)
            return share;
    }
    return 1;
}

static void drop_light(struct flame_tree *tree)
{
    uint64_t share = choose_share(tree);
    uint32_t *moved = allocate(tree->count, sizeof(*moved));
    uint32_t kept = 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        if (!is_kept(tree, i, share))
            continue;
        moved[i] = kept;
        tree->node[kept] = tree->node[i];
        tree->node[kept].parent = moved[tree->node[i].parent];
        kept++;
    }
    tree->left_out = tree->count - kept;
    tree->count = kept;
    free(moved);
}

void flame_tree_init(struct flame_tree *tree, const struct opened *opened)
{
    struct growing growing = {.tree = tree};
    *tree = (struct flame_tree){0};
    append(tree, (struct flame_node){.name = string_table_add(&tree->names, "all")});
    for (uint32_t i = 0; i < opened->analysis->sites.count; i++)
        add_site(&growing, opened, i);
    id_table_finish(&growing.nodes);
    drop_light(tree);
}

void flame_tree_finish(struct flame_tree *tree)
{
    string_table_finish(&tree->names);
    free(tree->node);
}

struct ordering {
    const struct flame_node *node;
    bool lost;
};

static int compare(const void *left, const void *right, void *context)
{
    const struct ordering *ordering = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    const struct flame_node *of_a = &ordering->node[a], *of_b = &ordering->node[b];
    uint64_t a_bytes = flame_bytes(of_a, ordering->lost);
    uint64_t b_bytes = flame_bytes(of_b, ordering->lost);
    if (of_a->parent != of_b->parent)
        return of_a->parent < of_b->parent ? -1 : 1;
    if (a_bytes != b_bytes)
        return a_bytes > b_bytes ? -1 : 1;
    return a < b ? -1 : 1;
}

struct flame_rows flame_rows_of(const struct flame_tree *tree, bool lost)
{
    struct flame_rows rows = {.row = allocate(tree->count, sizeof(*rows.row)),
                              .begin = allocate(tree->count + 1, sizeof(*rows.begin))};
    struct ordering ordering = {tree->node, lost};
    uint32_t count = 0, at = 0;
    for (uint32_t i = 1; i < tree->count; i++)
        if (flame_bytes(&tree->node[i], lost))
            rows.row[count++] = i;
    qsort_r(rows.row, count, sizeof(*rows.row), compare, &ordering);
    for (uint32_t parent = 0; parent <= tree->count; parent++) {
        rows.begin[parent] = at;
        while (at < count && tree->node[rows.row[at]].parent == parent)
            at++;
    }
    return rows;
}

void flame_rows_finish(struct flame_rows *rows)
{
    free(rows->row);
    free(rows->begin);
}
