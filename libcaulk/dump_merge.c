/*
 * What was added so far is a dump itself. Each further one is reduced to the same form, and the two
 * are summed as two processes of a tree are (libcaulk/dump_sum*.c): modules and stacks meet there;
 * then sums that are alike are joined.
 */
#include "libcaulk/dump_merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/dump_format.h"
#include "libcaulk/dump_merge_parts.h"
#include "libcaulk/dump_sum_parts.h"

/* ---- processes ---- */

static int compare_processes(const void *left, const void *right)
{
    const struct merged_process *a = left, *b = right;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    if (a->pid != b->pid)
        return a->pid < b->pid ? -1 : 1;
    return strcmp(a->host, b->host);
}

/* Those of a dump: of a process itself. */
static void copy_merged(const struct dump *dump, struct merged_process *ret_processes)
{
    if (dump->process.merged)
        memcpy(ret_processes, dump->merged.process,
               dump->merged.process_count * sizeof(*ret_processes));
    else
        *ret_processes = (struct merged_process){.start_ns = dump->process.start_ns,
                                                 .pid = dump->process.pid,
                                                 .host = dump->process.host,
                                                 .program = dump->process.program};
}

static uint32_t count_merged(const struct dump *dump)
{
    return dump->process.merged ? dump->merged.process_count : 1;
}

static bool check_processes(const struct merged *merged, const char *path, struct error *err)
{
    for (uint32_t i = 1; i < merged->process_count; i++) {
        const struct merged_process *process = &merged->process[i];
        if (compare_processes(process - 1, process) == 0)
            return error_set(err, path,
                             "of process %" PRIu32 "%s%s, of which a dump was merged already",
                             process->pid, *process->host ? " of " : "", process->host);
    }
    return true;
}

/* The dump's own strings are borrowed for now. */
static bool join_processes(struct dump *joined, const struct dump *all, const struct dump *added,
                           const char *path, struct error *err)
{
    uint64_t count = (all ? all->merged.process_count : 0) + (uint64_t)count_merged(added);
    struct merged *merged = &joined->merged;
    merged->process = count < UINT32_MAX ? malloc(count * sizeof(*merged->process)) : NULL;
    if (!merged->process)
        return error_set(err, path, "out of memory for %" PRIu64 " processes", count);
    merged->process_count = (uint32_t)count;
    copy_merged(added, merged->process);
    if (all)
        copy_merged(all, merged->process + count_merged(added));
    qsort(merged->process, count, sizeof(*merged->process), compare_processes);
    return check_processes(merged, path, err);
}

static void count_threads(const struct dump *dump, struct merged *merged)
{
    merged->threads += dump->merged.threads + dump->thread_count;
    merged->unparked += dump->merged.unparked;
    for (uint32_t i = 0; i < dump->thread_count; i++)
        merged->unparked += dump->threads[i].state == THREAD_UNPARKED;
}

static void join_totals(struct merged *merged, const struct dump *all,
                        const struct analysis *analysis)
{
    count_threads(analysis->dump, merged);
    merged->cycles = analysis->lost_cycles;
    merged->pending_cycles = analysis->pending_cycles;
    if (!all)
        return;
    count_threads(all, merged);
    merged->cycles += all->merged.cycles;
    merged->pending_cycles += all->merged.pending_cycles;
}

/* ---- the process that stands for all ---- */

/* It has run as long as the one that has run longest, and ends with the latest dump. */
static void join_process(struct process *to, const struct process *from)
{
    sum_process_add(to, from);
    if (to->time_ns < from->time_ns)
        to->time_ns = from->time_ns;
    if (to->uptime_ns < from->uptime_ns)
        to->uptime_ns = from->uptime_ns;
    if (to->tick < from->tick)
        to->tick = from->tick;
    if (to->depth < from->depth)
        to->depth = from->depth;
}

static void finish_process(struct process *process)
{
    process->start_ns =
        process->time_ns > process->uptime_ns ? process->time_ns - process->uptime_ns : 0;
}

static bool check_amounts(const struct dump *joined, const char *path, struct error *err)
{
    const struct process *process = &joined->process;
    struct amount all = {0}, held = {0};
    for (uint32_t i = 0; i < joined->sum_count; i++) {
        amount_add(&all, (struct amount){joined->sums[i].blocks, joined->sums[i].bytes});
        amount_add(&held, (struct amount){joined->sums[i].held_blocks, joined->sums[i].held_bytes});
        if (all.blocks > DUMP_AMOUNT_MAX || all.bytes > DUMP_AMOUNT_MAX ||
            held.blocks > DUMP_AMOUNT_MAX || held.bytes > DUMP_AMOUNT_MAX)
            return error_set(err, path, "too many bytes in all of the dumps");
    }
    if (process->rss_bytes > DUMP_AMOUNT_MAX || process->in_use_bytes > DUMP_AMOUNT_MAX ||
        process->allocator_free_bytes > DUMP_AMOUNT_MAX ||
        process->tracker_bytes > DUMP_AMOUNT_MAX || process->stacks_bytes > DUMP_AMOUNT_MAX ||
        process->dropped_blocks > DUMP_AMOUNT_MAX || joined->merged.threads > DUMP_AMOUNT_MAX ||
        joined->merged.cycles > DUMP_AMOUNT_MAX)
        return error_set(err, path, "too much memory in all of the processes");
    return true;
}

