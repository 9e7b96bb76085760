/*
 * The parts are brought in an order in which parents precede their children; then each kind of
 * thing is summed by itself, the ones that are pointed to first: modules, stacks, blocks, edges,
 * roots.
 */
#include "libcaulk/dump_sum.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/dump_sum_parts.h"

/* Of one program's start the one forked first precedes: its parent is not forked after it. */
static int compare_parts(const void *left, const void *right)
{
    const struct process *a = &(*(struct dump *const *)left)->process;
    const struct process *b = &(*(struct dump *const *)right)->process;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    if (a->fork_tick != b->fork_tick)
        return a->fork_tick < b->fork_tick ? -1 : 1;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

/* So that sums of amounts, of at most 2^52 each, fit 64 bits. */
#define PARTS_MAX 4095u

static bool check_parts(struct dump **parts, uint32_t part_count, struct error *err)
{
    uint64_t blocks = 0, stacks = 0;
    if (part_count > PARTS_MAX)
        return error_set(err, parts[0]->path, "one of %" PRIu32 " dumps; %u at most can be summed",
                         part_count, PARTS_MAX);
    for (uint32_t i = 0; i < part_count; i++) {
        blocks += parts[i]->block_count;
        stacks += parts[i]->stack_count;
        if (parts[i]->process.merged)
            return error_set(err, parts[i]->path,
                             "a merged dump; caulk merge adds it to other dumps");
        if (parts[i]->process.only_lost)
            return error_set(err, parts[i]->path,
                             "made with --detail=lost: without its reachable blocks it can't be "
                             "added to other dumps");
        if (i && !compare_parts(&parts[i - 1], &parts[i]))
            return error_set(err, parts[i]->path,
                             "the same process as %s; caulk diff compares two of its dumps",
                             parts[i - 1]->path);
    }
    if (blocks >= UINT32_MAX || stacks >= UINT32_MAX)
        return error_set(err, parts[0]->path, "too many blocks in all of the dumps");
    return true;
}

/* Where some stacks were sampled, and not all alike, no single probability holds for a block. */
static void add_sampling(struct process *to, const struct process *from)
{
    if (to->stacks_mode != STACKS_SAMPLED && from->stacks_mode != STACKS_SAMPLED)
        return;
    if (to->stacks_mode != from->stacks_mode || to->sample_bytes != from->sample_bytes)
        to->sample_bytes = 0;
    to->stacks_mode = STACKS_SAMPLED;
}

void sum_process_add(struct process *to, const struct process *from)
{
    to->rss_bytes += from->rss_bytes;
    to->in_use_bytes += from->in_use_bytes;
    to->allocator_free_bytes += from->allocator_free_bytes;
    to->tracker_bytes += from->tracker_bytes;
    to->stacks_bytes += from->stacks_bytes;
    to->dropped_blocks += from->dropped_blocks;
    if (to->pause_ns < from->pause_ns)
        to->pause_ns = from->pause_ns;
    add_sampling(to, from);
    to->pymalloc |= from->pymalloc;
    to->gslice |= from->gslice;
    to->no_proc |= from->no_proc;
    to->partial_roots |= from->partial_roots;
    to->no_calls |= from->no_calls;
    to->no_births |= from->no_births;
}

static bool sum_threads(struct sum *sum)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < sum->part_count; i++)
        count += sum->part[i].dump->thread_count;
    sum->dump->threads = malloc(((size_t)count + 1) * sizeof(*sum->dump->threads));
    if (!sum->dump->threads)
        return false;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        struct sum_part *part = &sum->part[i];
        part->first_thread = sum->dump->thread_count;
        memcpy(sum->dump->threads + part->first_thread, part->dump->threads,
               part->dump->thread_count * sizeof(*sum->dump->threads));
        sum->dump->thread_count += part->dump->thread_count;
    }
    return true;
}

static bool sum_header(struct sum *sum)
{
    const struct dump *first = sum->part[0].dump;
    sum->dump->path = strdup(first->path);
    sum->dump->format_version = first->format_version;
    sum->dump->process = first->process;
    for (uint32_t i = 0; i < sum->part_count; i++) {
        sum->dump->file_bytes += sum->part[i].dump->file_bytes;
        if (i)
            sum_process_add(&sum->dump->process, &sum->part[i].dump->process);
    }
    return sum->dump->path;
}

void sum_parts_finish(struct sum *sum)
{
    for (uint32_t i = 0; sum->part && i < sum->part_count; i++) {
        free(sum->part[i].module);
        free(sum->part[i].shift);
        free(sum->part[i].code);
        free(sum->part[i].stack);
        free(sum->part[i].block);
    }
    free(sum->part);
}

static bool sum_all(struct sum *sum, struct dump **parts)
{
    sum->dump = calloc(1, sizeof(*sum->dump));
    sum->part = calloc(sum->part_count, sizeof(*sum->part));
    if (!sum->dump || !sum->part)
        return false;
    for (uint32_t i = 0; i < sum->part_count; i++)
        sum->part[i].dump = parts[i];
    sum->dump->summed = malloc(sum->part_count * sizeof(*sum->dump->summed));
    return sum->dump->summed && sum_header(sum) && sum_threads(sum) && sum_modules(sum) &&
           sum_symbols(sum) && sum_python(sum) && sum_stacks(sum) && sum_blocks(sum) &&
           sum_types(sum) && sum_attributes(sum) && sum_edges(sum) && sum_roots(sum);
}

bool dump_sum(struct dump **parts, uint32_t part_count, struct dump **ret_sum, struct error *err)
{
    if (part_count == 1) {
        *ret_sum = parts[0];
        return true;
    }
    qsort(parts, part_count, sizeof(*parts), compare_parts);
    if (!check_parts(parts, part_count, err))
        return false;
    struct sum sum = {.part_count = part_count};
    bool done = sum_all(&sum, parts);
    sum_parts_finish(&sum);
    if (!done) {
        dump_close(sum.dump);
        return error_set(err, parts[0]->path, "out of memory for the sum of the dumps");
    }
    memcpy(sum.dump->summed, parts, part_count * sizeof(*parts));
    sum.dump->summed_count = part_count;
    *ret_sum = sum.dump;
    return true;
}
