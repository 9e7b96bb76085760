/* See dump_sums.h. Sums are found by stack, label and owner in a table with open addressing, sorted
 * when all are known. */
#include "preload/dump_sums.h"

#include <string.h>

#include "preload/kept.h"
#include "preload/pages.h"
#include "preload/sort.h"
#include "preload/tracker.h"

#define FIRST_SLOTS 1024u

struct sum_key {
    uint32_t stack; /* node's number in the dump */
    uint32_t label; /* string */
    owner_number owner;
};

struct sum {
    struct sum_key key;
    uint64_t blocks, bytes;
    uint32_t first, last;               /* birth ticks */
    uint64_t later;                     /* blocks born after the first tenth */
    uint64_t newer_blocks, newer_bytes; /* born after the dump before */
    uint64_t born[DUMP_SUM_TENTHS];
};

struct sums {
    struct sum *slots; /* free where there are no blocks */
    size_t slot_count, used;
    uint64_t uptime_ns;
    uint32_t since; /* the tick after the dump before */
};

static bool is_same(const struct sum_key *a, const struct sum_key *b)
{
    return a->stack == b->stack && a->label == b->label && a->owner == b->owner;
}

static struct sum *find(const struct sums *sums, const struct sum_key *key)
{
    uint64_t hash = ((uint64_t)key->stack << 32 | key->label) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 29 ^ key->owner) * 0xbf58476d1ce4e5b9u;
    size_t at = hash >> 32 & (sums->slot_count - 1);
    for (;; at = (at + 1) & (sums->slot_count - 1)) {
        struct sum *sum = &sums->slots[at];
        if (sum->blocks == 0 || is_same(&sum->key, key))
            return sum;
    }
}

static bool init(struct sums *sums, size_t slots)
{
    sums->slot_count = slots;
    sums->used = 0;
    sums->slots = pages_map(slots * sizeof(*sums->slots));
    return sums->slots != NULL;
}

static bool grow(struct sums *sums)
{
    struct sums larger = {.uptime_ns = sums->uptime_ns, .since = sums->since};
    if (!init(&larger, 2 * sums->slot_count))
        return false;
    for (size_t i = 0; i < sums->slot_count; i++)
        if (sums->slots[i].blocks)
            *find(&larger, &sums->slots[i].key) = sums->slots[i];
    larger.used = sums->used;
    pages_unmap(sums->slots, sums->slot_count * sizeof(*sums->slots));
    *sums = larger;
    return true;
}

static unsigned tenth_of(const struct sums *sums, uint32_t birth)
{
    double share = (double)birth * TICK_NS / ((double)sums->uptime_ns + 1);
    return share < 1 ? (unsigned)(share * DUMP_SUM_TENTHS) : DUMP_SUM_TENTHS - 1;
}

static void add(const struct sums *sums, struct sum *sum, const struct heap_block *block)
{
    unsigned tenth = tenth_of(sums, block->birth);
    if (sum->blocks == 0 || block->birth < sum->first)
        sum->first = block->birth;
    if (block->birth > sum->last)
        sum->last = block->birth;
    sum->blocks++;
    sum->bytes += block->bytes;
    sum->later += tenth > 0;
    sum->born[tenth] += block->bytes;
    if (block->birth >= sums->since) {
        sum->newer_blocks++;
        sum->newer_bytes += block->bytes;
    }
}

static bool add_all(struct sums *sums, const struct dump_job *job,
                    const struct block_groups *groups, const struct owner_marks *owners)
{
    struct heap_cursor cursor = {0};
    struct heap_block block;
    while (heap_blocks_next(&job->heap, &cursor, &block)) {
        if (block.pool || kept(job, block.number))
            continue;
        if (2 * sums->used >= sums->slot_count && !grow(sums))
            return false;
        const struct sum_key key = {
            .stack = dump_stacks_number(&job->stacks, block.stack),
            .label = block_groups_label(groups, block.number),
            .owner = owner_marks_of(owners, block.number),
        };
        struct sum *sum = find(sums, &key);
        sums->used += sum->blocks == 0;
        sum->key = key;
        add(sums, sum, &block);
    }
    return true;
}

/* Those that are free come last. */
static int compare(const void *a, const void *b)
{
    const struct sum *left = a, *right = b;
    if ((left->blocks == 0) != (right->blocks == 0))
        return left->blocks == 0 ? 1 : -1;
    if (left->key.stack != right->key.stack)
        return left->key.stack < right->key.stack ? -1 : 1;
    if (left->key.label != right->key.label)
        return left->key.label < right->key.label ? -1 : 1;
    return (left->key.owner > right->key.owner) - (left->key.owner < right->key.owner);
}

