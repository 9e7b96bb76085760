/*
 * See preload/annotations.h. Entries are numbered from 1 and lie in chunks that never move; two
 * hash indexes of chained entries lead to them, by the address they are about and, for declared
 * edges, by the block that is owned. The hash is of the address in granules of 64 bytes, so that
 * what lies within a block is found granule by granule, or by going through all entries where those
 * are fewer.
 *
 * Most frees are of blocks nothing was said about. A filter with a bit for each granule that ever
 * was in the table lets them pass without the lock.
 */
#include "preload/annotations.h"

#include <sched.h>
#include <string.h>

#include "preload/pages.h"
#include "preload/signals.h"
#include "preload/text_pool.h"
#include "preload/tracker.h"

#define GRANULE_BITS 6
#define CHUNK_ENTRIES 1024u
#define CHUNK_LIMIT 16384u /* 16 million annotations */
#define BUCKETS_FIRST 4096u
#define FILTER_WORDS (1u << 14)
#define LABEL_BYTES_MAX 255u

enum link { BY_ADDRESS, BY_OTHER, LINKS };

struct entry {
    struct annotation said;
    bool used;
    uint32_t next[LINKS]; /* in the chains; of a free entry, next[0] is the next free one */
};

static struct {
    struct entry *chunks[CHUNK_LIMIT];
    uint32_t last; /* the highest number in use so far */
    uint32_t free;
    uint32_t *buckets[LINKS]; /* heads of the chains: entry numbers, 0 ends one */
    size_t bucket_count;      /* a power of 2 */
    _Atomic uint64_t *filter;
} table;

_Atomic size_t annotations_count;

static struct text_pool labels;

static struct entry *entry_at(uint32_t number)
{
    return &table.chunks[(number - 1) / CHUNK_ENTRIES][(number - 1) % CHUNK_ENTRIES];
}

static uint64_t hash_granule(uintptr_t address)
{
    uint64_t hash = (address >> GRANULE_BITS) * 0x9e3779b97f4a7c15ull;
    return hash ^ hash >> 32;
}

static uintptr_t key_of(const struct entry *entry, enum link link)
{
    return link == BY_ADDRESS ? entry->said.address : entry->said.other;
}

static bool is_linked(const struct entry *entry, enum link link)
{
    return link == BY_ADDRESS || entry->said.kind == ANNOTATION_OWN;
}

/* The lock is held by nobody in a forked child, because the memory it lies in is wiped there. */
static uint64_t lock(void)
{
    uint64_t mask = signals_block_all();
    uint32_t open = 0;
    while (!atomic_compare_exchange_weak(&tracker.process->lock, &open, 1)) {
        open = 0;
        sched_yield();
    }
    return mask;
}

static void unlock(uint64_t mask)
{
    atomic_store(&tracker.process->lock, 0);
    signals_restore(mask);
}

static void filter_set(uintptr_t address)
{
    uint64_t hash = hash_granule(address);
    atomic_fetch_or(&table.filter[hash / 64 % FILTER_WORDS], UINT64_C(1) << hash % 64);
}

static bool filter_may_hold(uintptr_t address)
{
    uint64_t hash = hash_granule(address);
    return table.filter[hash / 64 % FILTER_WORDS] >> hash % 64 & 1;
}

static uint32_t *chain(enum link link, uintptr_t address)
{
    return &table.buckets[link][hash_granule(address) & (table.bucket_count - 1)];
}

static void link_entry(uint32_t number)
{
    struct entry *entry = entry_at(number);
    for (enum link link = 0; link < LINKS; link++) {
        if (!is_linked(entry, link))
            continue;
        uint32_t *head = chain(link, key_of(entry, link));
        entry->next[link] = *head;
        *head = number;
        filter_set(key_of(entry, link));
    }
}

static void unlink_entry(uint32_t number)
{
    struct entry *entry = entry_at(number);
    for (enum link link = 0; link < LINKS; link++) {
        if (!is_linked(entry, link))
            continue;
        uint32_t *at = chain(link, key_of(entry, link));
        while (*at != number)
            at = &entry_at(*at)->next[link];
        *at = entry->next[link];
    }
    entry->used = false;
    entry->next[0] = table.free;
    table.free = number;
    atomic_fetch_sub(&annotations_count, 1);
}

static bool make_buckets(size_t count)
{
    uint32_t *fresh[LINKS], *old[LINKS] = {table.buckets[0], table.buckets[1]};
    size_t old_bytes = table.bucket_count * sizeof(uint32_t);
    for (enum link link = 0; link < LINKS; link++)
        fresh[link] = pages_map(count * sizeof(uint32_t));
    if (!fresh[BY_ADDRESS] || !fresh[BY_OTHER]) {
        for (enum link link = 0; link < LINKS; link++)
            pages_unmap(fresh[link], count * sizeof(uint32_t));
        return false;
    }
    memcpy(table.buckets, fresh, sizeof(fresh));
    table.bucket_count = count;
    for (uint32_t number = 1; number <= table.last; number++) {
        if (entry_at(number)->used)
            link_entry(number);
    }
    for (enum link link = 0; link < LINKS; link++)
        pages_unmap(old[link], old_bytes);
    return true;
}

