/*
 * The keys of a dictionary of CPython's, in the order in which their values lie: names of an
 * object's attributes. For the dump's child.
 *
 *     header, from 3.11 on 32 bytes, before that 40
 *     hash table     of indices, of 2^n bytes
 *     entries        (key, value) where all keys are strings and since 3.11, else
 *                    (hash, key, value)
 */
#ifndef CAULK_PYTHON_KEYS_H
#define CAULK_PYTHON_KEYS_H

#include "preload/python.h"

/* An object with more attributes than this is rather a store of data. */
#define PYTHON_KEYS_MAX 1024u
#define PYTHON_KEY_BYTES 128u
#define PYTHON_KEYS_HEADER_LEAST 32u

struct python_keys {
    uintptr_t entries;
    uint32_t count;
    uint32_t entry_words;
    bool wide;         /* the characters of a string come later: before 3.12 */
    bool may_be_freed; /* as those look that wait in a free list, and some of small dictionaries */
    bool unused;       /* nobody has a reference */
};

/* False where there are no keys, or more than PYTHON_KEYS_MAX. */
bool python_keys_read(const struct python *python, const struct maps *maps, uintptr_t address,
                      struct python_keys *ret_keys);

/* The length of an entry's key, or 0 where it is no name of an attribute: names are strings that
 * code compares by address (interned), as data's hardly ever are, and they are identifiers. */
size_t python_keys_name(const struct python_keys *keys, const struct maps *maps, uint32_t entry,
                        char ret_name[PYTHON_KEY_BYTES]);

/* Could code use it as a name? */
bool python_is_identifier(const char *text, size_t length);

#endif
