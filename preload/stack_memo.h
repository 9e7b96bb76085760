/*
 * Each thread's memory of how stacks lie. For a start state (pc, sp, and rbp where it matters) it
 * knows *layouts*: the places of the words that a walk from there read, in the order in which it
 * read them. Mostly one start has one layout, even where it ends thousands of different stacks. To
 * find a stack is to read the words in those places, and to look the number that they and the
 * layout give (path_hash_words()) up in the path cache.
 *
 * Why that is exact. Unwinding is a function of the start state and of the words that it reads
 * (preload/trace.h), and where it reads the next word follows from those before. So where a walk
 * from this start has read just these words in just these places, a walk now would read the same,
 * and end in the same stack. That the words are the same is known by their number, with the
 * probability of error that preload/path_hash.h states: 2^-64 for two stacks, one in thirty million
 * that it ever happens among a million stacks of one layout. A layout that does not fit the stack
 * as it is now gives a number that nobody has put into the cache.
 *
 * Nothing outside mapped memory is read: all words of a layout lie on the thread's own stack, above
 * the stack pointer (preload/stack_reader.h), where any word can be read as long as the thread
 * runs. Stacks that lie elsewhere (coroutines', signal stacks) are walked each time.
 *
 * Layouts lie in a ring, in which the oldest give way. The last quarter before they are overwritten
 * they are not used any more: a signal handler that interrupts a lookup, and makes layouts itself,
 * does not reach the one that is being read. Otherwise used by its own thread only, see
 * preload/capture.c.
 */
#ifndef CAULK_STACK_MEMO_H
#define CAULK_STACK_MEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/capture.h"
#include "preload/path_cache.h"
#include "preload/stack_reader.h"
#include "preload/trace.h"

#define STACK_MEMO_SET_BITS 9
#define STACK_MEMO_WAYS 4u
#define STACK_MEMO_WORDS 16384u /* of the ring, 8 bytes each */
#define STACK_MEMO_ALIVE 12288u /* the latest of them; the others may be overwritten any time */

struct stack_memo_slot {
    uint64_t tag;      /* the start's hash */
    uint64_t position; /* of the layout, which is there until the head is that much further on */
};

struct stack_layout {
    uintptr_t pc, sp, bp; /* the start */
    uint64_t number; /* no other layout's; plain ones that are equal share it, in all threads */
    uint16_t frames; /* of the stack */
    bool plain;      /* all words are return addresses, and rbp doesn't matter */
    uint16_t count;  /* of offsets; a multiple of PATH_HASH_UNROLL: the last may be there again */
    bool bp_needed;
    uint16_t offsets[]; /* in words above sp */
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

/* Remembers how the trace lies, if it is on the thread's own stack, and says what number its words
 * give; under that number the path cache has to have its node. The trace must be that of the
 * running thread, as its stack is now. */
bool stack_memo_put(struct stack_memo *memo, const struct trace *trace,
                    const struct path_keys *keys, struct path_hash *ret_hash);

static inline uint64_t stack_memo_hash(uintptr_t pc, uintptr_t sp)
{
    return (pc ^ sp << 20) * 0x9e3779b97f4a7c15ull;
}

static inline struct stack_memo_slot *stack_memo_set(struct stack_memo *memo, uint64_t hash)
{
    return memo->slots[hash >> (64 - STACK_MEMO_SET_BITS)];
}

/* NULL where the slot is empty or its layout has given way. */
static inline struct stack_layout *stack_memo_layout(struct stack_memo *memo,
                                                     const struct stack_memo_slot *slot)
{
    bool alive = memo->head - slot->position <= STACK_MEMO_ALIVE;
    return alive ? (struct stack_layout *)&memo->ring[slot->position % STACK_MEMO_WORDS] : NULL;
}

static inline bool stack_layout_starts(const struct stack_layout *layout,
                                       const struct capture_start *start)
{
    return layout->pc == start->pc && layout->sp == start->sp &&
           (!layout->bp_needed || layout->bp == start->bp);
}

static inline struct path_hash stack_layout_hash(const struct stack_layout *layout,
                                                 const struct path_keys *keys)
{
    return path_hash_words(keys, layout->number, (const uintptr_t *)layout->sp, layout->offsets,
                           layout->count);
}

static inline void stack_memo_swap(struct stack_memo_slot *a, struct stack_memo_slot *b)
{
    struct stack_memo_slot other = *a;
    *a = *b;
    *b = other;
}

/* The node of the stack at start, or 0. What is found is found sooner the next time. */
static inline uint32_t stack_memo_find(struct stack_memo *memo, const struct capture_start *start,
                                       struct path_cache *paths)
{
    uint64_t hash = stack_memo_hash(start->pc, start->sp);
    struct stack_memo_slot *set = stack_memo_set(memo, hash);
    for (unsigned way = 0; way < STACK_MEMO_WAYS; way++) {
        if (set[way].tag != hash)
            continue;
        const struct stack_layout *layout = stack_memo_layout(memo, &set[way]);
        if (!layout || !stack_layout_starts(layout, start))
            continue;
        uint32_t node = path_cache_get(paths, stack_layout_hash(layout, &paths->keys));
        if (node) {
            if (way != 0)
                stack_memo_swap(&set[0], &set[way]);
            return node;
        }
    }
    return 0;
}

#endif
