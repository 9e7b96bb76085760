/* What stands for the blocks that a dump does not have in full. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>

#include "libcaulk/dump_format_merged.h"
#include "libcaulk/dump_format_sums.h"

static_assert(SUM_TENTHS == DUMP_SUM_TENTHS, "as many as in the file");

#define SUM_RECORD_LEAST (10 + SUM_TENTHS)

struct totals {
    uint64_t blocks, bytes, held_blocks, held_bytes;
};

struct key {
    uint64_t stack, label, owner, what; /* owner: 0 where not known, else its number plus 1 */
};

static bool is_after(const struct key *key, const struct key *before)
{
    if (key->stack != before->stack)
        return key->stack > before->stack;
    if (key->label != before->label)
        return key->label > before->label;
    if (key->owner != before->owner)
        return key->owner > before->owner;
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

/* What only a dump of one process says of a sum. */
static bool owner_decode(const struct dump *dump, struct record_reader *reader, struct key *key)
{
    if (dump->process.merged)
        return true;
    if (!record_number(reader, &key->owner))
        return false;
    if (key->owner > dump->owner_count)
        return record_wrong(reader, "owner %" PRIu64 " of %" PRIu32, key->owner, dump->owner_count);
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
    if (!owner_decode(dump, reader, key) || !what_decode(dump, reader, key, sum))
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

/* A sum is one for all of its owners together. */
static void sum_add(struct dump *dump, const struct block_sum *sum)
{
    struct block_sum *last = dump->sum_count ? &dump->sums[dump->sum_count - 1] : NULL;
    bool goes_on =
        last && !dump->process.merged && last->stack == sum->stack && last->label == sum->label;
    if (!goes_on) {
        dump->sums[dump->sum_count++] = *sum;
        return;
    }
    last->blocks += sum->blocks;
    last->bytes += sum->bytes;
    last->samples += sum->samples;
    last->later_blocks += sum->later_blocks;
    last->newer_blocks += sum->newer_blocks;
    last->newer_bytes += sum->newer_bytes;
    if (sum->first_birth < last->first_birth)
        last->first_birth = sum->first_birth;
    if (sum->last_birth > last->last_birth)
        last->last_birth = sum->last_birth;
    for (int i = 0; i < SUM_TENTHS; i++)
        last->born_bytes[i] += sum->born_bytes[i];
}

static bool sums_decode(struct dump *dump, struct record_reader *reader, struct totals *totals)
{
    struct key key = {0};
    for (; reader->record < reader->section->count; reader->record++) {
        struct block_sum sum = {0};
        if (!key_decode(dump, reader, &key, &sum) || !amount_decode(reader, totals, &sum) ||
            !births_decode(dump, reader, &sum) || !merged_decode(dump, reader, totals, &sum))
            return false;
        sum_add(dump, &sum);
        if (key.owner)
            dump->owned[dump->owned_count++] =
                (struct owned_sum){(uint32_t)key.owner - 1, dump->sum_count - 1, sum};
    }
    return true;
}

bool dump_decode_sums(struct dump *dump, const struct section *section, struct error *err)
{
    struct totals totals = {0};
    if (!dump->process.only_lost)
        return nothing_check(section, err);
    if (!section_count_check(section, SUM_RECORD_LEAST, err))
        return false;
    dump->sums = section_allocate(section, section->count, sizeof(*dump->sums), err);
    if (dump->sums)
        dump->owned = section_allocate(section, section->count, sizeof(*dump->owned), err);
    struct record_reader reader = record_reader(section, err);
    return dump->owned && record_number(&reader, &dump->weak_blocks) &&
           record_number(&reader, &dump->weak_bytes) && since_decode(dump, &reader) &&
           (dump->process.merged ? dump_decode_merged(dump, &reader)
                                 : dump_decode_owners(dump, &reader)) &&
           sums_decode(dump, &reader, &totals) && weak_check(dump, &reader, &totals) &&
           record_reader_finish(&reader);
}
