/*
 * Walk, join, intern. While walking, `candidate` runs outwards along the previous stack beside the
 * new one: stack pointers ascend in both (where they don't, across a signal stack, a join may be
 * missed, never a wrong one made).
 */
#include "preload/trace.h"

#include <stdatomic.h>

struct walk {
    struct trace *trace;
    unsigned depth;
    unsigned count;     /* frames in trace->walked */
    unsigned candidate; /* no frame of the trace from this number on can be joined */
    bool joined;        /* the last frame walked is the trace's frame number `candidate` */
    bool unsure;
    bool cut; /* these as in struct trace, of the new stack, unless it joined */
    uintptr_t end_slot, end_value;
};

static bool holds(uintptr_t slot, uintptr_t value)
{
    return *(const uintptr_t *)slot == value;
}

/* Would a walk still find this frame from its callee? */
static bool still_holds(const struct trace_frame *traced)
{
    const struct unwind_frame *frame = &traced->frame;
    return holds(frame->pc_slot, frame->pc) &&
           (traced->plain || ((!frame->sp_slot || holds(frame->sp_slot, frame->sp)) &&
                              (!trace_reads_bp(traced) || holds(frame->bp_slot, frame->bp))));
}

/* How many frames from number outwards to the last no longer hold together; 0: all do. */
static unsigned first_broken(const struct trace *trace, unsigned number, unsigned last)
{
    for (unsigned i = number; i > last; i--)
        if (!still_holds(&trace->frames[i - 1]))
            return i;
    return 0;
}

static bool same_state(const struct trace_frame *traced, const struct unwind_frame *frame)
{
    const struct unwind_frame *known = &traced->frame;
    return known->sp == frame->sp && known->pc == frame->pc &&
           known->interrupted == frame->interrupted &&
           (!traced->bp_needed || known->bp == frame->bp);
}

/* How many frames of the trace will be beyond the depth if that one is joined. */
static unsigned beyond_depth(const struct walk *walk, unsigned number)
{
    unsigned total = walk->count + number;
    return total > walk->depth ? total - walk->depth : 0;
}

/* A stack that was cut lacks frames where this one is shallower. */
static bool fits(const struct walk *walk, unsigned number)
{
    unsigned total = walk->count + number;
    return total <= CAPTURE_DEPTH_MAX && (!walk->trace->cut || total >= walk->depth);
}

static bool try_join(struct walk *walk)
{
    struct trace *trace = walk->trace;
    const struct unwind_frame *frame = &trace->walked[walk->count - 1].frame;
    while (walk->candidate && trace->frames[walk->candidate - 1].frame.sp < frame->sp)
        walk->candidate--;
    if (!walk->candidate || !same_state(&trace->frames[walk->candidate - 1], frame) ||
        !fits(walk, walk->candidate - 1))
        return false;
    unsigned beyond = beyond_depth(walk, walk->candidate - 1);
    unsigned broken = first_broken(trace, walk->candidate - 1, beyond);
    bool end_holds =
        !trace->end_slot || broken || beyond || holds(trace->end_slot, trace->end_value);
    walk->candidate = broken ? broken : end_holds ? walk->candidate - 1 : 0;
    return walk->joined = !broken && end_holds;
}

/* The rest of the stack depends on this frame's rbp: so on where it came from. */
static void need_bp(struct trace_frame *walked, unsigned number)
{
    while (!walked[number].bp_needed) {
        walked[number].bp_needed = true;
        walked[number].plain &= !walked[number].frame.bp_slot;
        if (number == 0 || walked[number].frame.bp_slot)
            return;
        number--;
    }
}

/* Can the words that the frame was read from be read again, whatever has become of other stacks? */
static bool stays(const struct stack_reader *reader, const struct unwind_frame *frame)
{
    return stack_reader_owns(reader, frame->pc_slot) &&
           (!frame->sp_slot || stack_reader_owns(reader, frame->sp_slot)) &&
           (!frame->bp_slot || stack_reader_owns(reader, frame->bp_slot));
}

static enum unwind_result walk_on(struct walk *walk, struct stack_reader *reader)
{
    struct trace *trace = walk->trace;
    struct trace_frame *last = &trace->walked[walk->count - 1], *next = last + 1;
    enum unwind_result result = unwind_step(&last->frame, reader, false, &next->frame);
    next->bp_needed = false;
    next->plain = !next->frame.sp_slot;
    if (unwind_needs_bp(&last->frame))
        need_bp(trace->walked, walk->count - 1);
    if (result == UNWIND_STEPPED || result == UNWIND_GUESSED) {
        walk->unsure |= !stays(reader, &next->frame);
        walk->count++;
    } else if (result == UNWIND_END) {
        walk->unsure |= next->frame.pc_slot && !stack_reader_owns(reader, next->frame.pc_slot);
        walk->end_slot = next->frame.pc_slot;
        walk->end_value = next->frame.pc;
    }
    return result;
}

