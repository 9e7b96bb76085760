/*
 * Numbers of the dominator tree ascend from a node to what it dominates, so one pass upwards puts
 * each node into a group below its dominator's, and one downwards over the groups adds them up.
 *
 * A name is a small number: stacks first, then labels, then roots, then shapes. What is at the top
 * lies below one of two parents that are no groups, the living and the lost: a site with both
 * kinds of blocks is two owners.
 */
#include "libcaulk/owner_tree.h"

#include <stdlib.h>

#include "libcaulk/id_table.h"

#define TOP_ALIVE OWNER_NONE
#define TOP_LOST (OWNER_NONE - 1)
#define NAME_SEVERAL UINT32_MAX
#define LOOK_AHEAD 16u

/* What is looked at for every node, apart from the groups: few of them fit a cache line. */
struct brief {
    uint32_t parent, name;
    uint64_t example_rank; /* of its example: what that retains, above all if it has a stack */
};

/* A node that has its group; it is counted a while later, when memory has that at hand. */
struct placed {
    uint32_t example;
    bool alike; /* one of what the group is called by */
};

struct making {
    struct owner_tree *tree;
    struct brief *brief; /* group -> brief */
    const struct owners *owners;
    const struct cycles *cycles;
    struct id_table keys; /* parent and name -> group */
    uint32_t room;
    struct placed placed[LOOK_AHEAD]; /* not counted yet, by number */
};

static uint32_t block_count(const struct making *making)
{
    return making->owners->heap->graph.node_count;
}

static uint32_t label_base(const struct making *making)
{
    return making->owners->heap->dump->stack_count + 1;
}

/* Of blocks. */
static uint32_t name_of(const struct making *making, uint32_t stack, uint32_t label)
{
    return label == LABEL_NONE ? callers_of(&making->owners->heap->callers, stack)
                               : label_base(making) + label;
}

/* A group as it begins, without what is in it. */
static struct owner_group describe(const struct making *making, uint32_t node)
{
    const struct heap_graph *heap = making->owners->heap;
    uint32_t root_base = label_base(making) + heap->labels.count;
    uint32_t shape_base = root_base + making->owners->roots.count;
    struct owner_group group = {.kind = OWNER_BLOCK, .example = node};
    if (node < block_count(making)) {
        group.name = name_of(making, heap->dump->block_stack[node], labels_of(&heap->labels, node));
        return group;
    }
    uint32_t head = node - block_count(making);
    group.kind = head < making->owners->roots.count ? OWNER_ROOT : OWNER_CYCLE;
    group.index = head;
    group.name = root_base + head;
    if (group.kind == OWNER_CYCLE) {
        group.example = making->owners->cycle[head - making->owners->roots.count];
        group.index = making->cycles->cycle[group.example].shape;
        group.name = shape_base + group.index;
    }
    return group;
}

static bool add_group(struct making *making, struct owner_group group)
{
    struct owner_tree *tree = making->tree;
    if (tree->count == making->room) {
        uint32_t room = making->room ? making->room + making->room / 2 : 1024;
        struct owner_group *larger = realloc(tree->group, room * sizeof(*larger));
        if (larger)
            tree->group = larger;
        struct brief *larger_brief = realloc(making->brief, room * sizeof(*larger_brief));
        if (larger_brief)
            making->brief = larger_brief;
        if (!larger || !larger_brief)
            return false;
        making->room = room;
    }
    making->brief[tree->count] = (struct brief){group.parent, group.name, 0};
    tree->group[tree->count++] = group;
    return true;
}

/* The group of what is called `name` at or above a group, or OWNER_NONE. */
static uint32_t find_alike(const struct making *making, uint32_t group, uint32_t name)
{
    while (group != OWNER_NONE && making->brief[group].name != name)
        group = making->brief[group].parent;
    return group;
}

static bool join(struct making *making, uint32_t number, uint32_t parent,
                 struct owner_group described)
{
    struct owner_tree *tree = making->tree;
    described.lost = number >= making->owners->first_lost;
    described.parent = parent;
    described.depth = parent == OWNER_NONE ? 0 : tree->group[parent].depth + 1;
    uint32_t below = parent == OWNER_NONE && described.lost ? TOP_LOST : parent;
    uint32_t group;
    if (!id_table_add(&making->keys, (uint64_t)below << 32 | described.name, &group) ||
        (group == tree->count && !add_group(making, described)))
        return false;
    tree->group_of[number] = group;
    return true;
}

/* Where stacks were sampled, a block with a full stack says more than any without. */
static uint64_t example_rank(const struct owners *owners, uint32_t node, uint64_t retained)
{
    const uint64_t traced = UINT64_C(1) << 63;
    const struct heap_graph *heap = owners->heap;
    bool cut = node < heap->graph.node_count && heap->callers.of_stack &&
               dump_stack_is_cut(heap->dump, heap->dump->block_stack[node]);
    return retained | (heap->callers.of_stack && !cut ? traced : 0);
}

