/* A dump with the names for its addresses in it, to be read where the program's files are not. */
#ifndef CAULK_EMBED_NAMES_H
#define CAULK_EMBED_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "libcaulk/symbolizer.h"

struct embedded_count {
    uint32_t addresses; /* return addresses in some module */
    uint32_t named;     /* those of them whose function is known */
    uint32_t lines;     /* those whose line is */
    uint32_t variables;
    uint64_t members; /* pointers in blocks whose member is known */
};

/*
 * Copies the dump's file to the descriptor (an empty file, open for writing; path: for errors),
 * with the section SYMBOLS made anew: for every return address in its stacks, in every module that
 * was ever there, all functions that are active, every variable that points to a block, with its
 * type, and the variables' members that do; and with the members that blocks have their pointers in
 * (libcaulk/embed_fields.h). Needs the dump of one process, its file still the same.
 */
bool embed_names(const struct dump *dump, struct symbolizer *symbolizer, int descriptor,
                 const char *path, struct embedded_count *ret_count, struct error *err);

#endif
