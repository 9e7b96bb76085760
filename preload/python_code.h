/*
 * The code objects that were seen on stacks: what each is called, and whether the one at an address
 * is still the one that was there before.
 *
 * A code object gets a number by what it says of itself (name, file, first line), copied when it is
 * first seen: so what outlives it can be named, and a lambda that is compiled a million times has
 * one number. Code objects come and go at the same addresses. So addresses fall into buckets, and
 * each has a generation, which is another one as soon as a registered code object in it was freed:
 * while the generation is the same, so is every code object that was registered in it.
 *
 * Numbers are given and read by threads that hold the interpreter's lock.
 */
#ifndef CAULK_PYTHON_CODE_H
#define CAULK_PYTHON_CODE_H

#include <stdatomic.h>
#include <stdint.h>

#include "preload/python_runtime.h"

#define PYTHON_CODE_BUCKETS (1u << 14)

struct python_codes {
    _Atomic uint32_t generation[PYTHON_CODE_BUCKETS];
    _Atomic uint16_t alive[PYTHON_CODE_BUCKETS]; /* registered code objects that may be freed */
};

extern struct python_codes python_codes;

struct python_code_text {
    const char *name, *file; /* UTF-8, or what the file system has; empty where not known */
    uint32_t first_line;
};

static inline uint32_t python_code_bucket(uintptr_t code)
{
    return (uint32_t)(code >> 4) & (PYTHON_CODE_BUCKETS - 1);
}

static inline uint32_t python_code_generation(uintptr_t code)
{
    return atomic_load_explicit(&python_codes.generation[python_code_bucket(code)],
                                memory_order_relaxed);
}

enum python_code_result {
    PYTHON_CODE_NUMBERED,
    PYTHON_CODE_NO_MEMORY,
    PYTHON_CODE_STRANGE, /* no code object of this runtime's, or one that goes unnoticed */
};

/* The number of the code object at the address, which is registered where it is new. One that the
 * allocator does not know must lie in the interpreter's own module. */
enum python_code_result python_code_number(const struct python_runtime *runtime, uintptr_t code,
                                           uint32_t *ret_number);

/* This block is about to be freed. Cheap where no code object was registered at such an address. */
void python_code_forget(uintptr_t block);

/* Numbers are from 0 to below the count. */
#define PYTHON_CODE_UNKNOWN 0u /* nothing is known of it; there as soon as there is any */
uint32_t python_code_count(void);
struct python_code_text python_code_text(uint32_t number);

#endif
