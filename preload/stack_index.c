/* See preload/stack_index.h. */
#include "preload/stack_index.h"

#include "preload/pages.h"

#define COPY_BLOCK 64u

void stack_indexes_copy(struct stack_indexes *indexes, uint64_t entry)
{
    struct stack_index *index = stack_index_at(indexes, indexes->newest);
    uint32_t at = stack_index_home(index, entry);
    for (;;) {
        uint64_t found = atomic_load(&index->entries[at]);
        if (found == STACK_ENTRY_EMPTY &&
            atomic_compare_exchange_strong(&index->entries[at], &found, entry))
            return;
        if (found == entry)
            return;
        if (found == STACK_ENTRY_SEALED) { /* there is a newer one meanwhile */
            index = stack_index_at(indexes, indexes->newest);
            at = stack_index_home(index, entry);
        } else {
            at = (at + 1) & (stack_index_size(index) - 1);
        }
    }
}

static void copy_or_seal(struct stack_indexes *indexes, _Atomic uint64_t *place)
{
    uint64_t entry = atomic_load(place);
    if (entry == STACK_ENTRY_EMPTY &&
        atomic_compare_exchange_strong(place, &entry, STACK_ENTRY_SEALED))
        return;
    if (entry != STACK_ENTRY_SEALED)
        stack_indexes_copy(indexes, entry);
}

void stack_indexes_help(struct stack_indexes *indexes)
{
    uint32_t number = atomic_load(&indexes->oldest);
    if (number >= atomic_load(&indexes->newest))
        return;
    struct stack_index *index = stack_index_at(indexes, number);
    uint32_t start = atomic_load(&index->copy_next);
    if (start >= stack_index_size(index) ||
        !atomic_compare_exchange_strong(&index->copy_next, &start, start + COPY_BLOCK))
        return;
    for (uint32_t i = start; i < start + COPY_BLOCK; i++)
        copy_or_seal(indexes, &index->entries[i]);
    if (atomic_fetch_add(&index->copied, COPY_BLOCK) + COPY_BLOCK == stack_index_size(index))
        atomic_compare_exchange_strong(&indexes->oldest, &number, number + 1);
}

static bool add_index(struct stack_indexes *indexes, uint32_t number)
{
    unsigned bits = STACK_INDEX_MIN_BITS + number;
    size_t bytes = sizeof(struct stack_index) + (sizeof(uint64_t) << bits);
    if (number >= STACK_INDEXES)
        return false;
    struct stack_index *index = pages_map_dense(bytes), *none = NULL;
    if (!index)
        return false;
    index->bits = bits;
    if (!atomic_compare_exchange_strong(&indexes->index[number], &none, index))
        pages_unmap(index, bytes);
    return true;
}

bool stack_indexes_make_room(struct stack_indexes *indexes, uint32_t used)
{
    uint32_t number = atomic_load(&indexes->newest);
    uint32_t size = stack_index_size(stack_index_at(indexes, number));
    if (used < size / 8 * 5)
        return true;
    if (add_index(indexes, number + 1)) {
        atomic_compare_exchange_strong(&indexes->newest, &number, number + 1);
        return true;
    }
    return used < size - size / 8;
}

bool stack_indexes_init(struct stack_indexes *indexes)
{
    return add_index(indexes, 0);
}