/* ---- one more dump ---- */

static bool join_sums(struct sum *sum)
{
    struct dump *joined = sum->dump;
    uint64_t count = 0;
    for (uint32_t i = 0; i < sum->part_count; i++)
        count += sum->part[i].dump->sum_count;
    joined->sums = count < UINT32_MAX ? malloc((count + 1) * sizeof(*joined->sums)) : NULL;
    if (!joined->sums)
        return false;
    for (uint32_t p = 0; p < sum->part_count; p++) {
        const struct dump *from = sum->part[p].dump;
        uint32_t later = joined->process.tick - from->process.tick;
        for (uint32_t i = 0; i < from->sum_count; i++) {
            struct block_sum *to = &joined->sums[joined->sum_count++];
            *to = from->sums[i];
            to->stack = sum->part[p].stack[to->stack];
            to->first_birth += later;
            to->last_birth += later;
        }
        joined->weak_blocks += from->weak_blocks;
        joined->weak_bytes += from->weak_bytes;
    }
    merge_sums_join(joined->sums, &joined->sum_count);
    return true;
}

static bool join_head(struct sum *sum, const char *path)
{
    struct dump *joined = sum->dump;
    joined->path = strdup(path);
    joined->process = sum->part[0].dump->process;
    joined->format_version = sum->part[0].dump->format_version;
    for (uint32_t i = 1; i < sum->part_count; i++)
        join_process(&joined->process, &sum->part[i].dump->process);
    finish_process(&joined->process);
    return joined->path;
}

static bool fits(const struct sum *sum)
{
    uint64_t stacks = 0;
    for (uint32_t i = 0; i < sum->part_count; i++)
        stacks += sum->part[i].dump->stack_count;
    return stacks < UINT32_MAX;
}

/* parts: what there was, if anything, and the reduced dump. */
static bool join(struct sum *sum, const struct dump *all, const struct analysis *analysis,
                 struct error *err)
{
    const char *path = analysis->dump->path;
    sum->dump = calloc(1, sizeof(*sum->dump));
    if (!sum->dump || !fits(sum) || !join_head(sum, path) || !sum_modules(sum) ||
        !sum_symbols(sum) || !sum_python(sum) || !sum_stacks(sum) || !join_sums(sum))
        return error_set(err, path, "out of memory for the sum of the dumps");
    join_totals(&sum->dump->merged, all, analysis);
    if (!join_processes(sum->dump, all, analysis->dump, path, err) ||
        !check_amounts(sum->dump, path, err))
        return false;
    return merge_own_strings(sum->dump) || error_set(err, path, "out of memory for the names");
}

bool dump_merge_add(struct dump_merge *merge, const struct analysis *analysis, struct error *err)
{
    struct dump *reduced;
    struct sum_part parts[2] = {{.dump = merge->dump}};
    struct sum sum = {.part = calloc(2, sizeof(*sum.part)), .part_count = merge->dump ? 2 : 1};
    if (!sum.part ||
        !merge_reduce(analysis, merge->dump ? merge->dump->process.tick_ns : 0, &reduced)) {
        free(sum.part);
        return error_set(err, analysis->dump->path, "out of memory for the dump's sums");
    }
    parts[sum.part_count - 1].dump = reduced;
    memcpy(sum.part, parts, sizeof(parts));
    bool done = join(&sum, merge->dump, analysis, err);
    sum_parts_finish(&sum);
    dump_close(reduced);
    dump_close(done ? merge->dump : sum.dump);
    if (done)
        merge->dump = sum.dump;
    return done;
}

void dump_merge_finish(struct dump_merge *merge)
{
    dump_close(merge->dump);
    *merge = (struct dump_merge){0};
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

bool dump_merge_hosts(const struct merged *merged, uint32_t *ret_hosts)
{
    const char **host = malloc(((size_t)merged->process_count + 1) * sizeof(*host));
    if (!host)
        return false;
    for (uint32_t i = 0; i < merged->process_count; i++)
        host[i] = merged->process[i].host;
    qsort(host, merged->process_count, sizeof(*host), compare_texts);
    *ret_hosts = 0;
    for (uint32_t i = 0; i < merged->process_count; i++)
        *ret_hosts += i == 0 || strcmp(host[i - 1], host[i]) != 0;
    free(host);
    return true;
}
