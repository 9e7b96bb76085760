/* What stands for the blocks that a dump does not have in full. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>

#include "libcaulk/dump_format_merged.h"

static_assert(SUM_TENTHS == DUMP_SUM_TENTHS, "as many as in the file");

#define SUM_RECORD_LEAST (9 + SUM_TENTHS)

struct totals {
    uint64_t blocks, bytes, held_blocks, held_bytes;
};

struct key {
    uint64_t stack, label, what;
};

static bool is_after(const struct key *key, const struct key *before)
{
    if (key->stack != before->stack)
        return key->stack > before->stack;
    if (key->label != before->label)
        return key->label > before->label;
    return key->what > before->what;
}

/* Of what only definite blocks can be. */
static bool what_decode(const struct dump *dump, struct record_reader *reader, struct key *key,
                        struct block_sum *sum)
{
    key->what = DUMP_SUM_REACHABLE;
    if (dump->process.merged && !record_number(reader, &key->what))
        return false;
    uint64_t kind = key->what & DUMP_SUM_KIND_MASK;
    if (key->what >= DUMP_SUM_FLAGS_END || kind >= DUMP_SUM_KIND_END)
        return record_wrong(reader, "unknown kind %" PRIu64, key->what);
    if (key->what & DUMP_SUM_PENDING && kind != DUMP_SUM_DEFINITE && kind != DUMP_SUM_INDIRECT)
        return record_wrong(reader, "kind %" PRIu64 ": what is pending is lost", key->what);
    sum->what = (uint8_t)key->what;
    return true;
}

static bool key_decode(const struct dump *dump, struct record_reader *reader, struct key *key,
                       struct block_sum *sum)
{
    struct key before = *key;
    if (!record_number(reader, &key->stack) || !record_number(reader, &key->label))
        return false;
    if (key->stack > dump->stack_count)
        return record_wrong(reader, "stack %" PRIu64 " of %" PRIu32, key->stack, dump->stack_count);
    if (key->label >= dump->strings_bytes)
        return record_wrong(reader, "string at %" PRIu64 " of %" PRIu64 " bytes", key->label,
                            dump->strings_bytes);
    if (!what_decode(dump, reader, key, sum))
        return false;
    if (reader->record && !is_after(key, &before))
        return record_wrong(reader, "not after the sum before");
    sum->stack = (uint32_t)key->stack;
    sum->label = key->label ? dump->strings + key->label : NULL;
    return true;
}

static bool amount_decode(struct record_reader *reader, struct totals *totals,
                          struct block_sum *sum)
{
    if (!record_number(reader, &sum->blocks) || !record_number(reader, &sum->bytes))
        return false;
    if (!sum->blocks)
        return record_wrong(reader, "a sum of no blocks");
    if (sum->blocks > DUMP_AMOUNT_MAX - totals->blocks ||
        sum->bytes > DUMP_AMOUNT_MAX - totals->bytes)
        return record_wrong(reader, "more than a heap can have");
    totals->blocks += sum->blocks;
    totals->bytes += sum->bytes;
    return true;
}

static bool births_decode(const struct dump *dump, struct record_reader *reader,
                          struct block_sum *sum)
{
    uint64_t first, span, in_tenths = 0;
    if (!record_number(reader, &first) || !record_number(reader, &span) ||
        !record_number(reader, &sum->later_blocks) || !record_number(reader, &sum->newer_blocks) ||
        !record_number(reader, &sum->newer_bytes))
        return false;
    if (first > dump->process.tick || span > dump->process.tick - first)
        return record_wrong(reader, "born after tick %" PRIu32 ", when it was dumped",
                            dump->process.tick);
    if (sum->later_blocks > sum->blocks || sum->newer_blocks > sum->blocks ||
        sum->newer_bytes > sum->bytes)
        return record_wrong(reader, "more was born later than there is");
    for (int i = 0; i < SUM_TENTHS; i++)
        if (!record_number(reader, &sum->born_bytes[i]))
            return false;
        else if (__builtin_add_overflow(in_tenths, sum->born_bytes[i], &in_tenths))
            return record_wrong(reader, "more bytes born than a heap can have");
    if (in_tenths != sum->bytes)
        return record_wrong(reader, "%" PRIu64 " bytes born, of %" PRIu64, in_tenths, sum->bytes);
    sum->first_birth = (uint32_t)first;
    sum->last_birth = (uint32_t)(first + span);
    return true;
}

