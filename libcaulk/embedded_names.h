/*
 * The names that a dump has itself, for the addresses in it: what its program's modules export, or
 * all that `caulk symbolize` found. They are there where no file is.
 */
#ifndef CAULK_EMBEDDED_NAMES_H
#define CAULK_EMBEDDED_NAMES_H

#include "libcaulk/debug_info.h"
#include "libcaulk/dump.h"
#include "libcaulk/range_table.h"

struct embedded_names {
    const struct dump *dump; /* borrowed, as all names are */
    struct range_table variables, members;
};

void embedded_names_init(struct embedded_names *names, const struct dump *dump);
void embedded_names_finish(struct embedded_names *names);

/* Whether there are names for any code of a module. */
bool embedded_names_any(const struct embedded_names *names, uint32_t module);

/* As debug_info_frames(), by return address at run time. */
size_t embedded_names_frames(const struct embedded_names *names, uint32_t module, uint64_t address,
                             struct source_frame ret_frames[DEBUG_INFO_MAX_FRAMES]);

/* The type of the variable at a run-time address, and the name of its member there. NULL where the
 * dump has none. */
const char *embedded_names_type(const struct embedded_names *names, uint32_t module,
                                uint64_t address);
const char *embedded_names_member(const struct embedded_names *names, uint32_t module,
                                  uint64_t address);

/* As debug_info_variable(), by address at run time. */
const char *embedded_names_variable(const struct embedded_names *names, uint32_t module,
                                    uint64_t address, uint64_t *ret_offset, uint64_t *ret_bytes);

#endif
