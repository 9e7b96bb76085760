/*
 * Two tables, both open-addressed. By address, where freed code objects leave their entry with
 * number 0, so that nobody who looks for another one is led astray: reading takes no lock. A table
 * that it has outgrown stays mapped, because a thread may be reading there. And by what is said of
 * a code object, whose records lie in chunks that never move.
 *
 * All changes are made under a lock that is taken with signals blocked and that a forked child
 * finds open (it lies in wiped memory).
 */
#include "preload/python_code.h"

#include <sched.h>
#include <string.h>

#include "preload/pages.h"
#include "preload/python_text.h"
#include "preload/signals.h"
#include "preload/text_pool.h"
#include "preload/tracker.h"

#define OBJECT_TYPE 8u /* in any object */
#define FIRST_SLOTS 1024u
#define CHUNK_BITS 12
#define CHUNK_RECORDS (1u << CHUNK_BITS)
#define CHUNKS 1024u

struct slot {
    _Atomic uintptr_t code;   /* 0: empty */
    _Atomic uint32_t number1; /* its number plus 1; 0: it was freed */
};

struct by_address {
    uint32_t mask;
    uint32_t used; /* slots that are not empty */
    struct slot slots[];
};

struct python_codes python_codes;

static struct by_address *_Atomic addresses;
static _Atomic uint32_t clearing; /* odd while the table is cleared of what was freed */

static struct {
    struct python_code_text *chunks[CHUNKS];
    _Atomic uint32_t count;
    uint32_t *slots; /* number plus 1; 0: empty */
    uint32_t mask;
    struct text_pool names, files;
} records;

static uint64_t lock(void)
{
    uint64_t mask = signals_block_all();
    uint32_t open = 0;
    while (!atomic_compare_exchange_weak(&tracker.process->python_lock, &open, 1)) {
        open = 0;
        sched_yield();
    }
    return mask;
}

static void unlock(uint64_t mask)
{
    atomic_store(&tracker.process->python_lock, 0);
    signals_restore(mask);
}

/* ---- by address ---- */

static uint32_t mix(uint64_t value)
{
    value *= 0x9e3779b97f4a7c15ull;
    return (uint32_t)(value >> 32);
}

static size_t table_bytes(uint32_t slots)
{
    return sizeof(struct by_address) + slots * sizeof(struct slot);
}

/* The code object's slot, or the empty one that ends the search. */
static struct slot *find_slot(struct by_address *table, uintptr_t code)
{
    for (uint32_t at = mix(code) & table->mask;; at = (at + 1) & table->mask) {
        uintptr_t there = atomic_load_explicit(&table->slots[at].code, memory_order_acquire);
        if (there == code || there == 0)
            return &table->slots[at];
    }
}

static uint32_t look_up(uintptr_t code)
{
    struct by_address *table = atomic_load_explicit(&addresses, memory_order_acquire);
    return table ? atomic_load_explicit(&find_slot(table, code)->number1, memory_order_acquire) : 0;
}

/* Waits where the table is being cleared of what was freed, or was meanwhile. */
static uint32_t number1_at(uintptr_t code)
{
    uint32_t before = atomic_load_explicit(&clearing, memory_order_acquire);
    uint32_t number1 = look_up(code);
    atomic_thread_fence(memory_order_acquire);
    if (before % 2 == 0 && atomic_load_explicit(&clearing, memory_order_relaxed) == before)
        return number1;
    uint64_t mask = lock();
    number1 = look_up(code);
    unlock(mask);
    return number1;
}

static struct by_address *table_create(uint32_t slots)
{
    struct by_address *table = pages_map(table_bytes(slots));
    if (table)
        table->mask = slots - 1;
    return table;
}

static void put_address(struct by_address *table, uintptr_t code, uint32_t number1)
{
    struct slot *slot = find_slot(table, code);
    table->used += slot->code == 0;
    atomic_store_explicit(&slot->number1, number1, memory_order_relaxed);
    atomic_store_explicit(&slot->code, code, memory_order_release);
}

static void copy_alive(struct by_address *to, const struct by_address *from)
{
    for (uint32_t i = 0; i <= from->mask; i++)
        if (from->slots[i].number1)
            put_address(to, from->slots[i].code, from->slots[i].number1);
}

/* In place, by way of a copy. */
static bool clear_of_freed(struct by_address *table)
{
    size_t bytes = table_bytes(table->mask + 1);
    struct by_address *copy = table_create(table->mask + 1);
    if (!copy)
        return false;
    copy_alive(copy, table);
    atomic_fetch_add(&clearing, 1);
    memcpy(table, copy, bytes);
    atomic_fetch_add(&clearing, 1);
    pages_unmap(copy, bytes);
    return true;
}

/* Half full with what is alive, a table is followed by one twice as large. */
static bool make_room(void)
{
    struct by_address *old = addresses;
    if (old && old->used < old->mask / 2)
        return true;
    uint32_t alive = 0;
    for (uint32_t i = 0; old && i <= old->mask; i++)
        alive += old->slots[i].number1 != 0;
    if (old && alive < old->mask / 4)
        return clear_of_freed(old);
    struct by_address *larger = table_create(old ? 2 * (old->mask + 1) : FIRST_SLOTS);
    if (!larger)
        return false;
    if (old)
        copy_alive(larger, old);
    atomic_store_explicit(&addresses, larger, memory_order_release);
    return true;
}

/* ---- by what is said ---- */

