/* A group's key has two parts: of a number for site and label, and of the rest. */
#include "cli/export_groups.h"

#include <stdlib.h>

#include "cli/export_stack.h"
#include "libcaulk/memory.h"

struct making {
    const struct opened *opened;
    struct id_table places; /* site, label */
    struct id_table keys;   /* place, kind, in a lost cycle */
    struct export_group *group;
};

static bool is_in_lost_cycle(const struct opened *opened, uint32_t block)
{
    uint32_t cycle = cycles_find(&opened->analysis->cycles, block);
    return cycle != CYCLE_NONE && opened->analysis->cycles.cycle[cycle].lost;
}

static struct export_group *find_group(struct making *making, struct export_group like)
{
    uint32_t place = export_number(&making->places, (uint64_t)like.site << 32 | like.label);
    uint64_t rest = (uint64_t)like.kind << 1 | like.in_lost_cycle;
    uint32_t known = making->keys.count;
    uint32_t number = export_number(&making->keys, (uint64_t)place << 32 | rest);
    if (number < known)
        return &making->group[number];
    making->group = need_room(making->group, known, sizeof(*making->group));
    making->group[number] = like;
    return &making->group[number];
}

static void add_block(struct making *making, uint32_t block)
{
    const struct analysis *analysis = making->opened->analysis;
    uint32_t site = opened_site_of(making->opened, block);
    struct amount own = estimates_own(&analysis->estimates, block);
    if (site == SITE_NONE || !own.blocks)
        return;
    const struct export_group like = {
        .site = site,
        .kind = verdicts_kind(&analysis->verdicts, block),
        .label = labels_of(&analysis->heap.labels, block),
        .in_lost_cycle = is_in_lost_cycle(making->opened, block),
    };
    amount_add(&find_group(making, like)->amount, own);
}

/* Blocks that the dump only has the sums of. */
static void add_sums(struct making *making)
{
    const struct analysis *analysis = making->opened->analysis;
    const struct dump *dump = making->opened->dump;
    for (uint32_t i = 0; i < dump->sum_count; i++) {
        const struct export_group like = {
            .site = analysis->sites.of_stack[dump->sums[i].stack],
            .kind = (enum block_kind)(dump->sums[i].what & SUM_KIND_MASK),
            .label = labels_of_sum(&analysis->heap.labels, i),
            .in_lost_cycle = dump->sums[i].what & SUM_IN_CYCLE,
        };
        amount_add(&find_group(making, like)->amount,
                   (struct amount){dump->sums[i].blocks, dump->sums[i].bytes});
    }
}

static int compare(const void *left, const void *right)
{
    const struct export_group *a = left, *b = right;
    if (a->site != b->site)
        return a->site < b->site ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->in_lost_cycle != b->in_lost_cycle)
        return a->in_lost_cycle ? -1 : 1;
    return a->label < b->label ? -1 : a->label > b->label;
}

void export_groups_init(const struct opened *opened, struct export_groups *ret_groups)
{
    struct making making = {.opened = opened};
    for (uint32_t block = 0; block < opened->dump->block_count; block++)
        add_block(&making, block);
    add_sums(&making);
    if (making.keys.count)
        qsort(making.group, making.keys.count, sizeof(*making.group), compare);
    *ret_groups = (struct export_groups){making.keys.count, making.group};
    id_table_finish(&making.places);
    id_table_finish(&making.keys);
}

void export_groups_finish(struct export_groups *groups)
{
    free(groups->group);
    *groups = (struct export_groups){0};
}
