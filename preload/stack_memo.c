/*
 * Making layouts. A signal handler may interrupt stack_memo_put() and look something up, so the
 * order of stores matters: the head passes the old layouts before a new one replaces them, and a
 * slot is filled when its layout is whole. Should a handler change the trace meanwhile, what comes
 * out is nonsense, within bounds, and soon forgotten: see preload/capture.c.
 */
#include "preload/stack_memo.h"

#include <stdatomic.h>
#include <string.h>

#include "preload/pages.h"

#define LAYOUT_WORDS_MAX                                                                           \
    ((sizeof(struct stack_layout) + PATH_HASH_WORDS_MAX * sizeof(uint16_t)) / sizeof(uint64_t))

/* At most for one frame, and at the end: the word that ended it, and the filling. */
#define FRAME_SLOTS_MAX 3u
#define END_SLOTS_MAX (1u + PATH_HASH_UNROLL)

struct writer {
    bool plain;
    uintptr_t sp;
    uintptr_t reach; /* of the slot that is furthest away, in bytes */
    unsigned count;
    uint16_t *offsets;
};

struct stack_memo *stack_memo_create(void)
{
    struct stack_memo *memo = pages_map(sizeof(struct stack_memo));
    if (memo)
        stack_memo_reset(memo);
    return memo;
}

void stack_memo_destroy(struct stack_memo *memo)
{
    pages_unmap(memo, sizeof(*memo));
}

void stack_memo_reset(struct stack_memo *memo)
{
    memo->head += STACK_MEMO_WORDS + 1;
    memo->trace.count = 0;
}

static inline void write_slot(struct writer *writer, uintptr_t slot)
{
    uintptr_t distance = slot - writer->sp; /* huge where it lies below */
    if (distance > writer->reach)
        writer->reach = distance;
    writer->offsets[writer->count++] = (uint16_t)(distance / sizeof(uintptr_t));
}

/* In the order in which a walk reads them; false where they are too many. */
static bool write_slots(struct writer *writer, const struct trace *trace)
{
    for (unsigned i = trace->count - 1; i-- > trace->beyond;) {
        const struct trace_frame *traced = &trace->frames[i];
        if (writer->count > PATH_HASH_WORDS_MAX - FRAME_SLOTS_MAX - END_SLOTS_MAX)
            return false;
        if (!traced->plain && traced->frame.sp_slot)
            write_slot(writer, traced->frame.sp_slot);
        if (!traced->plain && trace_reads_bp(traced))
            write_slot(writer, traced->frame.bp_slot);
        write_slot(writer, traced->frame.pc_slot);
        writer->plain &= traced->plain;
    }
    if (trace->end_slot && !trace->beyond)
        write_slot(writer, trace->end_slot);
    for (; writer->count % PATH_HASH_UNROLL != 0; writer->count++)
        writer->offsets[writer->count] = writer->offsets[writer->count - 1];
    return true;
}

/* False where the trace's words are too many or too far away, or not all on the thread's own stack.
 */
static bool write_layout(const struct stack_reader *reader, const struct trace *trace,
                         struct stack_layout *ret_layout)
{
    const struct trace_frame *start = &trace->frames[trace->count - 1];
    struct writer writer = {
        .plain = !start->bp_needed, .sp = start->frame.sp, .offsets = ret_layout->offsets};
    if (!write_slots(&writer, trace) || writer.reach > UINT16_MAX * sizeof(uintptr_t) ||
        !stack_reader_owns(reader, writer.sp) ||
        !stack_reader_owns(reader, writer.sp + writer.reach))
        return false;
    ret_layout->pc = start->frame.pc;
    ret_layout->sp = start->frame.sp;
    ret_layout->bp = start->frame.bp;
    ret_layout->bp_needed = start->bp_needed;
    ret_layout->frames = (uint16_t)(trace->count - trace->beyond);
    ret_layout->plain = writer.plain;
    ret_layout->count = (uint16_t)writer.count;
    return true;
}

