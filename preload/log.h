/*
 * One line each, `caulk: PID: …`, written with one write(2). Async-signal-safe, preserves errno,
 * never blocks the program for long, never writes to a descriptor that is no longer the file it was
 * at start (a daemon closes 2 and the number becomes a socket).
 */
#ifndef CAULK_LOG_H
#define CAULK_LOG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct options;

void log_init(const struct options *options);

/* printf with %s %d %u %zu %lu %x %c %% and %t (uint64_t nanoseconds, as "N.N ms"), nothing else.
 * A line over 1 KiB is cut, but a path in it never is: paths may take 4 KiB more. */
void log_line(const char *format, ...);

/* The same formatting into a buffer, always ended by NUL; returns the length. */
size_t text_format(char *ret_text, size_t capacity, const char *format, ...);
size_t text_vformat(char *ret_text, size_t capacity, const char *format, va_list args);

/* The log's descriptor that a dump's child must keep open, or -1. */
int log_descriptor(void);

#endif
