#include "preload/block_scan.h"

#include "preload/dump_blocks.h"
#include "preload/heap_parts.h"

#define SPARSE_BLOCK_BYTES (16u << 10) /* from here on it pays to ask which pages were touched */

static enum scan_pages pages_of(const struct dump_job *job, const struct heap_block *block)
{
    if (block->bytes < SPARSE_BLOCK_BYTES)
        return SCAN_ALL;
    const struct mapping *mapping = maps_find(&job->maps, block->address);
    return mapping && !mapping->shared ? SCAN_TOUCHED : SCAN_ALL;
}

static void tell(struct scan *scan, uint64_t word, uintptr_t source)
{
    struct reference reference;
    if (scan_word(scan, word, source, &reference))
        scan->found(scan->context, &reference);
}

void block_scan(struct dump_job *job, const struct heap_block *block)
{
    struct heap_parts parts = heap_parts_of(block);
    enum scan_pages pages = pages_of(job, block);
    struct range part;
    uintptr_t elements;
    if (fontconfig_elements(&job->fontconfig, &job->heap, block, &elements)) {
        tell(&job->scan, elements, block->address + FONTCONFIG_DISTANCE_OFFSET);
        return;
    }
    job->scan.untag = dump_block_is_tree_node(job, block->stack);
    while (heap_parts_next(&job->heap, &parts, &part))
        scan_range(&job->scan, part.start, part.end, pages);
    job->scan.untag = false;
}