/* Counts a node for its group. */
static void count_node(struct making *making, uint32_t number)
{
    const struct placed placed = making->placed[number % LOOK_AHEAD];
    const struct owners *owners = making->owners;
    uint32_t index = making->tree->group_of[number];
    struct owner_group *group = &making->tree->group[index];
    uint32_t node = owners->dominators.node[number];
    bool is_block = node < block_count(making);
    if (is_block && heap_graph_counts(owners->heap, node)) {
        amount_add_block(&group->retained, owners->heap->dump->block_bytes[node]);
        if (placed.alike)
            amount_add_block(&group->own, owners->heap->dump->block_bytes[node]);
    }
    if (!placed.alike)
        return;
    group->count++;
    uint64_t rank = example_rank(owners, node, owners->retained[number].bytes);
    if (rank > making->brief[index].example_rank) {
        making->brief[index].example_rank = rank;
        group->example = placed.example;
    }
}

static bool place(struct making *making, uint32_t number)
{
    struct owner_tree *tree = making->tree;
    const struct dominators *dominators = &making->owners->dominators;
    struct owner_group described = describe(making, dominators->node[number]);
    uint32_t above = tree->group_of[dominators->parent[number]];
    uint32_t alike = find_alike(making, above, described.name);
    bool deepest =
        alike == OWNER_NONE && above != OWNER_NONE && tree->group[above].depth + 1 == OWNER_DEPTH;
    if (alike != OWNER_NONE)
        tree->group_of[number] = alike;
    else if (deepest)
        tree->group_of[number] = above;
    else if (!join(making, number, above, described))
        return false;
    making->placed[number % LOOK_AHEAD] = (struct placed){described.example, !deepest};
    __builtin_prefetch(&tree->group[tree->group_of[number]].retained);
    return true;
}

/* Nodes come in the order of a search, which memory knows nothing of. */
static void look_ahead(const struct making *making, uint32_t number)
{
    const struct dump *dump = making->owners->heap->dump;
    const struct dominators *dominators = &making->owners->dominators;
    if (number > dominators->reached || dominators->node[number] >= block_count(making))
        return;
    __builtin_prefetch(&dump->block_stack[dominators->node[number]]);
    __builtin_prefetch(&dump->block_bytes[dominators->node[number]]);
}

static bool join_sum(struct making *making, uint32_t parent, struct owner_group described,
                     uint32_t *ret_group)
{
    struct owner_tree *tree = making->tree;
    described.parent = parent;
    described.depth = parent == OWNER_NONE ? 0 : tree->group[parent].depth + 1;
    return id_table_add(&making->keys, (uint64_t)parent << 32 | described.name, ret_group) &&
           (*ret_group < tree->count || add_group(making, described));
}

/* The group at the top of an owner of sums, of which this is one. */
static bool place_owner(struct making *making, uint32_t index, uint32_t sum)
{
    const struct heap_graph *heap = making->owners->heap;
    const struct sum_owner *owner = &heap->dump->owners[index];
    struct owner_group group = {.kind = OWNER_SUM, .index = sum};
    if (making->tree->top_of_owner[index] != OWNER_NONE)
        return true;
    group.name = name_of(making, owner->stack, heap->labels.of_owner[index]);
    if (owner->kind == SUM_OWNER_SEVERAL) {
        group.kind = OWNER_SEVERAL;
        group.name = NAME_SEVERAL;
    }
    return join_sum(making, OWNER_NONE, group, &making->tree->top_of_owner[index]);
}

static bool place_sum(struct making *making, uint32_t index)
{
    struct owner_tree *tree = making->tree;
    const struct heap_graph *heap = making->owners->heap;
    const struct owned_sum *owned = &heap->dump->owned[index];
    struct owner_group described = {.kind = OWNER_SUM, .index = index};
    described.name = name_of(making, owned->sum.stack, labels_of_sum(&heap->labels, owned->of));
    if (!place_owner(making, owned->owner, index))
        return false;
    uint32_t top = tree->top_of_owner[owned->owner];
    tree->group_of_sum[index] = top;
    if (tree->group[top].name != described.name &&
        !join_sum(making, top, described, &tree->group_of_sum[index]))
        return false;
    struct owner_group *group = &tree->group[tree->group_of_sum[index]];
    struct amount amount = {owned->sum.blocks, owned->sum.bytes};
    group->count += amount.blocks;
    amount_add(&group->own, amount);
    amount_add(&group->retained, amount);
    if (group->kind == OWNER_SUM && amount.bytes > heap->dump->owned[group->index].sum.bytes)
        group->index = index;
    return true;
}

