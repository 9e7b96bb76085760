/*
 * Each thread's memory of stacks seen before: for a start state (pc, sp, and rbp where it matters)
 * the words of the stack that a walk from there read, and the stack node that it gave. If the state
 * and all the words are equal, so is the stack: unwinding is a function of just these, as
 * preload/trace.h explains. Less is not enough: two callers with frames of equal size give the
 * same (pc, sp).
 *
 * Many stacks may start in the same state. They are told apart where they first differ: a slot of
 * the hash table is a leaf, which names a record, or a branch, which names a word of the stack
 * whose value leads on to another slot. So a lookup reads one word for each point at which paths
 * part, and then checks one record. The slots are only a way to find a record, and may be wrong or
 * gone; the record decides.
 *
 * Checking compares a record's words one after the other and stops at the first difference. It so
 * reads nothing that the walk itself would not read. Branches are followed on the thread's own
 * stack only, where any word can be read.
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

#define STACK_MEMO_SET_BITS 9
#define STACK_MEMO_WAYS 2u
#define STACK_MEMO_WORDS 16384u
#define STACK_MEMO_BRANCHES_MAX 32u
#define STACK_MEMO_UNROLL 4u /* a record's words are filled up to a multiple of this */

enum stack_memo_kind { STACK_MEMO_NONE, STACK_MEMO_LEAF, STACK_MEMO_BRANCH };

struct stack_memo_slot {
    uint32_t tag;
    uint16_t kind;     /* enum stack_memo_kind */
    uint16_t offset;   /* of a branch's word, in words above the start's sp */
    uint64_t position; /* of a leaf's record: it is there until the head is a ring further on */
};

/* In the ring, followed by count values and as many offsets. */
struct stack_memo_record {
    uintptr_t pc, sp, bp;
    uint32_t node;
    uint16_t count;
    bool bp_needed;
    uint64_t values[];
};

struct stack_memo {
    uint64_t epoch; /* what capture.c thought of the loaded modules when the contents were made */
    unsigned depth;
    uint64_t head;     /* words of the ring ever given out, and then some */
    uint64_t turn;     /* counts the calls that change anything */
    uintptr_t turn_sp; /* the stack pointer of the one under way, or 0 */
    struct stack_reader reader;
    struct stack_memo_slot slots[1u << STACK_MEMO_SET_BITS][STACK_MEMO_WAYS];
    struct trace trace;
    uint64_t ring[STACK_MEMO_WORDS];
};

/* In pages from pages_map(), most of them never touched; NULL when there is no memory. */
struct stack_memo *stack_memo_create(void);
void stack_memo_destroy(struct stack_memo *memo); /* NULL is fine */

/* Forgets everything. */
void stack_memo_reset(struct stack_memo *memo);

/* Remembers the trace, if its words can be coded. It must be that of the running thread's stack. */
void stack_memo_put(struct stack_memo *memo, const struct trace *trace);

static inline uint64_t stack_memo_hash(uintptr_t pc, uintptr_t sp)
{
    return (pc ^ sp << 20) * 0x9e3779b97f4a7c15ull;
}

static inline uint64_t stack_memo_hash_on(uint64_t hash, uintptr_t word)
{
    return (hash ^ hash >> 32 ^ word) * 0xc2b2ae3d27d4eb4full;
}

static inline uint32_t stack_memo_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 16);
}

/* The slot with this hash, or NULL. */
static inline struct stack_memo_slot *stack_memo_slot(struct stack_memo *memo, uint64_t hash)
{
    struct stack_memo_slot *set = memo->slots[hash >> (64 - STACK_MEMO_SET_BITS)];
    uint32_t tag = stack_memo_tag(hash);
    if (set[0].tag == tag)
        return &set[0];
    return set[1].tag == tag ? &set[1] : NULL;
}

static inline const struct stack_memo_record *stack_memo_record(const struct stack_memo *memo,
                                                                uint64_t position)
{
    return (const struct stack_memo_record *)&memo->ring[position % STACK_MEMO_WORDS];
}

static inline const uint16_t *stack_memo_offsets(const struct stack_memo_record *record)
{
    return (const uint16_t *)&record->values[record->count];
}

static inline bool stack_memo_holds(const struct stack_memo_record *record,
                                    const struct capture_start *start)
{
    const uint64_t *value = record->values, *end = value + record->count;
    const uint16_t *offset = stack_memo_offsets(record);
    const uintptr_t *stack = (const uintptr_t *)start->sp;
    if (record->pc != start->pc || record->sp != start->sp ||
        (record->bp_needed && record->bp != start->bp))
        return false;
    for (; value < end; value += STACK_MEMO_UNROLL, offset += STACK_MEMO_UNROLL)
        if (stack[offset[0]] != value[0] || stack[offset[1]] != value[1] ||
            stack[offset[2]] != value[2] || stack[offset[3]] != value[3])
            return false;
    return true;
}
_Static_assert(STACK_MEMO_UNROLL == 4, "four comparisons");

/* The node of the stack at start, or 0. */
static inline uint32_t stack_memo_find(struct stack_memo *memo, const struct capture_start *start)
{
    uint64_t head = memo->head, hash = stack_memo_hash(start->pc, start->sp);
    for (unsigned level = 0; level < STACK_MEMO_BRANCHES_MAX; level++) {
        const struct stack_memo_slot *slot = stack_memo_slot(memo, hash);
        if (!slot)
            return 0;
        if (slot->kind == STACK_MEMO_BRANCH) {
            uintptr_t address = start->sp + slot->offset * sizeof(uintptr_t);
            if (!stack_reader_owns(&memo->reader, address))
                return 0;
            hash = stack_memo_hash_on(hash, *(const uintptr_t *)address);
            continue;
        }
        const struct stack_memo_record *record = stack_memo_record(memo, slot->position);
        uint32_t node = record->node;
        if (slot->kind == STACK_MEMO_NONE || head - slot->position > STACK_MEMO_WORDS ||
            !stack_memo_holds(record, start))
            return 0;
        atomic_signal_fence(memory_order_seq_cst); /* a handler may have changed it all meanwhile */
        return *(volatile uint64_t *)&memo->head == head ? node : 0;
    }
    return 0;
}

#endif
