/*
 * See dump_edges.h. A block's edges are encoded into a scratch buffer, because their number comes
 * first. A block with more than fits there (some millions of pointers) is scanned twice.
 */
#include "preload/dump_edges.h"

#include <errno.h>
#include <string.h>

#include "preload/dump_blocks.h"
#include "preload/pages.h"

#define SCRATCH_BYTES (8u << 20)
#define SPARSE_BLOCK_BYTES (16u << 10) /* from here on it pays to ask which pages were touched */

struct edges {
    struct dump_writer *writer;
    uint8_t *scratch;
    size_t used;
    bool direct; /* into the writer: the second scan */
    bool python; /* objects of CPython's, which do not begin where their blocks do */
    const struct heap_block *block;
    uintptr_t base; /* the block's first aligned address */
    uint64_t last;  /* offset of the edge before */
    uint64_t count;
};

size_t reference_encode(const struct reference *reference, uint64_t step, uint64_t target,
                        uint8_t *ret_bytes)
{
    size_t used = varint_encode(step / 8 << 1 | reference->interior, ret_bytes);
    used += varint_encode(target, ret_bytes + used);
    if (reference->interior)
        used += varint_encode(reference->target_offset << DUMP_WITNESS_BITS | reference->witnesses,
                              ret_bytes + used);
    return used;
}

static void add_edge(void *context, const struct reference *reference)
{
    struct edges *edges = context;
    if (reference->interior && reference->target == edges->block->number &&
        !(edges->python && python_may_begin_at(reference->target_offset)))
        return;
    edges->count++;
    if (!edges->direct && edges->used + REFERENCE_MAX_BYTES > SCRATCH_BYTES)
        return;
    uint64_t offset = reference->source - edges->base;
    uint64_t target = zigzag((int64_t)reference->target - edges->block->number);
    uint8_t bytes[REFERENCE_MAX_BYTES];
    uint8_t *to = edges->direct ? bytes : edges->scratch + edges->used;
    size_t used = reference_encode(reference, offset - edges->last, target, to);
    edges->last = offset;
    if (edges->direct)
        dump_writer_bytes(edges->writer, bytes, used);
    else
        edges->used += used;
}

static enum scan_pages pages_of(const struct dump_job *job, const struct heap_block *block)
{
    if (block->bytes < SPARSE_BLOCK_BYTES)
        return SCAN_ALL;
    const struct mapping *mapping = maps_find(&job->maps, block->address);
    return mapping && !mapping->shared ? SCAN_TOUCHED : SCAN_ALL;
}

static void scan_block(struct dump_job *job, struct edges *edges)
{
    struct heap_parts parts = heap_parts_of(edges->block);
    enum scan_pages pages = pages_of(job, edges->block);
    struct range part;
    edges->used = edges->count = edges->last = 0;
    while (heap_parts_next(&job->heap, &parts, &part))
        scan_range(&job->scan, part.start, part.end, pages);
}

static int write_block(struct dump_job *job, struct edges *edges)
{
    edges->base = (edges->block->address + 7) & ~7ul;
    job->scan.untag = dump_block_is_tree_node(job, edges->block->stack);
    edges->direct = false;
    scan_block(job, edges);
    uint64_t count = edges->count;
    dump_writer_varint(edges->writer, count);
    if (edges->used + REFERENCE_MAX_BYTES <= SCRATCH_BYTES) {
        dump_writer_bytes(edges->writer, edges->scratch, edges->used);
        return 0;
    }
    edges->direct = true;
    scan_block(job, edges);
    return edges->count == count ? 0 : EAGAIN;
}

int dump_edges_write(struct dump_job *job)
{
    struct edges edges = {.writer = &job->writer,
                          .scratch = pages_map(SCRATCH_BYTES),
                          .python = job->python.type_type != 0};
    if (!edges.scratch)
        return ENOMEM;
    job->scan.found = add_edge;
    job->scan.context = &edges;
    struct heap_cursor cursor = {0};
    struct heap_block block;
    uint64_t count = 0;
    int error = 0;
    dump_writer_begin(&job->writer, DUMP_EDGES);
    while (!error && heap_blocks_next(&job->heap, &cursor, &block)) {
        edges.block = &block;
        error = write_block(job, &edges);
        count += edges.count;
    }
    dump_writer_end(&job->writer, count);
    job->scan.untag = false;
    pages_unmap(edges.scratch, SCRATCH_BYTES);
    return error;
}
