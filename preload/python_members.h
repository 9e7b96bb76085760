/*
 * Fields of CPython's objects that their types name: __slots__, and members of types written in C.
 * For the dump's child.
 *
 *     type +240 ──▶ members: name, kind, offset in the object, flags, text; the last has no name
 *          +256 ──▶ the type that it derives from, whose fields its objects have too
 */
#ifndef CAULK_PYTHON_MEMBERS_H
#define CAULK_PYTHON_MEMBERS_H

#include "preload/python_keys.h"

#define PYTHON_MEMBERS_MAX 256u /* of one type: others have no names */

struct python_member {
    uintptr_t name;
    uint64_t offset; /* in the object */
};

struct python_members {
    uint32_t count;
    struct python_member member[PYTHON_MEMBERS_MAX]; /* by offset, each once */
};

/* Those that are pointers to objects, of the type at that address. */
void python_members_read(const struct maps *maps, uintptr_t type,
                         struct python_members *ret_members);

/* The length of its name, or 0 where that is none. */
size_t python_members_name(const struct python_member *member, const struct maps *maps,
                           char ret_name[PYTHON_KEY_BYTES]);

#endif
