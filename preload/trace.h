/*
 * A thread's previous stack, frame by frame, outermost first like the stack itself. The next stack
 * is walked only until it meets a frame of the previous one (a *suffix join*); the frames from
 * there outwards, and their stack node, are taken over. In real programs 3 to 5 of 10 to 35 frames
 * are new.
 *
 * Why that is exact. Each step of a walk is a function of the frame's state (pc, sp, and rbp where
 * the rest of the walk depends on it) and of the words that the step reads, which are recorded with
 * the frame that they gave. A join needs the same state, and every one of the words further out is
 * compared with the stack as it is now. So walking on would give the same frames. (That code and
 * tables are unchanged is the caller's part: see capture_unload_begin().)
 *
 * Of a stack deeper than what is recorded, the outer frames that a shallower one had are kept: the
 * next shallower one joins there. They are compared when they are needed.
 */
#ifndef CAULK_TRACE_H
#define CAULK_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/capture.h"
#include "preload/stack_table.h"
#include "preload/unwind.h"

struct trace_frame {
    struct unwind_frame frame;
    bool bp_needed;        /* the frames further out depend on this frame's rbp */
    bool plain;            /* of the words that it was read from, only the pc's matters */
    struct path_hash hash; /* of the stack from the outermost frame to this one */
};

struct trace {
    unsigned count;                /* 0: nothing is known */
    unsigned beyond;               /* of these frames the outermost are beyond the depth, … */
    uint32_t node;                 /* … the others are the stack that the node is of */
    bool cut;                      /* frames[0] has callers beyond the depth */
    uintptr_t end_slot, end_value; /* the word that ended it; slot 0: none did */
    struct trace_frame frames[CAPTURE_DEPTH_MAX];
    struct trace_frame walked[CAPTURE_DEPTH_MAX + 1]; /* the new frames, innermost first */
    uintptr_t addresses[CAPTURE_DEPTH_MAX];           /* what they are interned by */
    uint32_t scratch[CAPTURE_DEPTH_MAX];
};

enum trace_result {
    TRACE_KNOWN,      /* trace is the stack that starts at start, and determined by its words */
    TRACE_UNSURE,     /* so is it, but don't go back to its words: they don't determine it, or lie
                         on another stack than the thread's own, whose end may be gone by then */
    TRACE_NEEDS_FULL, /* trace is empty: only the full interpreter can walk this stack */
    TRACE_FAILED,     /* trace is empty: no memory for a node */
};

/* Makes trace that of the stack at start. depth is that of all its stacks. In a signal handler only
 * when it didn't interrupt this very function on the same trace. */
enum trace_result trace_follow(struct trace *trace, const struct capture_start *start,
                               unsigned depth, struct stack_reader *reader,
                               struct stack_table *table);

/* Has the walk read this frame's rbp, and the rest of the stack depends on it? */
static inline bool trace_reads_bp(const struct trace_frame *traced)
{
    return traced->bp_needed && traced->frame.bp_slot;
}

/* Of the whole stack, which must be known. */
struct path_hash trace_hash(const struct trace *trace, const struct path_keys *keys);

#endif
