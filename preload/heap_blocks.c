/*
 * The table's blocks and the sorted custom blocks are merged on the fly, at every walk by the same
 * rules, so that all walks give the same numbers.
 */
#include "preload/heap_blocks.h"

#include <string.h>

#include "preload/heap_customs.h"

#define WIDE_GRANULE_BITS 4u /* malloc's alignment */
#define FINE_GRANULE_BITS 3u /* where some allocator packs tighter */

static bool needs_fine_granules(const struct heap_blocks *heap)
{
    for (size_t i = 0; i < heap->custom_count; i++)
        if (heap->customs[i].address & 15)
            return true;
    return false;
}

/* ret_tight: a block was met that needs finer granules. */
static bool fill_index(struct heap_blocks *heap, bool *ret_tight)
{
    struct heap_cursor cursor = {0};
    struct heap_block block;
    uintptr_t odd = (1ul << heap->index.granule_bits) - 1;
    heap->bytes = 0;
    while (heap_blocks_next(heap, &cursor, &block)) {
        if (!block.custom && block.address & odd) {
            *ret_tight = true;
            return false;
        }
        if (!block_index_add(&heap->index, block.address, block.bytes))
            return false;
        heap->bytes += block.pool ? 0 : block.bytes;
    }
    block_index_seal(&heap->index);
    return true;
}

static bool build(struct heap_blocks *heap, const struct ranges *allocator, unsigned granule_bits,
                  bool *ret_tight)
{
    if (!block_index_init(&heap->index, granule_bits))
        return false;
    if (heap->custom_count)
        heap_customs_place(heap, allocator);
    return fill_index(heap, ret_tight);
}

bool heap_blocks_init(struct heap_blocks *heap, const struct block_table *table,
                      const struct ranges *allocator)
{
    memset(heap, 0, sizeof(*heap));
    heap->table = table;
    if (!heap_customs_collect(heap))
        return false;
    bool tight = needs_fine_granules(heap);
    if (!tight && build(heap, allocator, WIDE_GRANULE_BITS, &tight))
        return true;
    if (!tight)
        return false;
    if (heap->index.directory)
        block_index_finish(&heap->index);
    return build(heap, allocator, FINE_GRANULE_BITS, &tight);
}

static void give_custom(const struct heap_blocks *heap, struct heap_cursor *cursor,
                        struct heap_block *ret_block)
{
    const struct custom_block *custom = &heap->customs[cursor->custom++];
    *ret_block = (struct heap_block){
        .address = custom->address,
        .bytes = custom->bytes,
        .stack = custom->stack,
        .birth = custom->birth,
        .custom = true,
    };
}

static void give_next(struct heap_cursor *cursor, struct heap_block *ret_block)
{
    *ret_block = (struct heap_block){
        .address = cursor->next.address,
        .bytes = cursor->next.bytes,
        .stack = cursor->next.stack,
        .birth = cursor->next.birth,
    };
    cursor->waiting = false;
}

static bool is_pool(const struct heap_blocks *heap, const struct heap_block *block)
{
    return block->inner < heap->custom_count && heap->customs[block->inner].outer == block->number;
}

bool heap_blocks_next(const struct heap_blocks *heap, struct heap_cursor *cursor,
                      struct heap_block *ret_block)
{
    if (!cursor->waiting)
        cursor->waiting = block_table_next(heap->table, &cursor->table, &cursor->next);
    const struct custom_block *custom =
        cursor->custom < heap->custom_count ? &heap->customs[cursor->custom] : NULL;
    if (!cursor->waiting && !custom)
        return false;
    if (custom && cursor->waiting && custom->address == cursor->next.address)
        cursor->waiting = false; /* the announced block replaces the one it lies in */
    if (custom && (!cursor->waiting || custom->address < cursor->next.address))
        give_custom(heap, cursor, ret_block);
    else
        give_next(cursor, ret_block);
    ret_block->number = cursor->number++;
    ret_block->inner = cursor->custom;
    ret_block->pool = is_pool(heap, ret_block);
    return true;
}

/* How many custom blocks have a smaller number. */
static size_t customs_before(const struct heap_blocks *heap, uint32_t number)
{
    size_t low = 0, high = heap->custom_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (heap->customs[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct custom_block *find_custom(const struct heap_blocks *heap, uint32_t number)
{
    size_t at = customs_before(heap, number);
    return at < heap->custom_count && heap->customs[at].number == number ? &heap->customs[at]
                                                                         : NULL;
}

static bool place_in(uintptr_t address, uint32_t number, uintptr_t start, size_t bytes,
                     struct heap_place *ret_place)
{
    if (address < start || (address - start >= bytes && address != start))
        return false;
    *ret_place = (struct heap_place){number, address - start, start, bytes};
    return true;
}

static bool find_nested(const struct heap_blocks *heap, uintptr_t address,
                        const struct custom_block *custom, struct heap_place *ret_place)
{
    if (place_in(address, custom->number, custom->address, custom->bytes, ret_place))
        return true;
    for (;;) {
        if (custom->outer == INDEX_NO_BLOCK)
            return false;
        if (place_in(address, custom->outer, custom->outer_address, custom->outer_bytes, ret_place))
            return true;
        if (custom->outer_custom == SIZE_MAX)
            return false;
        custom = &heap->customs[custom->outer_custom];
    }
}

bool heap_blocks_find(const struct heap_blocks *heap, uintptr_t address,
                      struct heap_place *ret_place)
{
    uintptr_t granule;
    uint32_t number = block_index_find(&heap->index, address, &granule);
    if (number == INDEX_NO_BLOCK)
        return false;
    if (heap->custom_count > 0) {
        const struct custom_block *custom = find_custom(heap, number);
        if (custom)
            return find_nested(heap, address, custom, ret_place);
    }
    struct block block = {.address = granule};
    if (address != granule && !block_table_find(heap->table, granule, &block))
        return false;
    return place_in(address, number, granule, block.bytes, ret_place);
}

bool heap_blocks_at(const struct heap_blocks *heap, uint32_t number, uintptr_t address,
                    struct heap_block *ret_block)
{
    struct heap_cursor cursor = {.custom = heap->custom_count ? customs_before(heap, number) : 0};
    if (cursor.custom < heap->custom_count && heap->customs[cursor.custom].number == number)
        give_custom(heap, &cursor, ret_block);
    else if (block_table_find(heap->table, address, &cursor.next))
        give_next(&cursor, ret_block);
    else
        return false;
    ret_block->number = number;
    ret_block->inner = cursor.custom;
    ret_block->pool = is_pool(heap, ret_block);
    return true;
}
