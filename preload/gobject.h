/*
 * The types of GObject, as GLib 2.56 and later keep them, read from outside: which classes have
 * instances, how large those are and what they are called. For the dump's child, which may not call
 * GLib and believes nothing unchecked.
 *
 *     block  +0   private data of the classes: `offset` bytes, often none
 *     object      ──▶ class  +0  GType: the address of the type's node
 *            +8   count of references (of GObject and what derives from it)
 *
 *     node   +16  number of children     +24 ──▶ children (GType)    +20 depth; has it instances?
 *            +32  ──▶ data: +56 ──▶ class, +64 bytes of an object, +66 of what lies before it
 *            +40  number of the name in GLib's array of strings
 *            +72  itself, its parent, … up to a fundamental type; 0
 *
 * The node of a fundamental type is found in libgobject's array of them, which is known by what it
 * has at its 19th and 20th place.
 */
#ifndef CAULK_GOBJECT_H
#define CAULK_GOBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"
#include "preload/modules.h"

#define GOBJECT_NAME_BYTES 256u
#define GOBJECT_BYTES_MAX (2u * UINT16_MAX) /* of an object with what lies before it */

struct gobject_class {
    uintptr_t class;
    uintptr_t name;  /* text */
    uint32_t offset; /* of an object in its block */
    uint32_t bytes;  /* of the block */
    bool counted;    /* GObject's or derived: with a count of references */
};

/* All zero: there is no GObject. */
struct gobject {
    struct gobject_class *classes; /* that have or had instances; by bytes */
    uint32_t class_count;
    uint32_t *first;   /* by bytes: the first class of those, from 1; 0: none */
    bool hides_blocks; /* g_slice, before 2.76, is not told to use malloc */
};

/* False when there is no memory; an unknown GObject counts as none. */
bool gobject_find(struct gobject *gobject, const struct maps *maps,
                  const struct loaded_module *const *modules, uint32_t module_count);

/* The same where the libraries are known: libglib and libgobject. */
bool gobject_read(struct gobject *gobject, const struct maps *maps,
                  const struct loaded_module *glib, const struct loaded_module *library);
void gobject_finish(struct gobject *gobject);

/* The class whose object the block holds, or NULL. The block may be anything, readable or not. */
const struct gobject_class *gobject_class_of(const struct gobject *gobject, uintptr_t address,
                                             size_t bytes);

/* What the object counts; of a class that does not, 0. */
uint32_t gobject_references(const struct gobject_class *class, uintptr_t address);

#endif
