/*
 * What blocks are, where their memory says it: C++ classes, GObject's and CPython's types, chunks
 * of talloc's. Each type is looked at once; then a block costs one look at its first words and one
 * at a table.
 *
 * For the dump's child.
 */
#ifndef CAULK_TYPES_H
#define CAULK_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libcaulk/dump_format.h"
#include "preload/containers.h"
#include "preload/cxx_class.h"
#include "preload/dump_strings.h"
#include "preload/gobject.h"
#include "preload/maps.h"
#include "preload/python_places.h"
#include "preload/ranges.h"
#include "preload/talloc.h"

#define TYPE_SLOTS (1u << 16)
#define TYPES_MAX (TYPE_SLOTS / 4 * 3)

struct type_slot {
    uintptr_t key; /* a class's table, a type object's address + 1, a GObject class's + 2, a name of
                      talloc's with offset and highest bit; 0: free */
    uint32_t number; /* in records, or TYPE_NONE */
    uint32_t array;  /* of an array of the class, or TYPE_NONE while there was none */
    uint64_t least_bytes;
};
#define TYPE_NONE UINT32_MAX

struct types {
    const struct maps *maps;
    struct dump_strings *strings;
    struct python python;
    const struct gobject *gobject; /* borrowed */
    const struct talloc *talloc;   /* borrowed */
    struct containers containers;
    uint32_t node[CONTAINER_END]; /* types' numbers, or TYPE_NONE while no block was one */
    struct ranges constants;      /* where classes' tables may lie */
    struct type_slot *slots;      /* TYPE_SLOTS, open addressing */
    uint32_t slots_used;
    struct dump_type *records;    /* TYPES_MAX */
    struct python_places *places; /* of the same; set for types of Python's */
    uint32_t count;
    struct cxx_class class; /* the one that is being looked at */
};

/* What is known of one block. Counts as in BLOCK_TYPES. */
struct block_type {
    uint32_t number;
    uint64_t uses, weak;
};

/* What is passed is borrowed. False when there is no memory. */
bool types_init(struct types *types, const struct maps *maps, struct dump_strings *strings,
                const struct gobject *gobject, const struct talloc *talloc);
void types_finish(struct types *types);

/* False where nothing is known. The block may be anything, readable or not. */
bool types_of_block(struct types *types, uintptr_t address, size_t bytes,
                    struct block_type *ret_type);

static inline uint32_t types_kind(const struct types *types, uint32_t number)
{
    return types->records[number].kind;
}

#endif
