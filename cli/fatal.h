/*
 * The CLI's one way to fail: a line on standard error, and exit status 2.
 */
#ifndef CAULK_FATAL_H
#define CAULK_FATAL_H

#include <stdio.h>

#include "libcaulk/error.h"

/* Prints `caulk: FILE: MESSAGE` (without `FILE: ` where file is NULL) and exits with 2. */
_Noreturn void fatal(const char *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same for an error that the library reported. */
_Noreturn void fatal_error(const struct error *err);

/* Prints `caulk: FILE: MESSAGE` and goes on. */
void warn(const char *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same for what is no error: not with --quiet. */
void note(const char *file, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes out what a stream still holds. 0 where all of it was written, else why not (errno). */
int output_error(FILE *out);

/* Call once, first: from now on a result that could not be written whole (disk full, reader gone)
 * ends the program with status 2 instead of passing for success. */
void fatal_guard_output(void);

#endif
