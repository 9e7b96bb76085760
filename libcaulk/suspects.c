/* The heaviest owners at the top of the tree, and then one pass for the births of what they hold.
 */
#include "libcaulk/suspects.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/import_stacks.h"

/* Blocks come by address, their numbers in the order of a search. */
#define LOOK_AHEAD 16u

static bool is_runtimes_own(const struct owners *owners, const struct owner_group *group)
{
    const struct dump *dump = owners->heap->dump;
    if (group->kind == OWNER_SUM)
        return dump->owners[dump->owned[group->index].owner].kind == SUM_OWNER_RUNTIME;
    if (group->kind == OWNER_ROOT)
        return dump->roots[owners->roots.owner[group->index].root].kind == ROOT_RUNTIME;
    return dump->block_flags[group->example] & BLOCK_RUNTIME;
}

uint32_t suspects_heavy_child(const struct owner_tree *tree, uint32_t group)
{
    uint32_t count;
    const uint32_t *child = owner_tree_children(tree, group, &count);
    if (!count || tree->group[child[0]].retained.bytes < tree->group[group].retained.bytes / 2)
        return OWNER_NONE;
    return child[0];
}

static uint32_t find_body(const struct owner_tree *tree, uint32_t group)
{
    uint32_t body = group;
    for (uint32_t g = group; g != OWNER_NONE; g = suspects_heavy_child(tree, g))
        if (tree->group[g].own.blocks > tree->group[body].own.blocks)
            body = g;
    return body;
}

static void choose(const struct owner_tree *tree, const struct owners *owners,
                   struct suspects *suspects)
{
    uint32_t count;
    const uint32_t *top = owner_tree_children(tree, OWNER_NONE, &count);
    for (uint32_t i = 0; i < count && suspects->count < SUSPECT_SHARE; i++) {
        const struct owner_group *group = &tree->group[top[i]];
        if (group->retained.bytes * SUSPECT_SHARE < owners->retained[0].bytes ||
            !group->retained.bytes)
            return;
        if (group->lost || group->kind == OWNER_CYCLE || group->kind == OWNER_SEVERAL ||
            is_runtimes_own(owners, group))
            continue;
        suspects->suspect[suspects->count++] =
            (struct suspect){.group = top[i], .body = find_body(tree, top[i])};
    }
}

/* Group -> the suspect that it belongs to, count of them where to none. A parent comes before its
 * children. */
static uint8_t *mark_groups(const struct owner_tree *tree, const struct suspects *suspects)
{
    uint8_t *of_group = malloc((size_t)tree->count + 1);
    if (!of_group)
        return NULL;
    memset(of_group, (int)suspects->count, tree->count);
    for (uint32_t i = 0; i < suspects->count; i++)
        of_group[suspects->suspect[i].group] = (uint8_t)i;
    for (uint32_t g = 0; g < tree->count; g++)
        if (tree->group[g].parent != OWNER_NONE)
            of_group[g] = of_group[tree->group[g].parent];
    return of_group;
}

static void add_blocks(const struct owner_tree *tree, const struct owners *owners,
                       struct suspects *suspects, const uint8_t *of_group, const uint8_t *imports)
{
    const struct dump *dump = owners->heap->dump;
    for (uint32_t b = 0; b < dump->block_count; b++) {
        if (b + LOOK_AHEAD < dump->block_count)
            __builtin_prefetch(&tree->group_of[owners->dominators.number[b + LOOK_AHEAD]]);
        uint32_t group = tree->group_of[owners->dominators.number[b]];
        if (group != OWNER_NONE && of_group[group] < suspects->count &&
            heap_graph_counts(owners->heap, b))
            age_profile_add(&suspects->suspect[of_group[group]].ages, &dump->process,
                            imports[dump->block_stack[b]] ? 0 : dump->block_birth[b],
                            dump->block_bytes[b]);
    }
}

static void add_sums(const struct owner_tree *tree, const struct dump *dump,
                     struct suspects *suspects, const uint8_t *of_group)
{
    for (uint32_t i = 0; i < dump->owned_count; i++) {
        uint8_t suspect = of_group[tree->group_of_sum[i]];
        if (suspect < suspects->count)
            age_profile_add_sum(&suspects->suspect[suspect].ages, &dump->owned[i].sum);
    }
}

static bool add_ages(const struct owner_tree *tree, const struct owners *owners,
                     struct suspects *suspects)
{
    const struct dump *dump = owners->heap->dump;
    uint8_t *of_group = mark_groups(tree, suspects), *imports = import_stacks(dump);
    bool done = of_group && imports;
    if (done) {
        add_blocks(tree, owners, suspects, of_group, imports);
        add_sums(tree, dump, suspects, of_group);
    }
    free(of_group);
    free(imports);
    for (uint32_t i = 0; i < suspects->count; i++)
        suspects->suspect[i].trend = age_profile_trend(&suspects->suspect[i].ages, &dump->process);
    return done;
}

static bool add_holders(const struct owner_tree *tree, const struct owners *owners,
                        struct suspects *suspects, struct error *err)
{
    uint32_t shared[SUSPECT_SHARE], count = 0;
    struct owner_holders *found;
    for (uint32_t i = 0; i < suspects->count; i++)
        if (owner_is_of_blocks(&tree->group[suspects->suspect[i].group]))
            shared[count++] = suspects->suspect[i].group;
    if (!owner_holders_find(tree, owners, shared, count, &found, err))
        return false;
    for (uint32_t i = 0, next = 0; i < suspects->count; i++)
        if (owner_is_of_blocks(&tree->group[suspects->suspect[i].group]))
            suspects->suspect[i].holders = found[next++];
    free(found);
    return true;
}

bool suspects_find(const struct owner_tree *tree, const struct owners *owners,
                   struct suspects *ret_suspects, struct error *err)
{
    struct suspects suspects = {0};
    if (owners->heap->dump->process.only_lost && !owners->heap->dump->owned_count) {
        *ret_suspects = suspects;
        return true;
    }
    choose(tree, owners, &suspects);
    if (!add_ages(tree, owners, &suspects))
        return error_set(err, owners->heap->dump->path, "out of memory for the owners' ages");
    if (!add_holders(tree, owners, &suspects, err))
        return false;
    *ret_suspects = suspects;
    return true;
}
