/*
 * Who allocates: the call stack of the function that called the allocator, as one number.
 *
 * An exported function (malloc, …) takes the start state with capture_here() and hands it to
 * capture_site(), which returns the stack's node in the stack table. What happens in between is
 * hidden: the thread's memo of stacks seen before (preload/stack_memo.h), joining with its previous
 * stack, the walk by cached unwind rules (preload/unwind.h), and the full interpreter of unwind
 * tables (preload/unwind_full.h) where a rule doesn't fit.
 *
 * Everything here may run in a signal handler, in a thread that is starting or dying, and before
 * the constructor. It allocates nothing from the heap, takes no lock, preserves errno, and reads
 * only memory that is mapped (preload/stack_reader.h).
 */
#ifndef CAULK_CAPTURE_H
#define CAULK_CAPTURE_H

#include <stdint.h>

#define CAPTURE_DEPTH_MAX 256u

struct stack_table;

/* The state right after the exported function's return: where it goes on, its stack pointer, and
 * the frame pointer register, which need not hold a frame pointer. */
struct capture_start {
    uintptr_t pc, sp, bp;
};

/*
 * To be called in the exported function itself (it is always inlined). Reading the frame address
 * makes the compiler keep a frame pointer in that one function, whatever the flags are; so the
 * caller's rbp lies at the frame address, the return address above it, and above that is the stack
 * pointer after the return. Exact as long as the function doesn't realign its stack. 1 ns.
 */
__attribute__((always_inline)) static inline struct capture_start capture_here(void)
{
    const uintptr_t *frame = (const uintptr_t *)__builtin_frame_address(0);
    return (struct capture_start){frame[1], (uintptr_t)(frame + 2), frame[0]};
}

/* Stacks go to table (borrowed). Looks up what the loader offers, so it belongs in the constructor;
 * stacks captured before are unknown (0). */
void capture_init(struct stack_table *table);

/* The stack node of the innermost depth frames (1 to CAPTURE_DEPTH_MAX); 0 when there is no memory
 * for it. Creates the thread's memo when it has none yet and isn't dying. */
uint32_t capture_site(const struct capture_start *start, unsigned depth);

/* The same for the caller alone, below a node that says that the outer frames were not recorded. */
uint32_t capture_caller(const struct capture_start *start);

/* Without memo and table, for tests and diagnosis: return addresses, innermost first, starting with
 * start->pc. Where a signal interrupted code, the address after the one interrupted is given, so
 * that every address minus one lies in the frame's code. Returns how many there are. */
unsigned capture_stack(const struct capture_start *start, unsigned limit, uintptr_t *ret_pcs);

/* Around each dlclose: in between nothing cached is believed, afterwards everything cached is
 * forgotten, because code may appear where other code has been. Calls nest and may overlap. */
void capture_unload_begin(void);
void capture_unload_end(void);

/* Around each dlopen: code may appear where there was none that unwind tables describe. */
void capture_load_begin(void);
void capture_load_end(void);

#endif
