/*
 * unw_step() frame by frame, not unw_backtrace(): slower, and without the cache of that, which
 * leaves rbp's history out in places. Frames before the start are the oracle's own.
 */
#define UNW_LOCAL_ONLY
#include "tests/oracle/libunwind_walk.h"

#include <libunwind.h>

#define OWN_FRAMES_MAX 16

unsigned libunwind_walk(const struct capture_start *start, unsigned limit, uintptr_t *ret_pcs)
{
    unw_context_t context;
    unw_cursor_t cursor;
    unsigned count = 0;
    unw_getcontext(&context);
    unw_init_local(&cursor, &context);
    for (unsigned i = 0; i < limit + OWN_FRAMES_MAX && count < limit; i++) {
        unw_word_t pc = 0, sp = 0;
        unw_get_reg(&cursor, UNW_REG_IP, &pc);
        unw_get_reg(&cursor, UNW_REG_SP, &sp);
        if (count && unw_is_signal_frame(&cursor) > 0) { /* it means: was interrupted by a signal */
            ret_pcs[count - 1]++;
            pc++;
        }
        if (pc && (count || (pc == start->pc && sp == start->sp)))
            ret_pcs[count++] = pc;
        if (unw_step(&cursor) <= 0)
            break;
    }
    return count;
}

void libunwind_forget(void)
{
    unw_flush_cache(unw_local_addr_space, 0, 0);
}
