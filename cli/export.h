/*
 * `caulk export`: a dump for programs that others have written. A format is one file,
 * cli/export_NAME.c, with one function, and a row in the table in cli/export_formats.c.
 *
 * A writer puts an opened dump, which it only reads, into `out`, which stays the caller's and is
 * empty. It fails by fatal(), but for errors of writing, which are left in `out` (ferror()).
 */
#ifndef CAULK_EXPORT_H
#define CAULK_EXPORT_H

#include <stddef.h>
#include <stdio.h>

#include "cli/opened.h"

typedef void export_fn(const struct opened *opened, FILE *out);

struct export_format {
    const char *name;
    const char *help; /* what reads it, in a line */
    export_fn *write;
};

/* In alphabetical order. */
extern const struct export_format export_formats[];
extern const size_t export_format_count;

/* The format of that name, or NULL. */
const struct export_format *export_format_find(const char *name);

export_fn export_dhat, export_folded, export_heapsnapshot, export_heaptrack, export_jsonl,
    export_junit, export_pprof, export_prometheus, export_sarif, export_sqlite, export_valgrind_xml;

#endif
