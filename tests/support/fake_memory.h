/*
 * Memory to be looked at as the dump's child does: pages of constants, as a module has them, and
 * pages that can be written to, with maps that say so. What is put there, a test decides. Both lie
 * where those of a program do that is not position-independent: there pointers look like numbers.
 */
#ifndef CAULK_TESTS_FAKE_MEMORY_H
#define CAULK_TESTS_FAKE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"

#define FAKE_BYTES 65536u /* of either */

struct fake_memory {
    uint64_t *constants, *variables;
    size_t constants_used, variables_used; /* words */
    struct maps maps;                      /* of these pages alone */
    char text[256];
};

void fake_memory_init(struct fake_memory *memory);
void fake_memory_finish(struct fake_memory *memory);

/* Puts words or a text there; returns where. */
uintptr_t fake_constants(struct fake_memory *memory, const uint64_t *words, size_t count);
uintptr_t fake_variables(struct fake_memory *memory, const uint64_t *words, size_t count);
uintptr_t fake_text(struct fake_memory *memory, const char *text);

/* The table of a C++ class with that mangled name, as an object's first word has it. */
uintptr_t fake_class(struct fake_memory *memory, const char *name);

/* An object of CPython's that is a type: with these flags, whose own type is `metatype` (0: itself,
 * as PyType_Type). */
uintptr_t fake_python_type(struct fake_memory *memory, const char *name, uint64_t flags,
                           uint64_t basic_bytes, uintptr_t metatype);

#endif
