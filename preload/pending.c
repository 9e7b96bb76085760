/* A thread that was found busy parks or dumps here, on its way out. */
#include "preload/pending.h"

#include <errno.h>
#include <stdatomic.h>

#include "preload/program_frame.h"
#include "preload/signals.h"
#include "preload/snapshot_request.h"

void *pending_serve(const struct program_frame *frame);

PROGRAM_FRAME_ENTRY(pending_return, pending_serve);

__attribute__((used)) void *pending_serve(const struct program_frame *frame)
{
    int saved_errno = errno;
    uint64_t mask = signals_block_all();
    struct stopped_at place;
    program_frame_place(frame, &place);
    uint32_t pending;
    while ((pending = atomic_exchange(&thread_self.pending, 0)) != 0) {
        if (pending & PENDING_PARK)
            park_self(&place);
        if (pending & PENDING_DUMP)
            snapshot_serve(&place);
    }
    signals_restore(mask);
    errno = saved_errno;
    return (void *)frame->value;
}