/* Room for one more entry: the filter, buckets, a chunk. */
static bool make_room(void)
{
    if (!table.filter && !(table.filter = pages_map(FILTER_WORDS * sizeof(uint64_t))))
        return false;
    if (table.bucket_count == 0 && !make_buckets(BUCKETS_FIRST))
        return false;
    if (annotations_count >= table.bucket_count)
        make_buckets(table.bucket_count * 2); /* without memory, chains grow longer */
    if (table.free != 0)
        return true;
    struct entry **chunk = &table.chunks[table.last / CHUNK_ENTRIES];
    if (table.last == CHUNK_LIMIT * CHUNK_ENTRIES)
        return false;
    return *chunk || (*chunk = pages_map(CHUNK_ENTRIES * sizeof(**chunk)));
}

static uint32_t take_entry(void)
{
    uint32_t number = table.free;
    if (number != 0)
        table.free = entry_at(number)->next[0];
    else
        number = ++table.last;
    return number;
}

static uint32_t find(enum annotation_kind kind, uintptr_t address, uintptr_t other)
{
    uint32_t number = table.bucket_count != 0 ? *chain(BY_ADDRESS, address) : 0;
    for (; number != 0; number = entry_at(number)->next[BY_ADDRESS]) {
        const struct annotation *said = &entry_at(number)->said;
        if (said->kind == kind && said->address == address &&
            (kind != ANNOTATION_OWN || said->other == other))
            break;
    }
    return number;
}

static const char *intern_label(const char *text)
{
    return text_pool_intern(&labels, text, strnlen(text, LABEL_BYTES_MAX));
}

static bool add(const struct annotation *annotation)
{
    struct annotation said = *annotation;
    if (said.text && !(said.text = intern_label(said.text)))
        return false;
    tracker_watch_frees(0);
    uint32_t number = find(said.kind, said.address, said.other);
    if (number != 0) {
        entry_at(number)->said = said;
        return true;
    }
    if (!make_room())
        return false;
    number = take_entry();
    *entry_at(number) = (struct entry){.said = said, .used = true};
    link_entry(number);
    atomic_fetch_add(&annotations_count, 1);
    return true;
}

bool annotations_add(const struct annotation *annotation)
{
    uint64_t mask = lock();
    bool added = add(annotation);
    unlock(mask);
    return added;
}

bool annotations_remove(enum annotation_kind kind, uintptr_t address, uintptr_t other,
                        struct annotation *ret_annotation)
{
    uint64_t mask = lock();
    uint32_t number = find(kind, address, other);
    if (number != 0) {
        *ret_annotation = entry_at(number)->said;
        unlink_entry(number);
    }
    unlock(mask);
    return number != 0;
}

bool annotations_find(enum annotation_kind kind, uintptr_t address)
{
    uint64_t mask = lock();
    bool found = find(kind, address, 0) != 0;
    unlock(mask);
    return found;
}

static bool lies_within(const struct entry *entry, uintptr_t block, size_t bytes)
{
    return entry->said.address - block < bytes ||
           (entry->said.kind == ANNOTATION_OWN && entry->said.other - block < bytes);
}

static void forget_chain(uint32_t number, enum link link, uintptr_t block, size_t bytes)
{
    while (number != 0) {
        struct entry *entry = entry_at(number);
        uint32_t next = entry->next[link];
        if (lies_within(entry, block, bytes))
            unlink_entry(number);
        number = next;
    }
}

static void forget_granule(uintptr_t granule, uintptr_t block, size_t bytes)
{
    for (enum link link = 0; link < LINKS; link++)
        forget_chain(*chain(link, granule), link, block, bytes);
}

static void forget_all_within(uintptr_t block, size_t bytes)
{
    for (uint32_t number = 1; number <= table.last; number++) {
        if (entry_at(number)->used && lies_within(entry_at(number), block, bytes))
            unlink_entry(number);
    }
}

void annotations_forget(uintptr_t block, size_t bytes)
{
    uintptr_t first = block >> GRANULE_BITS, last = (block + bytes) >> GRANULE_BITS;
    bytes += bytes == 0;
    if (first == last && !filter_may_hold(block))
        return;
    uint64_t mask = lock();
    if (last - first > table.last) {
        forget_all_within(block, bytes);
    } else {
        for (uintptr_t granule = first; granule <= last; granule++) {
            if (filter_may_hold(granule << GRANULE_BITS))
                forget_granule(granule << GRANULE_BITS, block, bytes);
        }
    }
    unlock(mask);
}

bool annotations_next(size_t *cursor, struct annotation *ret_annotation)
{
    while (*cursor < table.last) {
        const struct entry *entry = entry_at((uint32_t)++ * cursor);
        if (entry->used) {
            *ret_annotation = entry->said;
            return true;
        }
    }
    return false;
}
