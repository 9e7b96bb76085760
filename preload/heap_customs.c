/* Custom blocks are nested like brackets: the outer one of each is found on the chain of those
 * before it. */
#include "preload/heap_customs.h"

#include "preload/annotations.h"
#include "preload/pages.h"
#include "preload/sort.h"

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

bool heap_customs_collect(struct heap_blocks *heap)
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

void heap_customs_place(struct heap_blocks *heap, const struct ranges *allocator)
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
