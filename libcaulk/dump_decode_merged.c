/* Of which processes a merged dump is. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>

#define PROCESS_LEAST_BYTES 4

struct identity {
    uint64_t start, pid, host;
};

static bool nothing_else_check(const struct dump *dump, const struct record_reader *reader)
{
    if (dump->block_count || dump->root_count || dump->thread_count)
        return record_wrong(reader, "a merged dump with blocks, roots or threads");
    if (dump->sums_since)
        return record_wrong(reader, "a merged dump with a dump before it");
    return true;
}

static bool totals_decode(struct merged *merged, struct record_reader *reader)
{
    if (!record_number(reader, &merged->cycles) || !record_number(reader, &merged->pending_cycles))
        return false;
    if (merged->cycles > DUMP_AMOUNT_MAX || merged->pending_cycles > merged->cycles)
        return record_wrong(reader, "%" PRIu64 " lost cycles, %" PRIu64 " pending", merged->cycles,
                            merged->pending_cycles);
    if (!record_number(reader, &merged->threads) || !record_number(reader, &merged->unparked))
        return false;
    return (merged->threads <= DUMP_AMOUNT_MAX && merged->unparked <= merged->threads) ||
           record_wrong(reader, "%" PRIu64 " threads, %" PRIu64 " not parked", merged->threads,
                        merged->unparked);
}

static bool is_after(const struct identity *identity, const struct identity *before)
{
    if (identity->start != before->start)
        return identity->start > before->start;
    if (identity->pid != before->pid)
        return identity->pid > before->pid;
    return identity->host > before->host;
}

static bool string_decode(const struct dump *dump, struct record_reader *reader,
                          uint64_t *ret_offset, const char **ret_string)
{
    if (!record_number(reader, ret_offset))
        return false;
    if (*ret_offset >= dump->strings_bytes)
        return record_wrong(reader, "string at %" PRIu64 " of %" PRIu64 " bytes", *ret_offset,
                            dump->strings_bytes);
    *ret_string = dump->strings + *ret_offset;
    return true;
}

static bool process_decode(struct dump *dump, struct record_reader *reader, uint64_t number,
                           struct identity *identity)
{
    struct merged_process *process = &dump->merged.process[number];
    struct identity before = *identity;
    uint64_t program;
    if (!record_number(reader, &identity->start) || !record_number(reader, &identity->pid))
        return false;
    if (identity->pid > UINT32_MAX)
        return record_wrong(reader, "process %" PRIu64, identity->pid);
    if (!string_decode(dump, reader, &identity->host, &process->host) ||
        !string_decode(dump, reader, &program, &process->program))
        return false;
    if (number && !is_after(identity, &before))
        return record_wrong(reader, "process %" PRIu64 " is not after the one before", number);
    process->start_ns = identity->start;
    process->pid = (uint32_t)identity->pid;
    return true;
}

bool dump_decode_merged(struct dump *dump, struct record_reader *reader)
{
    struct merged *merged = &dump->merged;
    struct identity identity = {0};
    uint64_t count;
    if (!nothing_else_check(dump, reader) || !totals_decode(merged, reader) ||
        !record_number(reader, &count))
        return false;
    if (!count || count >= UINT32_MAX ||
        count > (uint64_t)(reader->numbers.end - reader->numbers.at) / PROCESS_LEAST_BYTES)
        return record_wrong(reader, "of %" PRIu64 " processes", count);
    merged->process =
        section_allocate(reader->section, count, sizeof(*merged->process), reader->err);
    if (!merged->process)
        return false;
    for (uint64_t i = 0; i < count; i++)
        if (!process_decode(dump, reader, i, &identity))
            return false;
    merged->process_count = (uint32_t)count;
    return true;
}