static struct python_code_text *record_at(uint32_t number)
{
    return &records.chunks[number >> CHUNK_BITS][number & (CHUNK_RECORDS - 1)];
}

static uint32_t *find_record(const struct python_code_text *text)
{
    uint64_t key = (uintptr_t)text->name * 31 + (uintptr_t)text->file * 17 + text->first_line;
    for (uint32_t at = mix(key) & records.mask;; at = (at + 1) & records.mask) {
        uint32_t number1 = records.slots[at];
        if (number1 == 0)
            return &records.slots[at];
        const struct python_code_text *known = record_at(number1 - 1);
        if (known->name == text->name && known->file == text->file &&
            known->first_line == text->first_line)
            return &records.slots[at];
    }
}

static bool grow_records(void)
{
    uint32_t count = records.slots ? 2 * (records.mask + 1) : FIRST_SLOTS, *old = records.slots;
    if (old && records.count < records.mask / 2)
        return true;
    uint32_t *slots = pages_map(count * sizeof(*slots)), old_bytes = count / 2 * sizeof(*slots);
    if (!slots)
        return false;
    records.slots = slots;
    records.mask = count - 1;
    for (uint32_t number = 0; number < records.count; number++)
        *find_record(record_at(number)) = number + 1;
    if (old)
        pages_unmap(old, old_bytes);
    return true;
}

static bool add_record(const struct python_code_text *text)
{
    uint32_t number = records.count;
    if (number >> CHUNK_BITS == CHUNKS)
        return false;
    struct python_code_text **chunk = &records.chunks[number >> CHUNK_BITS];
    if (!*chunk)
        *chunk = pages_map(CHUNK_RECORDS * sizeof(**chunk));
    if (!*chunk)
        return false;
    *record_at(number) = *text;
    records.count = number + 1;
    *find_record(text) = number + 1;
    return true;
}

/* Where there are more than can be kept, they are the one of which nothing is known. */
static bool intern_record(struct python_code_text text, uint32_t *ret_number)
{
    static const struct python_code_text unknown = {"", "", 0};
    if (!grow_records() || (records.count == 0 && !add_record(&unknown)))
        return false;
    uint32_t *number1 = find_record(&text);
    if (*number1 == 0 && !add_record(&text))
        number1 = find_record(&unknown);
    *ret_number = *number1 - 1;
    return true;
}

static const char *intern_text(const struct python_runtime *runtime, struct text_pool *pool,
                               uintptr_t text)
{
    char bytes[TEXT_POOL_BYTES_MAX];
    const char *interned =
        text_pool_intern(pool, bytes, python_text_read(runtime, text, bytes, sizeof(bytes)));
    return interned ? interned : "";
}

static bool read_record(const struct python_runtime *runtime, uintptr_t code, uint32_t *ret_number)
{
    const struct python_layout *layout = &runtime->layout;
    struct python_code_text text = {
        .name = intern_text(runtime, &records.names, *(uintptr_t *)(code + layout->code_name)),
        .file = intern_text(runtime, &records.files, *(uintptr_t *)(code + layout->code_file)),
        .first_line = *(uint32_t *)(code + layout->code_line),
    };
    return intern_record(text, ret_number);
}

/* ---- registering ---- */

static enum python_code_result add_code(const struct python_runtime *runtime, uintptr_t code,
                                        bool may_be_freed, uint32_t *ret_number)
{
    uint64_t mask = lock();
    bool done = make_room() && read_record(runtime, code, ret_number);
    if (done && may_be_freed)
        atomic_fetch_add(&python_codes.alive[python_code_bucket(code)], 1);
    if (done)
        put_address(addresses, code, *ret_number + 1);
    unlock(mask);
    return done ? PYTHON_CODE_NUMBERED : PYTHON_CODE_NO_MEMORY;
}

enum python_code_result python_code_number(const struct python_runtime *runtime, uintptr_t code,
                                           uint32_t *ret_number)
{
    uint32_t number1 = number1_at(code);
    if (number1) {
        *ret_number = number1 - 1;
        return PYTHON_CODE_NUMBERED;
    }
    if (*(uintptr_t *)(code + OBJECT_TYPE) != runtime->code_type)
        return PYTHON_CODE_STRANGE;
    struct block block;
    bool is_block = block_table_find(&tracker.blocks, code, &block) &&
                    block.bytes >= runtime->layout.code_bytes;
    if (!is_block && !python_runtime_owns(runtime, code))
        return PYTHON_CODE_STRANGE;
    return add_code(runtime, code, is_block, ret_number);
}

/* What was known of the bucket's code objects holds no longer. */
static void forget_registered(uintptr_t code)
{
    uint64_t mask = lock();
    struct slot *slot = find_slot(addresses, code);
    if (slot->number1) {
        atomic_fetch_add(&python_codes.generation[python_code_bucket(code)], 1);
        atomic_store(&slot->number1, 0);
        atomic_fetch_sub(&python_codes.alive[python_code_bucket(code)], 1);
    }
    unlock(mask);
}

void python_code_forget(uintptr_t block)
{
    uint32_t alive =
        atomic_load_explicit(&python_codes.alive[python_code_bucket(block)], memory_order_relaxed);
    if (alive && number1_at(block))
        forget_registered(block);
}

uint32_t python_code_count(void)
{
    return records.count;
}

struct python_code_text python_code_text(uint32_t number)
{
    return *record_at(number);
}
