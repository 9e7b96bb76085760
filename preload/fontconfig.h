/*
 * Patterns of libfontconfig's, which keep their elements by distance (patterns also lie in files
 * that are mapped anywhere), so that no pointer leads there. For the dump's child.
 *
 *     pattern  +0  number of elements, and of places for them: two ints
 *              +8  distance from here to the elements, a block of their own: 16 bytes each
 *              +16 count of references
 */
#ifndef CAULK_FONTCONFIG_H
#define CAULK_FONTCONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "preload/heap_blocks.h"
#include "preload/maps.h"
#include "preload/modules.h"

#define FONTCONFIG_DISTANCE_OFFSET 8u

struct fontconfig {
    bool loaded;
};

void fontconfig_find(struct fontconfig *fontconfig, const struct maps *maps,
                     const struct loaded_module *const *modules, uint32_t module_count);

/* The address of a pattern's elements; false where the block is no pattern. It may be anything,
 * readable or not. */
bool fontconfig_elements(const struct fontconfig *fontconfig, const struct heap_blocks *heap,
                         const struct heap_block *block, uintptr_t *ret_elements);

#endif
