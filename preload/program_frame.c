#include "preload/program_frame.h"

#include <signal.h>
#include <stddef.h>

void program_frame_place(const struct program_frame *frame, struct stopped_at *ret_place)
{
    stack_t alternate = {.ss_flags = SS_DISABLE};
    sigaltstack(NULL, &alternate);
    bool enabled = !(alternate.ss_flags & SS_DISABLE);
    uintptr_t start = enabled ? (uintptr_t)alternate.ss_sp : 0;
    *ret_place = (struct stopped_at){
        .sp = frame->sp,
        .registers = &frame->rbx,
        .register_words = sizeof(*frame) / sizeof(uint64_t),
        .altstack_start = start,
        .altstack_end = enabled ? start + alternate.ss_size : 0,
    };
}
