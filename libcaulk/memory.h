/*
 * Memory, or the end of the program: nothing here returns NULL. What is returned is the caller's to
 * free().
 *
 * For the command line, and for what names things: a name that is missing where memory was short
 * would be a wrong answer without a word, and libdw and cgraph, which names come from and go to,
 * don't get by without memory either. What judges a heap says so instead (struct error).
 */
#ifndef CAULK_MEMORY_H
#define CAULK_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

#define MEMORY_EXIT_STATUS 2

/* Says that there is no memory, in one line, and ends the process. Allocates nothing. */
_Noreturn void memory_fail(void);

/* Zeroed; never of 0 bytes. */
void *allocate(size_t count, size_t size_bytes);

/* What a function that allocates has given. */
void *need_memory(void *memory);

/* An array of count entries, moved where it has no room for one more: see libcaulk/array_room.h. */
void *need_room(void *array, size_t count, size_t entry_bytes);

/* As sprintf() writes it. */
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *format_text_list(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
