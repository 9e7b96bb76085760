/*
 * What one ELF file and its debug information know: the functions active at an address and the
 * variable at an address. Knows nothing of dumps.
 *
 * Addresses are the file's own (what `nm` and `addr2line` show). Strings are borrowed until
 * debug_info_close(); names are as in the file, mangled. Files are found as libdw finds them: see
 * libcaulk/symbolizer.h on debuginfod.
 */
#ifndef CAULK_DEBUG_INFO_H
#define CAULK_DEBUG_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/debug_search.h"

struct debug_info;

enum debug_info_result {
    DEBUG_INFO_FULL,    /* functions, files, lines */
    DEBUG_INFO_SYMBOLS, /* no debug information, but a whole symbol table */
    DEBUG_INFO_EXPORTS, /* nothing but the names that the file exports */
    DEBUG_INFO_NONE,    /* not even those */
    DEBUG_INFO_MISSING, /* no such file, or it can't be read */
    DEBUG_INFO_CHANGED, /* another build than the one asked for */
};

/* Opens path where it is the build wanted: build_id is lower-case hex; where it is "" (the program
 * had none), the file must not be newer than built_before_ns (Unix time). Where it is not, what has
 * that build id elsewhere does: a debug file, or what a server sends. *ret_info is set for the
 * first four results, untouched for the others. */
enum debug_info_result debug_info_open(const struct debug_search *search, const char *path,
                                       const char *build_id, uint64_t built_before_ns,
                                       struct debug_info **ret_info);
void debug_info_close(struct debug_info *info); /* accepts NULL */

struct source_frame {
    const char *function; /* or NULL */
    const char *file;     /* or NULL */
    uint32_t line;        /* or 0 */
    bool inlined;
};

/* More inlined calls at one address than these are left out: the outermost ones but the function.
 */
#define DEBUG_INFO_MAX_FRAMES 64

/* The functions active at the instruction at address, innermost first; how many: 0 where nothing
 * is known. The first lookup in a compilation unit costs a walk over the unit. */
size_t debug_info_frames(struct debug_info *info, uint64_t address,
                         struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES]);

/* What is known of types, and of variables. Owned by info. */
struct debug_types *debug_info_types(struct debug_info *info);
struct debug_variables *debug_info_variables(struct debug_info *info);

/* The variable that covers address, the offset in it and its size; NULL where none does. */
const char *debug_info_variable(struct debug_info *info, uint64_t address, uint64_t *ret_offset,
                                uint64_t *ret_bytes);

#endif
