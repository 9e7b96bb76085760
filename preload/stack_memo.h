/*
 * Each thread's memory of stacks seen before: for a start state (pc, sp, and rbp where it matters)
 * the words of the stack that a walk from there read, and the stack node that it gave. If the state
 * and all the words are equal, so is the stack: unwinding is a function of just these, as
 * preload/trace.h explains. Less is not enough: two callers with frames of equal size give the
 * same (pc, sp).
 *
 * A hit compares the words one after the other and stops at the first difference. It so reads
 * nothing that the walk itself would not read. 2 ways of 256 sets. The words lie in a ring, 8 bytes
 * each, oldest overwritten first.
 *
 * Used by its own thread only; a signal handler may use it too, see preload/capture.c.
 */
#ifndef CAULK_STACK_MEMO_H
#define CAULK_STACK_MEMO_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/capture.h"
#include "preload/stack_reader.h"
#include "preload/trace.h"

#define STACK_MEMO_SETS 256u
#define STACK_MEMO_WAYS 2u
#define STACK_MEMO_WORDS 16384u
#define STACK_MEMO_VALUE_BITS                                                                      \
    48 /* below them a word's value, above its distance to the last one                            \
        */

struct stack_memo_entry {
    uintptr_t pc, sp, bp;
    uint64_t position; /* of its words: they are there as long as the head is not a ring further */
    uint32_t node;     /* 0: no entry */
    uint16_t count;
    bool bp_needed;
};

struct stack_memo {
    uint64_t epoch; /* what capture.c thought of the loaded modules when the contents were made */
    unsigned depth;
    uint64_t head;     /* words ever written, and then some */
    uint64_t turn;     /* counts the calls that change anything */
    uintptr_t turn_sp; /* the stack pointer of the one under way, or 0 */
    struct stack_reader reader;
    struct stack_memo_entry entries[STACK_MEMO_SETS][STACK_MEMO_WAYS];
    struct trace trace;
    uint64_t words[STACK_MEMO_WORDS];
};

/* In pages from pages_map(), most of them never touched; NULL when there is no memory. */
struct stack_memo *stack_memo_create(void);
void stack_memo_destroy(struct stack_memo *memo); /* NULL is fine */

/* Forgets everything. */
void stack_memo_reset(struct stack_memo *memo);

/* Remembers the trace, if its words can be coded. */
void stack_memo_put(struct stack_memo *memo, const struct trace *trace);

static inline struct stack_memo_entry *stack_memo_set(struct stack_memo *memo, uintptr_t pc,
                                                      uintptr_t sp)
{
    uint64_t hash = (pc ^ sp << 16) * 0x9e3779b97f4a7c15ull;
    return memo->entries[hash >> 56];
}
_Static_assert(STACK_MEMO_SETS == 256, "the set is 8 bits of the hash");

static inline bool stack_memo_words_hold(const struct stack_memo *memo,
                                         const struct stack_memo_entry *entry)
{
    const uint64_t *word = &memo->words[entry->position % STACK_MEMO_WORDS];
    const uint64_t *end = word + entry->count;
    const uint64_t *slot = (const uint64_t *)entry->sp;
    for (; word < end; word++) {
        slot += (int64_t)*word >> STACK_MEMO_VALUE_BITS;
        if (*slot != (*word & (((uint64_t)1 << STACK_MEMO_VALUE_BITS) - 1)))
            return false;
    }
    return true;
}

/* The node of the stack at start, or 0. */
static inline uint32_t stack_memo_find(struct stack_memo *memo, const struct capture_start *start)
{
    uint64_t head = memo->head;
    const struct stack_memo_entry *entry = stack_memo_set(memo, start->pc, start->sp);
    for (unsigned way = 0; way < STACK_MEMO_WAYS; way++, entry++) {
        uint32_t node = entry->node;
        if (entry->pc != start->pc || entry->sp != start->sp || !node ||
            (entry->bp_needed && entry->bp != start->bp) ||
            head - entry->position > STACK_MEMO_WORDS || !stack_memo_words_hold(memo, entry))
            continue;
        atomic_signal_fence(memory_order_seq_cst); /* a handler may have changed it all meanwhile */
        return *(volatile uint64_t *)&memo->head == head ? node : 0;
    }
    return 0;
}

#endif