static void write_sum(struct dump_writer *writer, const struct sum *sum)
{
    dump_writer_varint(writer, sum->key.stack);
    dump_writer_varint(writer, sum->key.label);
    dump_writer_varint(writer, sum->key.owner);
    dump_writer_varint(writer, sum->blocks);
    dump_writer_varint(writer, sum->bytes);
    dump_writer_varint(writer, sum->first);
    dump_writer_varint(writer, sum->last - sum->first);
    dump_writer_varint(writer, sum->later);
    dump_writer_varint(writer, sum->newer_blocks);
    dump_writer_varint(writer, sum->newer_bytes);
    for (unsigned i = 0; i < DUMP_SUM_TENTHS; i++)
        dump_writer_varint(writer, sum->born[i]);
}

static void write_owner(struct dump_writer *writer, const struct owner *owner,
                        const uint32_t *root_number)
{
    dump_writer_varint(writer, owner->kind);
    if (owner->kind == DUMP_OWNER_ROOT || owner->kind == DUMP_OWNER_VARIABLE)
        dump_writer_varint(writer, root_number[owner->root] - 1);
    if (owner->kind == DUMP_OWNER_VARIABLE)
        dump_writer_varint(writer, owner->address - owner->start);
    if (owner->kind == DUMP_OWNER_BLOCKS || owner->kind == DUMP_OWNER_RUNTIME) {
        dump_writer_varint(writer, owner->stack);
        dump_writer_varint(writer, owner->label);
    }
    dump_writer_varint(writer, (uint64_t)owner->holders << 1 | owner->more);
    for (unsigned i = 0; i < owner->holders; i++)
        dump_writer_varint(writer, owner->holder[i]);
}

static void write_owners(struct dump_writer *writer, const struct owner_table *table,
                         const uint32_t *root_number)
{
    uint32_t count = table->count ? table->count - 1 : 0;
    dump_writer_varint(writer, count);
    for (uint32_t i = 1; i <= count; i++)
        write_owner(writer, &table->items[i], root_number);
}

bool dump_sums_write(struct dump_job *job, const struct reachable *reachable,
                     const struct owner_marks *owners, const struct roots *roots)
{
    struct dump_writer *writer = &job->writer;
    struct sums sums = {
        .uptime_ns = job->snapshot->uptime_ns,
        .since = job->snapshot->dumped_until,
    };
    if (!init(&sums, FIRST_SLOTS) || !add_all(&sums, job, &reachable->groups, owners))
        return false;
    sort_records(sums.slots, sums.slot_count, sizeof(*sums.slots), compare);
    dump_writer_begin(writer, DUMP_SUMS);
    dump_writer_varint(writer, reachable->weak.blocks);
    dump_writer_varint(writer, reachable->weak.bytes);
    dump_writer_varint(writer, sums.since);
    write_owners(writer, &owners->table, roots->asked);
    for (size_t i = 0; i < sums.used; i++)
        write_sum(writer, &sums.slots[i]);
    dump_writer_end(writer, sums.used);
    pages_unmap(sums.slots, sums.slot_count * sizeof(*sums.slots));
    return true;
}

bool dump_sums_ask(struct roots *roots, const struct owner_table *table)
{
    uint32_t count = 0;
    for (uint32_t i = 1; i < table->count; i++)
        if (table->items[i].root >= count)
            count = table->items[i].root + 1;
    roots->asked = pages_map((count + 1ul) * sizeof(*roots->asked));
    if (!roots->asked)
        return false;
    roots->asked_count = count;
    for (uint32_t i = 1; i < table->count; i++)
        if (table->items[i].kind <= DUMP_OWNER_VARIABLE)
            roots->asked[table->items[i].root] = 1;
    return true;
}

static void add_reference(void *context, const struct reference *reference)
{
    struct roots *roots = context;
    if (!kept(roots->job, reference->target))
        return;
    roots->current.bytes += sizeof(uint64_t);
    roots_reference(roots, reference, roots->current.bytes - sizeof(uint64_t));
}

void root_summed_scan(struct roots *roots, struct reachable *reachable)
{
    roots_begin(roots, DUMP_ROOT_SUMMED, DUMP_NO_OWNER, 0, 0);
    reachable_pointing(reachable, add_reference, roots);
    roots_end(roots);
}
