/*
 * An ELF file, the debug information that belongs to it, and its symbols. The only user of
 * elfutils' libdwfl, which finds separate debug files by build id and .gnu_debuglink.
 */
#ifndef CAULK_DEBUG_FILE_H
#define CAULK_DEBUG_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "libcaulk/debug_info.h"
#include "libcaulk/range_table.h"

struct debug_file {
    struct Dwfl *dwfl;
    struct dwfl_setup *setup; /* what it was made with, which it goes on using */
    struct Dwfl_Module *module;
    struct range_table functions, variables; /* by the file's addresses; value: const char * */
    bool has_local_symbols;                  /* else only what the file exports is there */
};

/* As debug_info_open(): DEBUG_INFO_MISSING, DEBUG_INFO_CHANGED, or DEBUG_INFO_FULL, which here only
 * means that the file is the one asked for. */
enum debug_info_result debug_file_open(const struct debug_search *search, const char *path,
                                       const char *build_id, uint64_t built_before_ns,
                                       struct debug_file *ret_file);
void debug_file_close(struct debug_file *file);

/* libdw's handle, NULL without debug information; what it says is at an address is at that plus
 * *ret_bias in the file. Owned by the file. */
struct Dwarf *debug_file_dwarf(struct debug_file *file, uint64_t *ret_bias);

#endif
