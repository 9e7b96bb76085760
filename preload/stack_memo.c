/*
 * Making records and slots. A signal handler may interrupt stack_memo_put() and look something up,
 * so the order of stores matters: a slot is taken out before it changes, and the head passes the
 * old records before a new one replaces them.
 */
#include "preload/stack_memo.h"

#include "preload/pages.h"

#define HEADER_WORDS (sizeof(struct stack_memo_record) / sizeof(uint64_t))
#define OFFSETS_PER_WORD (sizeof(uint64_t) / sizeof(uint16_t))

struct writer {
    uint64_t *value;
    uint16_t *offset;
    uintptr_t sp;
    bool failed;
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

/* Has the walk read this frame's rbp, and the rest of the stack depends on it? */
static bool reads_bp(const struct trace_frame *traced)
{
    return traced->bp_needed && traced->frame.bp_slot;
}

static unsigned count_words(const struct trace *trace)
{
    unsigned count = trace->end_slot != 0;
    for (unsigned i = 0; i + 1 < trace->count; i++)
        count += 1u + (trace->frames[i].frame.sp_slot != 0) + reads_bp(&trace->frames[i]);
    return count;
}

static void write_word(struct writer *writer, uintptr_t slot, uintptr_t value)
{
    uintptr_t offset = (slot - writer->sp) / sizeof(uintptr_t);
    if (offset > UINT16_MAX)
        writer->failed = true;
    *writer->value++ = value;
    *writer->offset++ = (uint16_t)offset;
}

/* In the order in which a walk reads them: where a word is follows from those before it. */
static void write_words(struct writer *writer, const struct trace *trace)
{
    for (unsigned i = trace->count - 1; i-- > 0;) {
        const struct unwind_frame *frame = &trace->frames[i].frame;
        if (frame->sp_slot)
            write_word(writer, frame->sp_slot, frame->sp);
        if (reads_bp(&trace->frames[i]))
            write_word(writer, frame->bp_slot, frame->bp);
        write_word(writer, frame->pc_slot, frame->pc);
    }
    if (trace->end_slot)
        write_word(writer, trace->end_slot, trace->end_value);
}

/* Room for so many words in one piece. */
static uint64_t reserve(struct stack_memo *memo, unsigned words)
{
    uint64_t position = memo->head, used = position % STACK_MEMO_WORDS;
    if (used + words > STACK_MEMO_WORDS)
        position += STACK_MEMO_WORDS - used;
    memo->head = position + words;
    atomic_signal_fence(memory_order_seq_cst);
    return position;
}

/* Where the record is; false when a word is too far away to be coded. */
static bool write_record(struct stack_memo *memo, const struct trace *trace, uint64_t *ret_position)
{
    const struct trace_frame *start = &trace->frames[trace->count - 1];
    unsigned count = count_words(trace);
    unsigned filled = (count + STACK_MEMO_UNROLL - 1) / STACK_MEMO_UNROLL * STACK_MEMO_UNROLL;
    uint64_t position =
        reserve(memo, (unsigned)(HEADER_WORDS + filled + filled / OFFSETS_PER_WORD));
    struct stack_memo_record *record =
        (struct stack_memo_record *)&memo->ring[position % STACK_MEMO_WORDS];
    *record = (struct stack_memo_record){.pc = start->frame.pc,
                                         .sp = start->frame.sp,
                                         .bp = start->frame.bp,
                                         .node = start->node,
                                         .count = (uint16_t)filled,
                                         .bp_needed = start->bp_needed};
    struct writer writer = {record->values, (uint16_t *)&record->values[filled], record->sp, false};
    write_words(&writer, trace);
    for (unsigned i = count; i < filled; i++) {
        *writer.value++ = record->values[count - 1];
        *writer.offset = writer.offset[-1];
        writer.offset++;
    }
    *ret_position = position;
    return !writer.failed;
}

static void set_slot(struct stack_memo_slot *slot, struct stack_memo_slot value)
{
    slot->kind = STACK_MEMO_NONE;
    atomic_signal_fence(memory_order_seq_cst);
    slot->tag = value.tag;
    slot->offset = value.offset;
    slot->position = value.position;
    atomic_signal_fence(memory_order_seq_cst);
    slot->kind = value.kind;
}

static bool is_alive(const struct stack_memo *memo, const struct stack_memo_slot *slot)
{
    return slot->kind == STACK_MEMO_LEAF && memo->head - slot->position <= STACK_MEMO_WORDS;
}

/* The slot of the two that is least worth keeping: a dead one, then the older leaf. */
static struct stack_memo_slot *victim(struct stack_memo *memo, uint64_t hash)
{
    struct stack_memo_slot *set = memo->slots[hash >> (64 - STACK_MEMO_SET_BITS)];
    for (unsigned way = 0; way < STACK_MEMO_WAYS; way++)
        if (set[way].kind != STACK_MEMO_BRANCH && !is_alive(memo, &set[way]))
            return &set[way];
    if (set[0].kind == set[1].kind)
        return set[0].position <= set[1].position ? &set[0] : &set[1];
    return set[0].kind == STACK_MEMO_LEAF ? &set[0] : &set[1];
}

static void put_leaf(struct stack_memo *memo, uint64_t hash, uint64_t position)
{
    struct stack_memo_slot *slot = stack_memo_slot(memo, hash);
    set_slot(slot ? slot : victim(memo, hash),
             (struct stack_memo_slot){stack_memo_tag(hash), STACK_MEMO_LEAF, 0, position});
}

/* Number of the first word in which two stacks with the same start differ, or -1: up to there they
 * have the same words, so the same frames, so the word lies in the same place. */
static int first_difference(const struct stack_memo_record *a, const struct stack_memo_record *b)
{
    const uint16_t *a_offset = stack_memo_offsets(a), *b_offset = stack_memo_offsets(b);
    if (a->pc != b->pc || a->sp != b->sp)
        return -1;
    for (int i = 0; i < a->count && i < b->count && a_offset[i] == b_offset[i]; i++)
        if (a->values[i] != b->values[i])
            return i;
    return -1;
}

/* A slot holds another stack's leaf: a branch takes its place, if there is where to branch. */
static bool split(struct stack_memo *memo, struct stack_memo_slot *slot, uint64_t hash,
                  uint64_t position)
{
    uint64_t old_position = slot->position;
    const struct stack_memo_record *old = stack_memo_record(memo, old_position);
    const struct stack_memo_record *new = stack_memo_record(memo, position);
    int word = is_alive(memo, slot) ? first_difference(old, new) : -1;
    if (word < 0)
        return false;
    uint16_t offset = stack_memo_offsets(new)[word];
    if (!stack_reader_owns(&memo->reader, new->sp + offset * sizeof(uintptr_t)))
        return false;
    set_slot(slot, (struct stack_memo_slot){stack_memo_tag(hash), STACK_MEMO_BRANCH, offset, 0});
    put_leaf(memo, stack_memo_hash_on(hash, old->values[word]), old_position);
    put_leaf(memo, stack_memo_hash_on(hash, new->values[word]), position);
    return true;
}

static void put_slot(struct stack_memo *memo, uint64_t position)
{
    const struct stack_memo_record *record = stack_memo_record(memo, position);
    uint64_t hash = stack_memo_hash(record->pc, record->sp);
    for (unsigned level = 0; level < STACK_MEMO_BRANCHES_MAX; level++) {
        struct stack_memo_slot *slot = stack_memo_slot(memo, hash);
        if (!slot || slot->kind != STACK_MEMO_BRANCH) {
            if (!slot || !split(memo, slot, hash, position))
                put_leaf(memo, hash, position);
            return;
        }
        uintptr_t address = record->sp + slot->offset * sizeof(uintptr_t);
        if (!stack_reader_owns(&memo->reader, address))
            return;
        hash = stack_memo_hash_on(hash, *(const uintptr_t *)address);
    }
}

void stack_memo_put(struct stack_memo *memo, const struct trace *trace)
{
    uint64_t position;
    if (write_record(memo, trace, &position))
        put_slot(memo, position);
}
