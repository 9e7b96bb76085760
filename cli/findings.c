/*
 * Each lost block is counted under one source, a definite block (verdicts.source). Where that
 * source is in a lost cycle, the cycle's shape stands for both; else the source's site does.
 */
#include "cli/findings.h"

#include <stdlib.h>

#include "cli/fatal.h"
#include "libcaulk/memory.h"
#include "libcaulk/suspects.h"

static void note_birth(const struct opened *opened, struct finding *finding, uint32_t block)
{
    double born;
    if (!opened_born(opened, block, &born))
        return;
    if (!finding->born_known || born < finding->first_seconds)
        finding->first_seconds = born;
    if (!finding->born_known || born > finding->last_seconds)
        finding->last_seconds = born;
    finding->born_known = true;
    age_profile_add(&finding->ages, &opened->dump->process, opened->dump->block_birth[block],
                    opened->dump->block_bytes[block]);
}

/* Births and the example are of blocks that have this stack themselves. */
static void add_own(const struct opened *opened, struct finding *finding, uint32_t block)
{
    const struct amount own = estimates_own(&opened->analysis->estimates, block);
    if (!own.blocks)
        return;
    if (!finding->own.blocks)
        finding->example = block;
    finding->samples++;
    amount_add(&finding->own, own);
    note_birth(opened, finding, block);
}

static uint64_t weight(const struct finding *finding)
{
    return finding->own.bytes + finding->held.bytes;
}

/* Most bytes first; then cycles before sites, then by id: the order never depends on chance. */
static int compare(const void *left, const void *right)
{
    const struct finding *a = left, *b = right;
    if (weight(a) != weight(b))
        return weight(a) > weight(b) ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind == FINDING_SHAPE ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static bool is_pending(const struct opened *opened, uint32_t block)
{
    return pending_is(&opened->analysis->pending, &opened->analysis->verdicts, block);
}

void findings_rank(struct findings *findings)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < findings->count; i++)
        if (findings->finding[i].own.blocks)
            findings->finding[kept++] = findings->finding[i];
    qsort(findings->finding, kept, sizeof(*findings->finding), compare);
    findings->count = kept;
}

static void rank(struct finding *finding, uint32_t count, struct findings *ret_findings)
{
    *ret_findings = (struct findings){count, finding};
    findings_rank(ret_findings);
}

static void add_shape(const struct opened *opened, uint32_t index, struct finding *finding)
{
    const struct shape *shape = &opened->analysis->shapes.shape[index];
    finding->kind = FINDING_SHAPE;
    finding->index = index;
    finding->own = shape->own;
    finding->cycles = shape->cycle_count;
    finding->held.blocks = shape->retained.blocks - shape->own.blocks;
    finding->held.bytes = shape->retained.bytes - shape->own.bytes;
    finding->example = shape->members[0].block;
}

static void note_cycle_births(const struct opened *opened, struct finding *by_shape)
{
    const struct cycles *cycles = &opened->analysis->cycles;
    for (uint32_t c = 0; c < cycles->count; c++)
        for (uint32_t m = 0; m < cycles->cycle[c].member_count; m++)
            note_birth(opened, &by_shape[cycles->cycle[c].shape],
                       cycles->member[cycles->cycle[c].first + m]);
}

/* Block -> 1 where it is in a lost cycle. */
static uint8_t *mark_cycle_members(const struct opened *opened)
{
    const struct cycles *cycles = &opened->analysis->cycles;
    uint8_t *in_cycle = allocate(opened->dump->block_count, sizeof(*in_cycle));
    for (uint32_t c = 0; c < cycles->lost_count; c++)
        for (uint32_t m = 0; m < cycles->cycle[c].member_count; m++)
            in_cycle[cycles->member[cycles->cycle[c].first + m]] = 1;
    return in_cycle;
}

static void add_definite(const struct opened *opened, const uint8_t *in_cycle,
                         struct finding *by_site)
{
    const struct verdicts *verdicts = &opened->analysis->verdicts;
    for (uint32_t node = 0; node < verdicts->lost.graph.node_count; node++) {
        uint32_t block = verdicts->lost.node[node];
        uint32_t site = opened_site_of(opened, block);
        if (verdicts_kind(verdicts, block) == KIND_DEFINITE && !in_cycle[block] &&
            !is_pending(opened, block) && site != SITE_NONE)
            add_own(opened, &by_site[site], block);
    }
}

static void add_held(const struct opened *opened, const uint8_t *in_cycle, struct finding *by_site)
{
    const struct analysis *analysis = opened->analysis;
    for (uint32_t node = 0; node < analysis->verdicts.lost.graph.node_count; node++) {
        uint32_t source;
        struct amount held;
        if (!estimates_held(&analysis->estimates, node, &source, &held) || in_cycle[source])
            continue;
        uint32_t site = opened_site_of(opened, source);
        if (site != SITE_NONE)
            amount_add(&by_site[site].held, held);
    }
}

