/*
 * Text without libc: the formatting and number parsing of a program that may be anywhere, even
 * inside its own printf. Async-signal-safe, no locale, errno untouched.
 */
#ifndef CAULK_PLAIN_TEXT_H
#define CAULK_PLAIN_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* printf with %s %d %u %zu %lu %x %lx %c %% and %t (uint64_t nanoseconds, as "N.N ms"), nothing
 * else. The result is always ended by NUL; returns its length, cut to the capacity. */
size_t text_format(char *ret_text, size_t capacity, const char *format, ...);
size_t text_vformat(char *ret_text, size_t capacity, const char *format, va_list args);

/* The whole of text as a decimal number; false when it isn't one or is larger than limit. */
bool text_to_number(const char *text, uint64_t limit, uint64_t *ret_number);

#endif