/* The new frames, from the outermost inwards, onto what is left of the previous stack. Returns how
 * many there are in all. */
static unsigned splice(struct trace *trace, const struct walk *walk, const struct path_keys *keys)
{
    unsigned base = walk->joined ? walk->candidate : 0, first = base;
    struct path_hash hash = {0, 0};
    if (walk->joined) {
        hash = trace->frames[base].hash;
        first = base + 1;
        trace->frames[base] = trace->walked[walk->count - 1];
        trace->frames[base].hash = hash;
    }
    for (unsigned i = first; i < base + walk->count; i++) {
        struct trace_frame *frame = &trace->frames[i];
        *frame = trace->walked[walk->count - 1 - (i - base)];
        frame->hash = hash = path_hash_on(keys, hash, unwind_address(&frame->frame));
    }
    if (!walk->joined) {
        trace->cut = walk->cut;
        trace->end_slot = walk->end_slot;
        trace->end_value = walk->end_value;
    }
    return base + walk->count;
}

static struct path_hash hash_of(const struct trace *trace, unsigned beyond, unsigned count,
                                const struct path_keys *keys)
{
    struct path_hash whole = trace->frames[count - 1].hash;
    return beyond == 0
               ? whole
               : path_hash_without(keys, whole, trace->frames[beyond - 1].hash, count - beyond);
}

struct path_hash trace_hash(const struct trace *trace, const struct path_keys *keys)
{
    return hash_of(trace, trace->beyond, trace->count, keys);
}

/* The node of the frames from `beyond` to `count`, which the walk has left; `previous` frames had
 * the node of the stack before, and others may have been beyond. */
static uint32_t intern(struct trace *trace, const struct walk *walk, unsigned previous,
                       unsigned beyond, unsigned count, struct stack_table *table)
{
    struct path_hash hash = hash_of(trace, beyond, count, &table->paths.keys);
    uint32_t node = path_cache_get(&table->paths, hash), outer = 0;
    unsigned from = beyond;
    if (node)
        return node;
    if (walk->joined && beyond == 0 && trace->beyond == 0) {
        from = walk->candidate + 1;
        outer = stack_table_outer(table, trace->node, previous - from);
    }
    for (unsigned i = from; i < count; i++)
        trace->addresses[i - from] = unwind_address(&trace->frames[i].frame);
    return stack_table_intern_path(table, outer, trace->addresses, count - from, trace->scratch);
}

/* False where only the full interpreter can go on. */
static bool walk_and_join(struct walk *walk, struct stack_reader *reader)
{
    struct trace *trace = walk->trace;
    while (!try_join(walk)) {
        if (walk->count == walk->depth) {
            walk->cut = true;
            return true;
        }
        enum unwind_result result = walk_on(walk, reader);
        if (result == UNWIND_FULL)
            return false;
        walk->unsure |= result == UNWIND_LOST;
        if (result == UNWIND_END || result == UNWIND_LOST)
            return true;
    }
    if (trace->frames[walk->candidate].bp_needed)
        need_bp(trace->walked, walk->count - 1);
    return true;
}

enum trace_result trace_follow(struct trace *trace, const struct capture_start *start,
                               unsigned depth, struct stack_reader *reader,
                               struct stack_table *table)
{
    struct walk walk = {.trace = trace, .depth = depth, .count = 1, .candidate = trace->count};
    trace->walked[0] = (struct trace_frame){
        .frame = {.pc = start->pc, .sp = start->sp, .bp = start->bp},
    };
    unwind_arrive(&trace->walked[0].frame, false);
    stack_reader_begin(reader, start->sp);
    bool walked = walk_and_join(&walk, reader);
    unsigned previous = trace->count;
    trace->count = 0; /* until it is whole again: this may be left by a longjmp at any point */
    atomic_signal_fence(memory_order_seq_cst);
    if (!walked)
        return TRACE_NEEDS_FULL;
    unsigned count = splice(trace, &walk, &table->paths.keys);
    unsigned beyond = count > depth ? count - depth : 0;
    trace->node = intern(trace, &walk, previous, beyond, count, table);
    if (!trace->node)
        return TRACE_FAILED;
    trace->beyond = beyond;
    atomic_signal_fence(memory_order_seq_cst);
    trace->count = count;
    return walk.unsure ? TRACE_UNSURE : TRACE_KNOWN;
}
