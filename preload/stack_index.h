/*
 * The indexes of the stack table: open-addressed tables of 8-byte entries, each twice as large as
 * the one before. An entry holds 36 bits of its key's hash, of which the upper ones are also its
 * home position, and the node's number. Five eighths full, an index is followed by the next one.
 * Two things make that work without a lock:
 *
 * One node per key. Whoever misses in an older index *seals* the empty entry at which its probe
 * ended, before it inserts into a newer one. Any other thread that would insert the same key into
 * the older index has to use just that entry, finds it sealed, and goes on to the newer one.
 *
 * No pause. Each call that finds older indexes still in use copies a few dozen of their entries to
 * the newest. When all are copied, the old index isn't looked at any more. It stays mapped, because
 * a thread may still be in it.
 *
 * Tried instead: one large sparse table; its pages, each touched for the first time by some malloc,
 * cost 1 us apiece.
 */
#ifndef CAULK_STACK_INDEX_H
#define CAULK_STACK_INDEX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define STACK_NODE_BITS 28u
#define STACK_NODE_MAX ((1u << STACK_NODE_BITS) - 1)
#define STACK_INDEX_MIN_BITS 14u
#define STACK_INDEXES (STACK_NODE_BITS + 2 - STACK_INDEX_MIN_BITS)

#define STACK_ENTRY_EMPTY 0ull
#define STACK_ENTRY_SEALED (1ull << STACK_NODE_BITS) /* no node's entry: its number is 0 */

struct stack_index {
    unsigned bits;
    _Atomic uint32_t copy_next; /* first entry that nobody has begun to copy */
    _Atomic uint32_t copied;
    _Atomic uint64_t entries[];
};

struct stack_indexes {
    struct stack_index *_Atomic index[STACK_INDEXES];
    _Atomic uint32_t oldest; /* all before this one have been copied to later ones */
    _Atomic uint32_t newest;
};

static inline uint64_t stack_entry_tag(uint64_t hash)
{
    return hash >> STACK_NODE_BITS << STACK_NODE_BITS;
}

static inline uint32_t stack_entry_node(uint64_t entry)
{
    return (uint32_t)entry & STACK_NODE_MAX;
}

static inline uint32_t stack_index_size(const struct stack_index *index)
{
    return 1u << index->bits;
}

static inline uint32_t stack_index_home(const struct stack_index *index, uint64_t tag)
{
    return (uint32_t)(tag >> (64 - index->bits));
}

static inline struct stack_index *stack_index_at(const struct stack_indexes *indexes,
                                                 uint32_t number)
{
    return atomic_load_explicit(&indexes->index[number], memory_order_acquire);
}

/* indexes is zeroed memory; false when there is no memory. */
bool stack_indexes_init(struct stack_indexes *indexes);

/* Before a key is inserted: at five eighths full, of used keys in all, the next index is begun;
 * without memory for it the newest serves a while longer. False where no more keys may be inserted.
 */
bool stack_indexes_make_room(struct stack_indexes *indexes, uint32_t used);

/* Enters an entry that an older index has into the newest. */
void stack_indexes_copy(struct stack_indexes *indexes, uint64_t entry);

/* Copies some of what is left in older ones. */
void stack_indexes_help(struct stack_indexes *indexes);

#endif
