/* Edges are collected in the order of finding, then counted and sorted by their parents. */
#include "cli/snapshot_parents.h"

#include <stdlib.h>
#include <string.h>

#include "cli/export_pointers.h"
#include "cli/words.h"
#include "libcaulk/memory.h"

#define TOP 0

struct making {
    const struct opened *opened;
    struct snapshot_parents parents;
};

static void add_edge(struct making *making, struct snapshot_edge edge)
{
    struct snapshot_parents *parents = &making->parents;
    parents->edge = need_room(parents->edge, parents->edge_count, sizeof(*parents->edge));
    parents->edge[parents->edge_count++] = edge;
}

static void hold(struct making *making, uint32_t parent, uint32_t block, bool weak)
{
    add_edge(making, (struct snapshot_edge){.from = parent,
                                            .target = block,
                                            .offset = OFFSET_UNKNOWN,
                                            .to_block = true,
                                            .weak = weak});
}

/* A parent below another one. */
static uint32_t add_parent(struct making *making, uint32_t above, const char *name)
{
    struct snapshot_parents *parents = &making->parents;
    parents->parent = need_room(parents->parent, parents->count, sizeof(*parents->parent));
    uint32_t number = parents->count++;
    parents->parent[number] = (struct snapshot_parent){.name = need_memory(strdup(name))};
    if (number != TOP)
        add_edge(making, (struct snapshot_edge){above, number, OFFSET_UNKNOWN, false, false});
    return number;
}

/* The parent in *number; made when it is asked for first. */
static uint32_t need_parent(struct making *making, uint32_t *number, const char *name)
{
    if (*number == TOP)
        *number = add_parent(making, TOP, name);
    return *number;
}

/* ---- roots ---- */

static uint32_t add_owner(struct making *making, const struct root_owner *owner, uint32_t *of_kind)
{
    const struct root *root = &making->opened->dump->roots[owner->root];
    struct root_words words = words_root(making->opened, root, owner->offset);
    uint32_t kind = need_parent(making, &of_kind[root->kind],
                                words_format("(%s)", root_kind_name(root->kind)).s);
    return add_parent(making, kind, words.phrase.s);
}

static void add_references(struct making *making, const struct root_owners *owners,
                           const uint32_t *parent_of)
{
    const struct dump *dump = making->opened->dump;
    for (uint32_t r = 0; r < dump->root_count; r++)
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++)
            add_edge(making, (struct snapshot_edge){
                                 .from = parent_of[owners->of_ref[ref]],
                                 .target = dump->refs.target[ref],
                                 .offset = export_reference_offset(making->opened, owners, r, ref),
                                 .to_block = true});
}

static void add_roots(struct making *making)
{
    struct root_owners owners;
    uint32_t of_kind[ROOT_KIND_END] = {TOP};
    export_roots_init(making->opened, &owners);
    uint32_t *parent_of = allocate(owners.count, sizeof(*parent_of));
    for (uint32_t i = 0; i < owners.count; i++)
        parent_of[i] = add_owner(making, &owners.owner[i], of_kind);
    add_references(making, &owners, parent_of);
    free(parent_of);
    root_owners_finish(&owners);
}

/* ---- what no root leads to ---- */

static void add_lost_cycles(struct making *making)
{
    const struct analysis *analysis = making->opened->analysis;
    uint32_t above = TOP;
    uint32_t *of_shape = allocate(analysis->shapes.count, sizeof(*of_shape));
    for (uint32_t i = 0; i < analysis->shapes.lost_count; i++) {
        const struct shape *shape = &analysis->shapes.shape[i];
        above = need_parent(making, &above, "(lost cycles)");
        of_shape[i] = add_parent(making, above, words_shape(making->opened, shape).s);
    }
    for (uint32_t i = 0; i < analysis->cycles.lost_count; i++) {
        const struct cycle *cycle = &analysis->cycles.cycle[i];
        hold(making, of_shape[cycle->shape], cycle->entry, cycle->kind != KIND_DEFINITE);
    }
    free(of_shape);
}

static bool is_in_cycle(const struct making *making, uint32_t block)
{
    return cycles_find(&making->opened->analysis->cycles, block) != CYCLE_NONE;
}

/* Everything else that is lost, or left on purpose, is behind these. */
static void add_others(struct making *making)
{
    const struct opened *opened = making->opened;
    uint32_t lost = TOP, ignored = TOP, runtime = TOP;
    for (uint32_t block = 0; block < opened->dump->block_count; block++) {
        enum block_kind kind = verdicts_kind(&opened->analysis->verdicts, block);
        uint8_t flags = opened->dump->block_flags[block];
        if (kind == KIND_DEFINITE && !is_in_cycle(making, block))
            hold(making, need_parent(making, &lost, "(lost)"), block, false);
        else if (kind == KIND_SUPPRESSED && flags & BLOCK_IGNORED)
            hold(making, need_parent(making, &ignored, "(ignored)"), block, false);
        else if (flags & BLOCK_RUNTIME)
            hold(making, need_parent(making, &runtime, "(the C library)"), block, false);
    }
}

static void add_sums(struct making *making)
{
    const struct dump *dump = making->opened->dump;
    uint32_t summed = TOP;
    for (uint32_t i = 0; i < dump->sum_count; i++)
        hold(making, need_parent(making, &summed, "(reachable, summed)"), dump->block_count + i,
             false);
}

/* ---- all ---- */

static void sort_edges(struct snapshot_parents *parents)
{
    struct snapshot_edge *sorted = allocate(parents->edge_count, sizeof(*sorted));
    for (uint64_t e = 0; e < parents->edge_count; e++)
        parents->parent[parents->edge[e].from].edge_end++;
    for (uint32_t p = 0; p < parents->count; p++) {
        uint64_t begin =
            p ? parents->parent[p - 1].edge_begin + parents->parent[p - 1].edge_end : 0;
        parents->parent[p].edge_begin = begin;
    }
    for (uint32_t p = 0; p < parents->count; p++)
        parents->parent[p].edge_end = parents->parent[p].edge_begin;
    for (uint64_t e = 0; e < parents->edge_count; e++)
        sorted[parents->parent[parents->edge[e].from].edge_end++] = parents->edge[e];
    free(parents->edge);
    parents->edge = sorted;
}

void snapshot_parents_init(const struct opened *opened, struct snapshot_parents *ret_parents)
{
    struct making making = {.opened = opened};
    add_parent(&making, TOP, "");
    add_roots(&making);
    add_lost_cycles(&making);
    add_others(&making);
    add_sums(&making);
    sort_edges(&making.parents);
    *ret_parents = making.parents;
}

void snapshot_parents_finish(struct snapshot_parents *parents)
{
    for (uint32_t i = 0; i < parents->count; i++)
        free(parents->parent[i].name);
    free(parents->parent);
    free(parents->edge);
    *parents = (struct snapshot_parents){0};
}
