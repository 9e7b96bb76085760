/*
 * The names of C++ classes, as their objects carry them: the first word of an object with virtual
 * functions points into a table that leads to its type's name (Itanium C++ ABI, 2.5.2 and 2.9),
 * also where the program is stripped. For the dump's child.
 *
 *     object +0 ──▶ table  -16  where the whole object begins, seen from here: 0
 *                           -8  ──▶ typeinfo  +0  ──▶ the same of a class of the C++ runtime
 *                            0                +8  ──▶ name, mangled
 */
#ifndef CAULK_CXX_CLASS_H
#define CAULK_CXX_CLASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"

#define CXX_NAME_BYTES 4096u

struct cxx_class {
    bool counted;      /* what std::shared_ptr counts by: int32 uses at +8, int32 weak at +12 */
    bool holds_object; /* … and an object of make_shared's lies behind the counts */
    size_t length;
    char name[CXX_NAME_BYTES]; /* mangled, without NUL */
};

/* Whether objects may point there: a module's memory that nobody can write to. */
bool cxx_class_may_lie_in(const struct mapping *mapping);

/* The class whose objects begin with this word; false where it is none. Tables and names are
 * believed only in memory as above, and only where the type is one of the runtime's own kinds. */
bool cxx_class_read(const struct maps *maps, uintptr_t table, struct cxx_class *ret_class);

#endif
