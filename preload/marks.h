/*
 * Which blocks are reached, and which of them are still to be looked into: one bit a block and a
 * stack of fixed size.
 *
 * A block that finds no room on the stack is not forgotten: the card of 64 blocks that its number
 * falls into is, and whoever marks goes through the blocks of such cards again, as Boehm's
 * collector goes through the heap after an overflow of its mark stack (Boehm and Weiser, Garbage
 * collection in an uncooperative environment, 1988; gc/mark.c).
 *
 * Knows numbers and addresses, no memory: the reader of blocks drives it.
 *
 *     marks_add(&marks, number, address);        for each root
 *     do
 *         while (marks_take(&marks, &entry))
 *             … marks_add() what it points to …
 *     while (marks_overflowed(&marks)) with, for each block of a card that marks_take_card() takes,
 *         the same if it is reached
 */
#ifndef CAULK_MARKS_H
#define CAULK_MARKS_H

#include <stddef.h>

#include "preload/ranked_bits.h"

#define MARKS_CARD_BLOCKS 64u
#define MARKS_STACK_ENTRIES (1u << 20)

struct mark_entry {
    uintptr_t address;
    uint32_t number;
};

struct marks {
    struct ranked_bits reached;
    struct ranked_bits cards; /* with blocks that found no room */
    bool overflowed;
    struct mark_entry *stack;
    size_t used, capacity;
};

/* entries: room on the stack. False without memory. */
bool marks_init(struct marks *marks, uint32_t block_count, size_t entries);

/* Marks a block as reached; if it was not, it is to be looked into. */
void marks_add(struct marks *marks, uint32_t number, uintptr_t address);

/* The next one to look into. False when the stack is empty. */
bool marks_take(struct marks *marks, struct mark_entry *ret_entry);

/* Whether blocks found no room since it was last asked. */
bool marks_overflowed(struct marks *marks);

/* Whether a block's card has such blocks; from now on it has none. */
bool marks_take_card(struct marks *marks, uint32_t number);

/* Gives back all but what is reached, which is counted: returns how many are. */
uint32_t marks_seal(struct marks *marks);

#endif
