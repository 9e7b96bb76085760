/*
 * Looks at memory that a stray word may point to: where maps say that it can be read, and under the
 * fault guard, since a page of a file may be gone. For the dump's child.
 */
#ifndef CAULK_PEEK_H
#define CAULK_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"

/* On failure the destination holds anything. */
bool peek(const struct maps *maps, uintptr_t at, void *ret_bytes, size_t count);
bool peek_word(const struct maps *maps, uintptr_t at, uint64_t *ret_word);

/* A name: at least one character, all of them printable, ended by NUL within the capacity; bytes
 * from 0x80 up (UTF-8) count as printable where `foreign` is set. Returns its length, or 0. */
size_t peek_name(const struct maps *maps, uintptr_t at, bool foreign, char *ret_text,
                 size_t capacity);

#endif
