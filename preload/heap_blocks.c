/*
 * See heap_blocks.h. The table's blocks and the sorted custom blocks are merged on the fly, at
 * every walk by the same rules, so that all walks give the same numbers. Custom blocks are nested
 * like brackets: the outer one of each is found on the chain of those before it.
 */
#include "preload/heap_blocks.h"

#include <string.h>

#include "preload/annotations.h"
#include "preload/pages.h"
#include "preload/sort.h"

#define WIDE_GRANULE_BITS 4u /* malloc's alignment */
#define FINE_GRANULE_BITS 3u /* where some allocator packs tighter */

static bool count_customs(struct heap_blocks *heap)
{
    struct annotation annotation;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);) {
        heap->custom_capacity += annotation.kind == ANNOTATION_CUSTOM;
        if (annotation.kind == ANNOTATION_FREED &&
            !ranges_add(&heap->freed, annotation.address, annotation.address + annotation.bytes))
            return false;
    }
    ranges_settle(&heap->freed);
    return true;
}

static int compare_customs(const void *a, const void *b)
{
    const struct custom_block *left = a, *right = b;
    if (left->address != right->address)
        return left->address < right->address ? -1 : 1;
    return (left->bytes < right->bytes) - (left->bytes > right->bytes);
}

/* A live block in memory that was freed before is newer than that: a custom allocator that joins
 * freed blocks hands out any part of them. */
static bool spare_live_customs(struct heap_blocks *heap)
{
    struct ranges left = {0};
    size_t next = 0;
    bool done = true;
    for (size_t i = 0; i < heap->freed.count && done; i++) {
        struct range freed = heap->freed.items[i];
        for (; next < heap->custom_count && heap->customs[next].address < freed.end; next++) {
            const struct custom_block *live = &heap->customs[next];
            uintptr_t end = live->address + live->bytes;
            done = done && ranges_add(&left, freed.start, live->address);
            if (end > freed.start)
                freed.start = end;
            if (end > freed.end)
                break; /* it may reach into the next one */
        }
        done = done && ranges_add(&left, freed.start, freed.end);
    }
    ranges_settle(&left);
    ranges_finish(&heap->freed);
    heap->freed = left;
    return done;
}

static bool collect_customs(struct heap_blocks *heap)
{
    if (!annotations_any())
        return true;
    if (!count_customs(heap))
        return false;
    if (heap->custom_capacity == 0)
        return true;
    heap->customs = pages_map(heap->custom_capacity * sizeof(*heap->customs));
    if (!heap->customs)
        return false;
    struct annotation annotation;
    for (size_t cursor = 0; annotations_next(&cursor, &annotation);) {
        if (annotation.kind != ANNOTATION_CUSTOM || heap->custom_count == heap->custom_capacity)
            continue;
        if (!block_table_reaches(annotation.address, annotation.bytes)) {
            heap->dropped++;
            continue;
        }
        heap->customs[heap->custom_count++] = (struct custom_block){
            .address = annotation.address,
            .bytes = annotation.bytes,
            .stack = annotation.stack,
            .birth = annotation.birth,
        };
    }
    sort_records(heap->customs, heap->custom_count, sizeof(*heap->customs), compare_customs);
    return spare_live_customs(heap);
}

static bool lies_in(uintptr_t address, size_t bytes, uintptr_t outer, size_t outer_bytes)
{
    return address >= outer && address - outer < outer_bytes &&
           bytes <= outer_bytes - (address - outer);
}

static uintptr_t granule_of(const struct heap_blocks *heap, uintptr_t address)
{
    return address >> heap->index.granule_bits;
}

/* The outer block of a custom one: the innermost of the customs before it that hold it, else the
 * table's block `around`, whose number is INDEX_NO_BLOCK where a custom block took its place. False
 * where the block lies in none. */
static bool find_outer(const struct heap_blocks *heap, size_t kept, const struct block *around,
                       uint32_t around_number, struct custom_block *custom)
{
    custom->outer = INDEX_NO_BLOCK;
    custom->outer_custom = SIZE_MAX;
    for (size_t i = kept ? kept - 1 : SIZE_MAX; i != SIZE_MAX; i = heap->customs[i].outer_custom) {
        const struct custom_block *outer = &heap->customs[i];
        if (lies_in(custom->address, custom->bytes, outer->address, outer->bytes)) {
            custom->outer = outer->number;
            custom->outer_address = outer->address;
            custom->outer_bytes = outer->bytes;
            custom->outer_custom = i;
            return true;
        }
    }
    if (!lies_in(custom->address, custom->bytes, around->address, around->bytes))
        return false;
    custom->outer = around_number;
    custom->outer_address = around->address;
    custom->outer_bytes = around->bytes;
    return true;
}

struct build {
    struct heap_blocks *heap;
    const struct ranges *allocator;
    struct block around; /* the table's block last passed */
    uint32_t around_number;
    uintptr_t last_granule; /* of the block before */
    uint32_t number;
    size_t kept;
};

static void keep_custom(struct build *build, struct custom_block *custom)
{
    custom->number = build->number++;
    build->last_granule = granule_of(build->heap, custom->address);
    build->heap->customs[build->kept++] = *custom;
}

/* Keeps the custom block at `from`, moving it up over dropped ones, or drops it. */
static void place_custom(struct build *build, size_t from)
{
    struct heap_blocks *heap = build->heap;
    struct custom_block custom = heap->customs[from];
    bool nested = find_outer(heap, build->kept, &build->around, build->around_number, &custom);
    bool taken = build->number > 0 && granule_of(heap, custom.address) == build->last_granule;
    bool stale = !nested && ranges_contain(build->allocator, custom.address);
    if (!taken && !stale)
        keep_custom(build, &custom);
}

static void place_table_block(struct build *build, const struct block *block)
{
    build->around = *block;
    build->around_number = build->number++;
    build->last_granule = granule_of(build->heap, block->address);
}

/* Gives custom blocks their numbers and outer blocks, and drops those that can't be. One at the
 * very address of a block of the table replaces it. */
static void place_customs(struct heap_blocks *heap, const struct ranges *allocator)
{
    struct build build = {.heap = heap, .allocator = allocator};
    size_t from = 0;
    struct block block;
    for (uintptr_t cursor = 0; block_table_next(heap->table, &cursor, &block);) {
        for (; from < heap->custom_count && heap->customs[from].address < block.address; from++)
            place_custom(&build, from);
        if (from < heap->custom_count && heap->customs[from].address == block.address) {
            struct custom_block custom = heap->customs[from++];
            custom.outer = INDEX_NO_BLOCK;
            custom.outer_custom = SIZE_MAX;
            keep_custom(&build, &custom);
            build.around = block;
            build.around_number = INDEX_NO_BLOCK;
        } else {
            place_table_block(&build, &block);
        }
    }
    for (; from < heap->custom_count; from++)
        place_custom(&build, from);
    heap->custom_count = build.kept;
}

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
        place_customs(heap, allocator);
    return fill_index(heap, ret_tight);
}

bool heap_blocks_init(struct heap_blocks *heap, const struct block_table *table,
                      const struct ranges *allocator)
{
    memset(heap, 0, sizeof(*heap));
    heap->table = table;
    if (!collect_customs(heap))
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
