/*
 * Where objects of CPython's keep their attributes: in a dictionary, or since 3.11 in an array of
 * values, whose names are then the type's. For the dump's child.
 *
 *     3.8     object + n  ──▶ dictionary      and so in all versions for types written in C
 *     3.11    object - 32 ──▶ values          object - 24 ──▶ dictionary
 *     3.12    object - 24 ──▶ either; values are pointed to with 1 less
 *     3.13    values are the object's own, behind it; object - 24 ──▶ dictionary
 *     dictionary ──▶ keys, and ──▶ values where the keys are shared: else those lie in the keys
 */
#ifndef CAULK_PYTHON_PLACES_H
#define CAULK_PYTHON_PLACES_H

#include "preload/python.h"

#define PYTHON_NOWHERE UINT32_MAX

/* Of a type's objects; offsets in their blocks. */
struct python_places {
    uint32_t dictionary; /* of a pointer to one */
    uint32_t values;     /* of a pointer to values (3.13: of the values' own head) */
    uintptr_t keys;      /* of values that no dictionary has */
    uintptr_t type;
    uint32_t object; /* where it begins in its block */
};

/* The type as python_type_read() found it at that address. */
void python_places_read(const struct python *python, const struct maps *maps, uintptr_t address,
                        const struct python_type *type, struct python_places *ret_places);

/* One object's; 0: has none. */
struct python_attributes {
    uint32_t dictionary_offset; /* of the pointer to the dictionary, in the block; or NOWHERE */
    uintptr_t values;           /* the first one's place, or 0 where values lie in the keys */
    uintptr_t keys;
};

/* False where the object in that block keeps none. Keys are named only where an instance's
 * dictionary is a plain one: what derives from it may be anything. */
bool python_attributes_read(const struct python *python, const struct maps *maps,
                            const struct python_places *places, uintptr_t block,
                            struct python_attributes *ret_attributes);

#endif