static size_t layout_bytes(const struct stack_layout *layout)
{
    return offsetof(struct stack_layout, offsets) + layout->count * sizeof(layout->offsets[0]);
}

/* Room for so many words in one piece. */
static uint64_t reserve(struct stack_memo *memo, size_t words)
{
    uint64_t position = memo->head, used = position % STACK_MEMO_WORDS;
    if (used + words > STACK_MEMO_WORDS)
        position += STACK_MEMO_WORDS - used;
    memo->head = position + words;
    atomic_signal_fence(memory_order_seq_cst);
    return position;
}

static bool is_same(const struct stack_layout *a, const struct stack_layout *b)
{
    return a->pc == b->pc && a->sp == b->sp && a->bp_needed == b->bp_needed &&
           (!a->bp_needed || a->bp == b->bp) && a->frames == b->frames && a->count == b->count &&
           memcmp(a->offsets, b->offsets, a->count * sizeof(a->offsets[0])) == 0;
}

/* The slot of a set that has such a layout, else the one that is least worth keeping. */
static struct stack_memo_slot *choose(struct stack_memo *memo, struct stack_memo_slot *set,
                                      const struct stack_layout *layout)
{
    struct stack_memo_slot *oldest = &set[0];
    for (unsigned way = 0; way < STACK_MEMO_WAYS; way++) {
        const struct stack_layout *known = stack_memo_layout(memo, &set[way]);
        if (known && is_same(known, layout))
            return &set[way];
        if (set[way].position < oldest->position)
            oldest = &set[way];
    }
    return oldest;
}

/*
 * The words of a plain layout lead to the same stack wherever it lies, as long as the unwind tables
 * of the loaded modules are the same, for which the epoch stands. With any other, it also matters
 * where it lies, and what rbp is.
 */
static uint64_t number_of(const struct stack_layout *layout, uint64_t epoch,
                          const struct path_keys *keys)
{
    struct path_hash hash = path_hash_on(keys, (struct path_hash){0, 0}, layout->pc);
    hash = path_hash_on(keys, hash, epoch);
    hash = path_hash_on(keys, hash, (uintptr_t)layout->frames << 16 | layout->count);
    for (unsigned i = 0; i < layout->count; i += 2)
        hash =
            path_hash_on(keys, hash, (uintptr_t)layout->offsets[i] << 16 | layout->offsets[i + 1]);
    if (!layout->plain) {
        hash = path_hash_on(keys, hash, layout->sp);
        hash = path_hash_on(keys, hash, layout->bp_needed ? layout->bp : 0);
    }
    return hash.first;
}

/* The memo's own copy of the layout. */
static const struct stack_layout *keep(struct stack_memo *memo, const struct stack_layout *layout,
                                       const struct path_keys *keys)
{
    uint64_t hash = stack_memo_hash(layout->pc, layout->sp);
    struct stack_memo_slot *slot = choose(memo, stack_memo_set(memo, hash), layout);
    const struct stack_layout *known = stack_memo_layout(memo, slot);
    if (known && is_same(known, layout))
        return known;
    size_t bytes = layout_bytes(layout);
    uint64_t position = reserve(memo, (bytes + sizeof(memo->ring[0]) - 1) / sizeof(memo->ring[0]));
    struct stack_layout *kept = (struct stack_layout *)&memo->ring[position % STACK_MEMO_WORDS];
    memcpy(kept, layout, bytes);
    kept->number = number_of(layout, memo->epoch, keys);
    atomic_signal_fence(memory_order_seq_cst);
    *slot = (struct stack_memo_slot){hash, position};
    return kept;
}

bool stack_memo_put(struct stack_memo *memo, const struct trace *trace,
                    const struct path_keys *keys, struct path_hash *ret_hash)
{
    uint64_t words[LAYOUT_WORDS_MAX];
    struct stack_layout *layout = (struct stack_layout *)words;
    if (!write_layout(&memo->reader, trace, layout))
        return false;
    *ret_hash = stack_layout_hash(keep(memo, layout, keys), keys);
    return true;
}