static bool place_sums(struct making *making)
{
    struct owner_tree *tree = making->tree;
    const struct owners *owners = making->owners;
    const struct dump *dump = owners->heap->dump;
    tree->group_of_sum = malloc((dump->owned_count + 1ul) * sizeof(*tree->group_of_sum));
    tree->top_of_owner = malloc((dump->owner_count + 1ul) * sizeof(*tree->top_of_owner));
    if (!tree->group_of_sum || !tree->top_of_owner)
        return false;
    for (uint32_t i = 0; i < dump->owner_count; i++) {
        uint32_t root = owners->roots.of_sum_owner[i];
        tree->top_of_owner[i] =
            root == ROOT_OWNER_NONE
                ? OWNER_NONE
                : tree->group_of[owners->dominators.number[block_count(making) + root]];
    }
    for (uint32_t i = 0; i < dump->owned_count; i++)
        if (!place_sum(making, i))
            return false;
    return true;
}

static bool place_all(struct making *making)
{
    const struct dominators *dominators = &making->owners->dominators;
    making->tree->group_of =
        malloc(((size_t)dominators->reached + 1) * sizeof(*making->tree->group_of));
    if (!making->tree->group_of)
        return false;
    making->tree->group_of[0] = OWNER_NONE;
    for (uint32_t number = 1; number <= dominators->reached; number++) {
        look_ahead(making, number + LOOK_AHEAD);
        if (number > LOOK_AHEAD)
            count_node(making, number - LOOK_AHEAD);
        if (!place(making, number))
            return false;
    }
    for (uint32_t left = LOOK_AHEAD; left-- > 0;)
        if (left < dominators->reached)
            count_node(making, dominators->reached - left);
    if (!place_sums(making))
        return false;
    for (uint32_t g = making->tree->count; g-- > 0;) {
        struct owner_group *group = &making->tree->group[g];
        if (group->parent != OWNER_NONE)
            amount_add(&making->tree->group[group->parent].retained, group->retained);
    }
    return true;
}

static int compare_groups(const void *left, const void *right, void *context)
{
    const struct owner_tree *tree = context;
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    uint64_t a_bytes = tree->group[a].retained.bytes, b_bytes = tree->group[b].retained.bytes;
    if (a_bytes != b_bytes)
        return a_bytes < b_bytes ? 1 : -1;
    return (a > b) - (a < b);
}

/* Row of a group's children in child_begin; the top's is after all groups'. */
static uint32_t row_of(const struct owner_tree *tree, uint32_t group)
{
    return group == OWNER_NONE ? tree->count : group;
}

static bool list_children(struct owner_tree *tree)
{
    size_t rows = (size_t)tree->count + 1;
    tree->child_begin = calloc(rows + 1, sizeof(*tree->child_begin));
    tree->child = malloc(rows * sizeof(*tree->child));
    if (!tree->child_begin || !tree->child)
        return false;
    uint32_t *fill = tree->child_begin + 1;
    for (uint32_t g = 0; g < tree->count; g++)
        fill[row_of(tree, tree->group[g].parent)]++;
    for (uint32_t row = 0, total = 0; row < rows; row++) {
        uint32_t count = fill[row];
        fill[row] = total;
        total += count;
    }
    for (uint32_t g = 0; g < tree->count; g++)
        tree->child[fill[row_of(tree, tree->group[g].parent)]++] = g;
    for (uint32_t row = 0; row < rows; row++)
        qsort_r(&tree->child[tree->child_begin[row]],
                tree->child_begin[row + 1] - tree->child_begin[row], sizeof(*tree->child),
                compare_groups, tree);
    return true;
}

bool owner_tree_init(struct owner_tree *tree, const struct owners *owners,
                     const struct cycles *cycles, struct error *err)
{
    *tree = (struct owner_tree){0};
    struct making making = {.tree = tree, .owners = owners, .cycles = cycles};
    bool done = place_all(&making) && list_children(tree);
    id_table_finish(&making.keys);
    free(making.brief);
    if (done)
        return true;
    owner_tree_finish(tree);
    return error_set(err, owners->heap->dump->path, "out of memory for the owners");
}

void owner_tree_finish(struct owner_tree *tree)
{
    free(tree->group);
    free(tree->group_of);
    free(tree->group_of_sum);
    free(tree->top_of_owner);
    free(tree->child_begin);
    free(tree->child);
    *tree = (struct owner_tree){0};
}

const uint32_t *owner_tree_children(const struct owner_tree *tree, uint32_t group,
                                    uint32_t *ret_count)
{
    uint32_t row = row_of(tree, group);
    *ret_count = tree->child_begin[row + 1] - tree->child_begin[row];
    return &tree->child[tree->child_begin[row]];
}

void owner_tree_sum_place(const struct owner_group *group, const struct dump *dump,
                          uint32_t *ret_stack, const char **ret_label)
{
    const struct owned_sum *owned = &dump->owned[group->index];
    const struct sum_owner *owner = &dump->owners[owned->owner];
    *ret_stack = group->depth ? owned->sum.stack : owner->stack;
    *ret_label = group->depth ? owned->sum.label : owner->label;
}

uint32_t owner_tree_top(const struct owner_tree *tree, const struct owners *owners, uint32_t block)
{
    uint32_t group = tree->group_of[owners->dominators.number[block]];
    while (group != OWNER_NONE && tree->group[group].parent != OWNER_NONE)
        group = tree->group[group].parent;
    return group;
}
