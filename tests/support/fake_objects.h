/* Objects of CPython's as their memory looks, in fake memory: strings, keys, dictionaries. */
#ifndef CAULK_TESTS_FAKE_OBJECTS_H
#define CAULK_TESTS_FAKE_OBJECTS_H

#include "preload/python.h"
#include "tests/support/fake_memory.h"

#define FAKE_STRING_WORDS 32u

/* An ASCII string; interned: as names in code are. */
uintptr_t fake_python_string(struct fake_memory *memory, const struct python *python,
                             const char *text, bool interned);

/* Keys of entries of two words (3.11 on, all strings) or three; each value is 0. */
uintptr_t fake_python_keys(struct fake_memory *memory, const struct python *python,
                           const uintptr_t *strings, uint32_t count, unsigned entry_words);

/* Of type python->dict_type; values 0: they are in the keys. */
uintptr_t fake_python_dictionary(struct fake_memory *memory, const struct python *python,
                                 uintptr_t keys, uintptr_t values);

/* A type that a program made, with these shared keys; dictionary: tp_dictoffset. */
uintptr_t fake_python_class(struct fake_memory *memory, const struct python *python, uint64_t flags,
                            uint64_t basic_bytes, uint64_t dictionary, uintptr_t keys);

#endif
