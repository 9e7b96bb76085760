/*
 * Stacks for other programs: whole, with names of any length. What is shown to people is cut
 * (cli/words.h).
 */
#ifndef CAULK_EXPORT_STACK_H
#define CAULK_EXPORT_STACK_H

#include "cli/opened.h"
#include "libcaulk/id_table.h"

/* The stack of a site, with at least one frame: where outer frames were not recorded, or none was,
 * a last one says so, whose module is NULL and address 0. Finish with call_stack_finish(). */
void export_stack(const struct opened *opened, uint32_t site, struct call_stack *ret_stack);

/* Frames at one return address belong together: those that were inlined, and the function that they
 * are in. The end of the frames that are at the same one as frame `begin`. */
size_t export_stack_call_end(const struct call_stack *stack, size_t begin);

/* Return addresses, numbered from 0. Of zeros it is empty. */
struct export_calls {
    struct id_table addresses, calls;
};

/* The number of the call that a frame is at. place: of the frame's module or, where it has no
 * address, of what its function says. *ret_new: it is the first at that call. */
uint32_t export_calls_add(struct export_calls *calls, const struct frame *frame, uint32_t place,
                          bool *ret_new);
void export_calls_finish(struct export_calls *calls);

/* The number of a key; the end of the program where memory runs out. */
uint32_t export_number(struct id_table *table, uint64_t key);

/* The function's name; without a symbol "libfoo.so+0x1234"; without a module "?". UTF-8 without
 * control characters; release with free(). */
char *export_function(const struct frame *frame);

#endif
