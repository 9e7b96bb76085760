/*
 * Sites are tallied under the common numbers of their stacks, so that dumps in the middle need no
 * analysis of their own: only how much each site had.
 */
#include "libcaulk/diff.h"

#include <stdlib.h>

#include "libcaulk/diff_merged.h"
#include "libcaulk/diff_news.h"
#include "libcaulk/diff_rows.h"
#include "libcaulk/extra_edges.h"

struct making {
    struct diff *diff;
    struct dump *const *dumps;
    const struct analysis *oldest, *newest;
    struct diff_rows rows;
    struct diff_site *by_row; /* row -> its site while they are added up */
};

bool diff_by_caller(struct dump *const *dumps, uint32_t dump_count)
{
    bool sampled = false;
    for (uint32_t d = 0; d < dump_count; d++)
        sampled |= dumps[d]->process.stacks_mode == STACKS_SAMPLED;
    return sampled;
}

static bool make_rows(struct making *making)
{
    size_t count = making->diff->dump_count;
    making->by_row = calloc(making->rows.count, sizeof(*making->by_row));
    making->diff->samples = calloc(making->rows.count * count, sizeof(*making->diff->samples));
    if (!making->by_row || !making->diff->samples)
        return false;
    for (uint32_t r = 0; r < making->rows.count; r++) {
        making->by_row[r].old_site = making->by_row[r].new_site = SITE_NONE;
        making->by_row[r].samples = &making->diff->samples[r * count];
    }
    return true;
}

static struct diff_site *row_of(const struct making *making, uint32_t dump, uint32_t stack)
{
    return &making->by_row[making->rows.row[dump][stack]];
}

static struct diff_site *site_of(const struct making *making, uint32_t dump, uint32_t block)
{
    return row_of(making, dump, making->dumps[dump]->block_stack[block]);
}

/* Every site has a sample of every dump, of 0 bytes where it had none. */
static bool add_samples(struct making *making)
{
    for (uint32_t d = 0; d < making->diff->dump_count; d++) {
        const struct dump *dump = making->dumps[d];
        struct extra_edges extra;
        if (!extra_edges_init(&extra, dump))
            return false;
        for (uint32_t s = 0; s < making->rows.count; s++)
            making->by_row[s].samples[d].seconds = growth_seconds(dump);
        for (uint32_t b = 0; b < dump->block_count; b++)
            if (!extra.hollow || !extra.hollow[b])
                site_of(making, d, b)->samples[d].bytes += dump->block_bytes[b];
        for (uint32_t i = 0; i < dump->sum_count; i++)
            row_of(making, d, dump->sums[i].stack)->samples[d].bytes += dump->sums[i].bytes;
        extra_edges_finish(&extra);
    }
    return true;
}

/* SITE_NONE is the highest number. */
static void note_site(uint32_t *noted, uint32_t site)
{
    *noted = site < *noted ? site : *noted;
}

/* Where reachable blocks are only summed a block may be in the one dump and in a sum of the other.
 * What was born since the older dump is known, so of what is live now the rest survived, and of
 * what was live then the rest was freed. First `freed` and `survived` are what is live. */
static void add_live(struct making *making, uint32_t dump)
{
    const struct analysis *analysis = dump ? making->newest : making->oldest;
    const struct sites *sites = &analysis->sites;
    for (uint32_t i = 0; i < sites->count; i++) {
        struct diff_site *site =
            row_of(making, dump ? making->diff->dump_count - 1 : 0, sites->site[i].stack);
        note_site(dump ? &site->new_site : &site->old_site, i);
        amount_add(dump ? &site->growth.survived : &site->growth.freed, sites->site[i].live);
    }
}

static void add_born(struct making *making, uint32_t stack, struct amount born)
{
    amount_add(&row_of(making, 1, stack)->growth.born, born);
}

static bool take_away(struct amount *from, struct amount part)
{
    if (part.blocks > from->blocks || part.bytes > from->bytes)
        return false;
    from->blocks -= part.blocks;
    from->bytes -= part.bytes;
    return true;
}

static bool settle_live(struct making *making)
{
    for (uint32_t s = 0; s < making->rows.count; s++) {
        struct growth *growth = &making->by_row[s].growth;
        if (making->rows.merged_code)
            diff_merged_balance(growth);
        else if (!take_away(&growth->survived, growth->born) ||
                 !take_away(&growth->freed, growth->survived))
            return false;
        amount_add(&making->diff->born, growth->born);
        amount_add(&making->diff->freed, growth->freed);
        amount_add(&making->diff->survived, growth->survived);
    }
    return true;
}

static bool add_summed(struct making *making, struct error *err)
{
    const struct dump *new = making->newest->dump;
    add_live(making, 0);
    add_live(making, 1);
    for (uint32_t b = 0; b < new->block_count; b++)
        if (heap_graph_counts(&making->newest->heap, b) && new->block_birth[b] >= new->sums_since)
            add_born(making, new->block_stack[b], (struct amount){1, new->block_bytes[b]});
    for (uint32_t i = 0; !making->rows.merged_code && i < new->sum_count; i++)
        add_born(making, new->sums[i].stack,
                 (struct amount){new->sums[i].newer_blocks, new->sums[i].newer_bytes});
    return settle_live(making) || error_set(err, new->path, "more survived than there was in %s",
                                            making->oldest->dump->path);
}

static void add_old(struct making *making)
{
    const struct analysis *oldest = making->oldest;
    for (uint32_t b = 0; b < oldest->dump->block_count; b++) {
        if (!heap_graph_counts(&oldest->heap, b))
            continue;
        struct diff_site *site = site_of(making, 0, b);
        uint64_t bytes = oldest->dump->block_bytes[b];
        bool freed = making->diff->pair.in_new[b] == PAIR_NONE;
        note_site(&site->old_site, sites_of(&oldest->sites, oldest->dump, b));
        amount_add_block(freed ? &site->growth.freed : &site->growth.survived, bytes);
        amount_add_block(freed ? &making->diff->freed : &making->diff->survived, bytes);
    }
}

