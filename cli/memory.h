/*
 * Memory, or the end of the program: nothing here returns NULL. What is returned is the caller's to
 * free().
 */
#ifndef CAULK_MEMORY_H
#define CAULK_MEMORY_H

#include <stdarg.h>
#include <stddef.h>

/* Zeroed; never of 0 bytes. */
void *allocate(size_t count, size_t size_bytes);

/* What a function that allocates has given; ends the program where that is NULL. */
void *need_memory(void *memory);

/* An array of count entries, moved where it has no room for one more: see libcaulk/array_room.h. */
void *need_room(void *array, size_t count, size_t entry_bytes);

/* As sprintf() writes it. */
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *format_text_list(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