/* The blocks that the dump has only the sums of. */
static void add_sum(const struct opened *opened, const struct block_sum *sum,
                    struct finding *finding)
{
    const struct process *process = &opened->dump->process;
    double first = leak_born_seconds(process, sum->first_birth);
    double last = leak_born_seconds(process, sum->last_birth);
    amount_add(&finding->own, (struct amount){sum->blocks, sum->bytes});
    amount_add(&finding->held, (struct amount){sum->held_blocks, sum->held_bytes});
    finding->samples += sum->samples;
    if (sum->what & SUM_IN_CYCLE)
        finding->in_cycles += sum->blocks;
    if (process->no_births)
        return;
    if (!finding->born_known || first < finding->first_seconds)
        finding->first_seconds = first;
    if (!finding->born_known || last > finding->last_seconds)
        finding->last_seconds = last;
    finding->born_known = true;
    age_profile_add_sum(&finding->ages, sum);
}

/* Of what is pending only the findings of a kind tell. */
static void add_sums(const struct opened *opened, enum block_kind kind, bool pending_too,
                     struct finding *by_site)
{
    for (uint32_t i = 0; i < opened->dump->sum_count; i++) {
        const struct block_sum *sum = &opened->dump->sums[i];
        if ((enum block_kind)(sum->what & SUM_KIND_MASK) == kind &&
            (pending_too || !(sum->what & SUM_PENDING)))
            add_sum(opened, sum, &by_site[opened->analysis->sites.of_stack[sum->stack]]);
    }
}

static void name_sites(const struct opened *opened, enum block_kind kind, struct finding *by_site)
{
    const struct sites *sites = &opened->analysis->sites;
    for (uint32_t i = 0; i < sites->count; i++) {
        by_site[i].kind = FINDING_SITE;
        by_site[i].index = i;
        by_site[i].estimated =
            estimates_is(&opened->analysis->estimates, sites->site[i].stack, kind);
    }
}

void findings_lost(const struct opened *opened, struct findings *ret_findings)
{
    const struct analysis *analysis = opened->analysis;
    uint32_t sites = analysis->sites.count, shapes = analysis->shapes.count;
    struct finding *finding = allocate((size_t)sites + shapes, sizeof(*finding));
    struct finding *by_shape = finding + sites;
    name_sites(opened, KIND_DEFINITE, finding);
    uint8_t *in_cycle = mark_cycle_members(opened);
    add_definite(opened, in_cycle, finding);
    add_held(opened, in_cycle, finding);
    add_sums(opened, KIND_DEFINITE, false, finding);
    free(in_cycle);
    for (uint32_t i = 0; i < analysis->shapes.lost_count; i++)
        if (!analysis->shapes.shape[i].pending)
            add_shape(opened, i, &by_shape[i]);
    note_cycle_births(opened, by_shape);
    rank(finding, sites + shapes, ret_findings);
}

void findings_live_cycles(const struct opened *opened, struct findings *ret_findings)
{
    const struct shapes *shapes = &opened->analysis->shapes;
    struct finding *finding = allocate(shapes->count, sizeof(*finding));
    for (uint32_t i = shapes->lost_count; i < shapes->count; i++)
        add_shape(opened, i, &finding[i]);
    note_cycle_births(opened, finding);
    rank(finding, shapes->count, ret_findings);
}

struct of_kind {
    const struct opened *opened;
    enum block_kind kind;
};

static uint32_t site_of(const void *context, uint32_t block)
{
    const struct of_kind *of = context;
    if (verdicts_kind(&of->opened->analysis->verdicts, block) != of->kind)
        return OWNERS_NO_GROUP;
    return opened_site_of(of->opened, block);
}

struct amount *findings_retained(const struct opened *opened, enum block_kind kind)
{
    uint32_t sites = opened->analysis->sites.count;
    const struct of_kind of = {opened, kind};
    struct error err;
    if (!opened->owners.retained || opened->dump->process.only_lost)
        return NULL;
    struct amount *retained = allocate(sites, sizeof(*retained));
    if (!owners_by_group(&opened->owners, site_of, &of, sites, retained, &err))
        fatal_error(&err);
    return retained;
}

static void add_retained(const struct opened *opened, enum block_kind kind, struct finding *by_site)
{
    struct amount *retained = findings_retained(opened, kind);
    for (uint32_t i = 0; retained && i < opened->analysis->sites.count; i++)
        if (!by_site[i].estimated)
            by_site[i].retained = retained[i];
    free(retained);
}

void findings_of_kind(const struct opened *opened, enum block_kind kind,
                      struct findings *ret_findings)
{
    uint32_t sites = opened->analysis->sites.count;
    struct finding *finding = allocate(sites, sizeof(*finding));
    name_sites(opened, kind, finding);
    for (uint32_t block = 0; block < opened->dump->block_count; block++) {
        uint32_t site = opened_site_of(opened, block);
        if (site != SITE_NONE && verdicts_kind(&opened->analysis->verdicts, block) == kind)
            add_own(opened, &finding[site], block);
    }
    add_sums(opened, kind, true, finding);
    add_retained(opened, kind, finding);
    rank(finding, sites, ret_findings);
}

void findings_places(const struct opened *opened, struct findings *ret_findings)
{
    uint64_t live = opened->analysis->live.bytes;
    *ret_findings = (struct findings){0};
    if (!opened->dump->process.only_lost || opened->dump->owned_count)
        return;
    findings_of_kind(opened, KIND_REACHABLE, ret_findings);
    uint32_t count = 0;
    while (count < ret_findings->count &&
           ret_findings->finding[count].own.bytes >= live / SUSPECT_SHARE)
        count++;
    ret_findings->count = count;
}

void findings_finish(struct findings *findings)
{
    free(findings->finding);
}