static void add_new(struct making *making)
{
    const struct analysis *newest = making->newest;
    uint32_t last = making->diff->dump_count - 1, part;
    for (uint32_t b = 0; b < newest->dump->block_count; b++) {
        if (!heap_graph_counts(&newest->heap, b))
            continue;
        struct diff_site *site = site_of(making, last, b);
        note_site(&site->new_site, sites_of(&newest->sites, newest->dump, b));
        if (making->diff->pair.in_old[b] != PAIR_NONE)
            continue;
        amount_add_block(&site->growth.born, newest->dump->block_bytes[b]);
        amount_add_block(&making->diff->born, newest->dump->block_bytes[b]);
        if (growth_part(making->dumps[last - 1], newest->dump, newest->dump->block_birth[b], &part))
            site->growth.born_part[part] += newest->dump->block_bytes[b];
    }
}

static int compare_sites(const void *left, const void *right)
{
    const struct diff_site *a = left, *b = right;
    int64_t a_gain = growth_gain(&a->growth), b_gain = growth_gain(&b->growth);
    if (a_gain != b_gain)
        return a_gain < b_gain ? 1 : -1;
    if (a->new_site != b->new_site)
        return a->new_site < b->new_site ? -1 : 1;
    return (a->old_site > b->old_site) - (a->old_site < b->old_site);
}

/* Sites that only dumps in the middle had came and went. */
static void list_sites(struct making *making)
{
    struct diff *diff = making->diff;
    uint32_t dumps = diff->dump_count;
    for (uint32_t s = 0; s < making->rows.count; s++) {
        struct diff_site site = making->by_row[s];
        if (site.old_site == SITE_NONE && site.new_site == SITE_NONE)
            continue;
        site.trend = growth_trend(&site.growth, site.samples, dumps, diff->parts_known);
        site.steadiness = growth_steadiness(&site.growth, site.samples, dumps, diff->parts_known);
        making->by_row[diff->site_count++] = site;
    }
    diff->site = making->by_row;
    making->by_row = NULL;
    qsort(diff->site, diff->site_count, sizeof(*diff->site), compare_sites);
}

static bool count_newly_lost_merged(struct making *making)
{
    uint32_t last = making->diff->dump_count - 1;
    making->diff->newly_lost_cycles = diff_merged_new_cycles(making->oldest, making->newest);
    return diff_merged_newly_lost((struct merged_rows){making->dumps[0], making->rows.row[0]},
                                  (struct merged_rows){making->dumps[last], making->rows.row[last]},
                                  making->rows.count, making->diff->newly_lost);
}

static bool check_detail(const struct making *making, struct error *err)
{
    const struct dump *const old = making->dumps[0];
    for (uint32_t d = 1; d < making->diff->dump_count; d++) {
        const struct dump *const new = making->dumps[d];
        if ((!old->process.only_lost && !new->process.only_lost) ||
            (old->process.merged && new->process.merged))
            continue;
        if (old->process.only_lost != new->process.only_lost)
            return error_set(err, (old->process.only_lost ? old : new)->path,
                             "made with --detail=lost: it compares with such dumps alone");
        if (new->process.no_births)
            return error_set(err, new->path,
                             "made with --detail=lost and memory=low: nothing tells what is new");
        if (d > 1 || new->sums_since != old->process.tick + 1)
            return error_set(err, new->path,
                             "made with --detail=lost: it compares with the dump made just before");
    }
    return true;
}

static bool compare(struct making *making, struct error *err)
{
    struct diff *diff = making->diff;
    uint32_t last = diff->dump_count - 1;
    if (!check_detail(making, err))
        return false;
    diff->by_caller = diff_by_caller(making->dumps, diff->dump_count);
    if (!diff_rows_init(&making->rows, making->dumps, diff->dump_count, diff->by_caller) ||
        !make_rows(making) || !add_samples(making))
        return error_set(err, making->dumps[last]->path, "out of memory for the sites");
    if (!dump_pair_init(&diff->pair, making->dumps[0], making->rows.common[0], making->dumps[last],
                        making->rows.common[last], err) ||
        !dropped_find(&diff->pair, making->oldest, making->newest, &diff->dropped, err))
        return false;
    diff->parts_known = growth_parts_known(making->dumps[last - 1], making->dumps[last]);
    if (making->dumps[0]->process.only_lost) {
        if (!add_summed(making, err))
            return false;
    } else {
        add_old(making);
        add_new(making);
    }
    list_sites(making);
    diff_news_count(diff, making->oldest, making->newest);
    if (making->rows.merged_code && !count_newly_lost_merged(making))
        return error_set(err, making->dumps[last]->path, "out of memory for what is lost");
    return true;
}

bool diff_init(struct diff *diff, struct dump *const *dumps, uint32_t dump_count,
               const struct analysis *oldest, const struct analysis *newest, struct error *err)
{
    *diff = (struct diff){.dump_count = dump_count};
    struct making making = {.diff = diff, .dumps = dumps, .oldest = oldest, .newest = newest};
    bool done = compare(&making, err);
    free(making.by_row);
    diff_rows_finish(&making.rows);
    if (!done)
        diff_finish(diff);
    return done;
}

void diff_finish(struct diff *diff)
{
    dump_pair_finish(&diff->pair);
    dropped_finish(&diff->dropped);
    free(diff->site);
    free(diff->samples);
    *diff = (struct diff){0};
}