/* What only a merged dump says of a sum. */
static bool merged_decode(const struct dump *dump, struct record_reader *reader,
                          struct totals *totals, struct block_sum *sum)
{
    sum->samples = sum->blocks;
    sum->held_blocks = sum->held_bytes = 0;
    if (!dump->process.merged)
        return true;
    if (!record_number(reader, &sum->held_blocks) || !record_number(reader, &sum->held_bytes) ||
        !record_number(reader, &sum->samples))
        return false;
    if ((sum->held_blocks || sum->held_bytes) &&
        (sum->what & DUMP_SUM_KIND_MASK) != DUMP_SUM_DEFINITE)
        return record_wrong(reader, "what is not definite holds %" PRIu64 " blocks",
                            sum->held_blocks);
    if (sum->held_blocks > DUMP_AMOUNT_MAX - totals->held_blocks ||
        sum->held_bytes > DUMP_AMOUNT_MAX - totals->held_bytes)
        return record_wrong(reader, "more is held than a heap can have");
    if (!sum->samples || sum->samples > sum->blocks)
        return record_wrong(reader, "%" PRIu64 " blocks from %" PRIu64 " samples", sum->blocks,
                            sum->samples);
    totals->held_blocks += sum->held_blocks;
    totals->held_bytes += sum->held_bytes;
    return true;
}

static bool weak_check(const struct dump *dump, const struct record_reader *reader,
                       const struct totals *totals)
{
    if (dump->weak_blocks > totals->blocks || dump->weak_bytes > totals->bytes)
        return record_wrong(reader, "more is kept by weak witnesses than there is");
    return true;
}

static bool since_decode(struct dump *dump, struct record_reader *reader)
{
    uint64_t since;
    if (!record_number(reader, &since))
        return false;
    if (since > dump->process.tick)
        return record_wrong(reader,
                            "the dump before was made at tick %" PRIu64 ", this at %" PRIu32,
                            since - 1, dump->process.tick);
    dump->sums_since = (uint32_t)since;
    return true;
}

static bool nothing_check(const struct section *section, struct error *err)
{
    return (!section->count && !section->size) ||
           section_wrong(section, err, "sums in a dump that has all blocks");
}

bool dump_decode_sums(struct dump *dump, const struct section *section, struct error *err)
{
    struct totals totals = {0};
    struct key key = {0};
    if (!dump->process.only_lost)
        return nothing_check(section, err);
    if (!section_count_check(section, SUM_RECORD_LEAST, err))
        return false;
    dump->sums = section_allocate(section, section->count, sizeof(*dump->sums), err);
    struct record_reader reader = record_reader(section, err);
    if (!dump->sums || !record_number(&reader, &dump->weak_blocks) ||
        !record_number(&reader, &dump->weak_bytes) || !since_decode(dump, &reader) ||
        (dump->process.merged && !dump_decode_merged(dump, &reader)))
        return false;
    for (; reader.record < section->count; reader.record++) {
        struct block_sum *sum = &dump->sums[reader.record];
        if (!key_decode(dump, &reader, &key, sum) || !amount_decode(&reader, &totals, sum) ||
            !births_decode(dump, &reader, sum) || !merged_decode(dump, &reader, &totals, sum))
            return false;
    }
    dump->sum_count = (uint32_t)section->count;
    return weak_check(dump, &reader, &totals) && record_reader_finish(&reader);
}
