/*
 * Names of the attributes of CPython's objects, collected object by object: the dump's sections
 * LAYOUTS and ATTRIBUTES. For the dump's child.
 */
#ifndef CAULK_ATTRIBUTES_H
#define CAULK_ATTRIBUTES_H

#include "preload/dump_job.h"
#include "preload/layouts.h"
#include "preload/python_members.h"
#include "preload/python_places.h"

#define REMEMBERED_KEYS 4096u

/* A layout's place. */
struct attribute_place {
    uint32_t block, word, layout, unused;
};

/* What the keys at an address are called; the stride tells values from entries, and these from the
 * fields of a type at the address. */
struct remembered_keys {
    uintptr_t keys;
    uint32_t stride, layout;
};
#define STRIDE_OF_TYPE 0u

struct attributes {
    const struct python *python;
    const struct maps *maps;
    const struct heap_blocks *heap;
    struct layouts layouts;
    struct attribute_place *places;
    size_t count, capacity;
    struct remembered_keys *remembered; /* REMEMBERED_KEYS, each at one place only */
};

/* All but attributes is borrowed. False when there is no memory. */
bool attributes_init(struct attributes *attributes, const struct python *python,
                     const struct maps *maps, const struct heap_blocks *heap,
                     struct dump_strings *strings);
void attributes_finish(struct attributes *attributes);

/* Notes the attributes and fields of the object in a block of that type. False when there is no
 * memory. */
bool attributes_note(struct attributes *attributes, const struct python_places *places,
                     uintptr_t block);

/* Both sections, of the blocks that the dump has. */
void attributes_write(struct attributes *attributes, struct dump_job *job);

#endif
