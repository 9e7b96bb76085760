/*
 * Stacks with a live block are numbered first, as there can be many more without. Then one pass
 * over the blocks adds what each stands for to its site, and the sites are put in order. Blocks'
 * types are compared by label number, never by string.
 */
#include "libcaulk/sites.h"

#include <stdlib.h>
#include <string.h>

/* site.type while collecting: the first block's label is compared with the others'. */
struct tally {
    struct site site;
    uint32_t label;
    bool seen, mixed;
};

static void add_block(struct tally *tally, const struct estimates *estimates, uint32_t block)
{
    struct site *site = &tally->site;
    const struct amount own = estimates_own(estimates, block);
    uint32_t label = labels_of(&estimates->heap->labels, block);
    if (!tally->seen)
        tally->label = label;
    tally->seen = true;
    tally->mixed |= tally->label != label;
    amount_add(&site->live, own);
    amount_add(&site->of_kind[verdicts_kind(estimates->verdicts, block)], own);
    site->samples += own.blocks > 0;
    if (!own.blocks)
        amount_add_block(&site->elsewhere, estimates->heap->dump->block_bytes[block]);
}

/* Each indirect block goes to the site of the source that it is counted under. */
static void add_held(struct tally *tally, const struct sites *sites,
                     const struct estimates *estimates)
{
    for (uint32_t v = 0; v < estimates->verdicts->lost.graph.node_count; v++) {
        uint32_t source;
        struct amount amount;
        if (estimates_held(estimates, v, &source, &amount))
            amount_add(&tally[sites_of(sites, estimates->heap->dump, source)].site.held, amount);
    }
}

static int compare_descending(uint64_t a, uint64_t b)
{
    return (a < b) - (a > b);
}

static int compare_sites(const void *left, const void *right)
{
    const struct site *a = left;
    const struct site *b = right;
    int order = compare_descending(a->of_kind[KIND_DEFINITE].bytes + a->held.bytes,
                                   b->of_kind[KIND_DEFINITE].bytes + b->held.bytes);
    if (!order)
        order =
            compare_descending(a->of_kind[KIND_POSSIBLE].bytes, b->of_kind[KIND_POSSIBLE].bytes);
    if (!order)
        order = compare_descending(a->live.bytes, b->live.bytes);
    return order ? order : (a->stack > b->stack) - (a->stack < b->stack);
}

static void add_sum(struct tally *tally, const struct block_sum *sum, uint32_t label)
{
    const struct amount amount = {sum->blocks, sum->bytes};
    if (!tally->seen)
        tally->label = label;
    tally->seen = true;
    tally->mixed |= tally->label != label;
    amount_add(&tally->site.live, amount);
    amount_add(&tally->site.of_kind[sum->what & SUM_KIND_MASK], amount);
    amount_add(&tally->site.held, (struct amount){sum->held_blocks, sum->held_bytes});
    tally->site.samples += sum->samples;
}

static void tally_blocks(struct tally *tally, const struct sites *sites,
                         const struct estimates *estimates)
{
    const struct heap_graph *heap = estimates->heap;
    for (uint32_t b = 0; b < heap->dump->block_count; b++)
        if (heap_graph_counts(heap, b))
            add_block(&tally[sites_of(sites, heap->dump, b)], estimates, b);
    for (uint32_t i = 0; i < heap->dump->sum_count; i++)
        add_sum(&tally[sites->of_stack[heap->dump->sums[i].stack]], &heap->dump->sums[i],
                labels_of_sum(&heap->labels, i));
    add_held(tally, sites, estimates);
}

/* Numbers the stacks that have a live block, in their own order for now. */
static bool number_sites(struct sites *sites, const struct heap_graph *heap)
{
    const struct dump *dump = heap->dump;
    size_t stack_count = (size_t)dump->stack_count + 1;
    sites->of_stack = malloc(stack_count * sizeof(*sites->of_stack));
    if (!sites->of_stack)
        return false;
    memset(sites->of_stack, 0xff, stack_count * sizeof(*sites->of_stack)); /* SITE_NONE */
    for (uint32_t b = 0; b < dump->block_count; b++)
        if (heap_graph_counts(heap, b))
            sites->of_stack[dump->block_stack[b]] = 0;
    for (uint32_t i = 0; i < dump->sum_count; i++)
        sites->of_stack[dump->sums[i].stack] = 0;
    for (size_t s = 0; s < stack_count; s++)
        if (sites->of_stack[s] != SITE_NONE)
            sites->of_stack[s] = sites->count++;
    return true;
}

static bool is_estimated(const struct estimates *estimates, uint32_t stack)
{
    bool estimated = false;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        estimated |= estimates_is(estimates, stack, (enum block_kind)kind);
    return estimated;
}

static void order_sites(struct sites *sites, const struct tally *tally,
                        const struct estimates *estimates)
{
    const struct heap_graph *heap = estimates->heap;
    for (uint32_t s = 0; s <= heap->dump->stack_count; s++) {
        uint32_t number = sites->of_stack[s];
        if (number == SITE_NONE)
            continue;
        struct site *site = &sites->site[number];
        *site = tally[number].site;
        site->stack = s;
        site->estimated = is_estimated(estimates, s);
        if (!tally[number].mixed && tally[number].label != LABEL_NONE)
            site->type = heap->labels.name[tally[number].label];
    }
    qsort(sites->site, sites->count, sizeof(*sites->site), compare_sites);
    for (uint32_t i = 0; i < sites->count; i++)
        sites->of_stack[sites->site[i].stack] = i;
}

static bool collect(struct sites *sites, const struct estimates *estimates)
{
    if (!number_sites(sites, estimates->heap))
        return false;
    struct tally *tally = calloc((size_t)sites->count + 1, sizeof(*tally));
    sites->site = malloc(((size_t)sites->count + 1) * sizeof(*sites->site));
    bool done = tally && sites->site;
    if (done) {
        tally_blocks(tally, sites, estimates);
        order_sites(sites, tally, estimates);
    }
    free(tally);
    return done;
}

bool sites_init(struct sites *sites, const struct estimates *estimates, struct error *err)
{
    *sites = (struct sites){0};
    if (collect(sites, estimates))
        return true;
    sites_finish(sites);
    return error_set(err, estimates->heap->dump->path, "out of memory for the sites");
}

void sites_finish(struct sites *sites)
{
    free(sites->site);
    free(sites->of_stack);
    *sites = (struct sites){0};
}
