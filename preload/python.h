/*
 * CPython 3.8 to 3.13, read from outside: what type an object has, and what its garbage collector
 * is about. For the dump's child, which may not call the interpreter and believes nothing
 * unchecked.
 *
 *     block  +0   words before the object: none; links of the collector's list (2 words);
 *                 or, since 3.11, 2 words for dictionary and weak references, then the links
 *     object +0   count of references
 *            +8   ──▶ type: an object too, so it has a type itself, and so on up to PyType_Type
 */
#ifndef CAULK_PYTHON_H
#define CAULK_PYTHON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"
#include "preload/modules.h"

#define PYTHON_NAME_BYTES 256u
#define PYTHON_OFFSET_MAX 32u /* of an object in its block: 0, 16 or 32 */

#define PYTHON_WEAK_TYPES 3u

static inline bool python_may_begin_at(uint64_t offset)
{
    return offset % 16 == 0 && offset <= PYTHON_OFFSET_MAX;
}

struct python {
    uintptr_t type_type; /* PyType_Type, or 0 where there is no CPython that can be read */
    const struct loaded_module *module; /* the interpreter's */
    uintptr_t runtime;                  /* _PyRuntime, or 0 */
    size_t runtime_bytes;
    uintptr_t dict_type;                     /* PyDict_Type, or 0 */
    uintptr_t weak_types[PYTHON_WEAK_TYPES]; /* of references and the two sorts of proxies, or 0 */
    unsigned minor; /* of version 3.minor; 0 before 3.11, which does not say */
};

struct python_type {
    bool linked;        /* its objects are in the collector's lists */
    uint32_t offset;    /* of its objects in their blocks */
    size_t least_bytes; /* that its objects have */
    size_t length;
    char name[PYTHON_NAME_BYTES]; /* without NUL */
};

/* Looks for the interpreter among the modules; one built without the global lock, whose objects
 * look different, counts as none. */
void python_find(struct python *python, const struct maps *maps,
                 const struct loaded_module *const *modules, uint32_t module_count);

/* False where the address is no type's. */
bool python_type_read(const struct python *python, const struct maps *maps, uintptr_t address,
                      struct python_type *ret_type);

/* Are the type's objects weak references? It derives from one of theirs. */
bool python_type_is_weak(const struct python *python, const struct maps *maps, uintptr_t address);

#endif
