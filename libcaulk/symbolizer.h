/*
 * Names for addresses: which function, file and line a return address belongs to, inlined calls
 * included, and which global a data address lies in.
 *
 * Works from a dump's modules: each module record (one per load: what was dlclosed keeps its own)
 * is opened when the first address in it is asked for, and used only where the file's build id is
 * still the recorded one. Separate debug files are found by build id and .gnu_debuglink in the
 * usual folders and in those of the search; a debug file does for a program's file that is gone.
 * Servers (debuginfod) are contacted by libdw only where DEBUGINFOD_URLS is in the environment: a
 * program that should not, takes it out at start, before it creates a symbolizer.
 *
 * Names that the dump has itself are taken where no file knows more.
 *
 * Each distinct address is looked up once. Not thread-safe. All strings and frames are owned by
 * the symbolizer and borrowed until symbolizer_destroy(); the dump must outlive it.
 */
#ifndef CAULK_SYMBOLIZER_H
#define CAULK_SYMBOLIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/call_stack.h"
#include "libcaulk/debug_search.h"
#include "libcaulk/dump.h"

struct frames {
    const struct frame *frame; /* innermost first */
    size_t count;
};

struct symbolizer;

/* Never fails; opens no file. search: NULL where files are where the program had them; copied, but
 * what it points to is borrowed. */
struct symbolizer *symbolizer_create(const struct dump *dump, const struct debug_search *search);
void symbolizer_destroy(struct symbolizer *symbolizer); /* accepts NULL */

const struct dump *symbolizer_dump(const struct symbolizer *symbolizer);

/* What is active at a return address (the instruction before it counts) at a tick: inlined frames
 * first, the function they are in last. At least one frame, whose fields are NULL where no module
 * was loaded there then. */
struct frames symbolizer_lookup(struct symbolizer *symbolizer, uint64_t address, uint32_t tick);

/* The same in a module, by its number in the dump, whenever it was there. */
struct frames symbolizer_lookup_in(struct symbolizer *symbolizer, uint64_t address,
                                   uint32_t module);

/* The stack of a stack node, as recorded by a block born at `tick`: begins at the function that
 * called the allocator (frames of the tracker and of operator new are left out, and on a stack with
 * Python functions those of CPython that the user's code has called or is called by). Node 0 gives
 * an empty stack. The caller finishes ret_stack. */
void symbolizer_stack(struct symbolizer *symbolizer, uint32_t node, uint32_t tick,
                      struct call_stack *ret_stack);

struct data_name {
    const char *name;   /* of the variable, demangled; NULL where no symbol covers the address */
    uint64_t offset;    /* of the address in it; without a name: file address in the module */
    uint64_t bytes;     /* the variable's; without a name 0 */
    const char *module; /* path, or NULL */
};

/* The global or static variable at a run-time address, in the module loaded there at the tick. */
struct data_name symbolizer_data_name(struct symbolizer *symbolizer, uint64_t address,
                                      uint32_t tick);

/* The names that the dump has itself. */
const struct embedded_names *symbolizer_embedded(const struct symbolizer *symbolizer);

/* What the file of a module, by its number in the dump, knows; NULL where it may not be used. Owned
 * by the symbolizer. Opens the module. */
struct debug_info *symbolizer_debug_info(struct symbolizer *symbolizer, uint32_t module);

/* Whether names were found for a module, by its number in the dump, and in `*ret_reason`, for
 * people, why not or how far ("changed since"); NULL where all is known. Opens the module. */
bool symbolizer_module(struct symbolizer *symbolizer, uint32_t module, const char **ret_reason);

/* Whether the module's file is not there, or is another build, and stacks go through it, but no
 * line of it is known by other means. */
bool symbolizer_misses(struct symbolizer *symbolizer, uint32_t module);

#endif
