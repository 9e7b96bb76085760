/* See fontconfig.h. A pattern is one where a block of just the elements' bytes is at the distance.
 */
#include "preload/fontconfig.h"

#include <assert.h>
#include <stddef.h>

#include "preload/fault_guard.h"
#include "preload/module_symbols.h"

#define ELEMENT_BYTES 16u
#define ELEMENTS_MAX (1 << 16)

struct pattern {
    int32_t used, places;
    int64_t distance;
    int64_t references;
};
static_assert(offsetof(struct pattern, distance) == FONTCONFIG_DISTANCE_OFFSET, "layout");

void fontconfig_find(struct fontconfig *fontconfig, const struct maps *maps,
                     const struct loaded_module *const *modules, uint32_t module_count)
{
    struct module_symbol symbol;
    fontconfig->loaded =
        module_symbol_owner(maps, modules, module_count, "FcPatternCreate", &symbol);
}

static bool is_block(const struct heap_blocks *heap, uintptr_t address, size_t bytes)
{
    struct heap_place last;
    return heap_blocks_find(heap, address + bytes - 1, &last) && last.address == address &&
           last.bytes == bytes;
}

bool fontconfig_elements(const struct fontconfig *fontconfig, const struct heap_blocks *heap,
                         const struct heap_block *block, uintptr_t *ret_elements)
{
    struct pattern pattern;
    if (!fontconfig->loaded || block->bytes != sizeof(pattern) ||
        !fault_guard_copy(&pattern, block->address, sizeof(pattern)) || pattern.used < 0 ||
        pattern.used > pattern.places || pattern.places <= 0 || pattern.places > ELEMENTS_MAX)
        return false;
    uintptr_t elements = block->address + (uintptr_t)pattern.distance;
    if (!is_block(heap, elements, (size_t)pattern.places * ELEMENT_BYTES))
        return false;
    *ret_elements = elements;
    return true;
}
