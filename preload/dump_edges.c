/*
 * See dump_edges.h. A block's edges are encoded into a scratch buffer, because their number comes
 * first. A block with more than fits there (some millions of pointers) is scanned twice.
 */
#include "preload/dump_edges.h"

#include <errno.h>

#include "preload/block_scan.h"
#include "preload/kept.h"
#include "preload/pages.h"

#define SCRATCH_BYTES (8u << 20)

struct edges {
    const struct dump_job *job;
    struct dump_writer *writer;
    uint8_t *scratch;
    size_t used;
    bool direct; /* into the writer: the second scan */
    bool python; /* objects of CPython's, which do not begin where their blocks do */
    const struct heap_block *block;
    uint32_t number; /* the block's in the dump */
    uintptr_t base;  /* the block's first aligned address */
    uint64_t last;   /* offset of the edge before */
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
    if ((reference->interior && reference->target == edges->block->number &&
         !(edges->python && python_may_begin_at(reference->target_offset))) ||
        !kept(edges->job, reference->target))
        return;
    edges->count++;
    if (!edges->direct && edges->used + REFERENCE_MAX_BYTES > SCRATCH_BYTES)
        return;
    uint64_t offset = reference->source - edges->base;
    uint64_t target = zigzag((int64_t)kept_number(edges->job, reference->target) - edges->number);
    uint8_t bytes[REFERENCE_MAX_BYTES];
    uint8_t *to = edges->direct ? bytes : edges->scratch + edges->used;
    size_t used = reference_encode(reference, offset - edges->last, target, to);
    edges->last = offset;
    if (edges->direct)
        dump_writer_bytes(edges->writer, bytes, used);
    else
        edges->used += used;
}

static void scan_block(struct dump_job *job, struct edges *edges)
{
    edges->used = edges->count = edges->last = 0;
    block_scan(job, edges->block);
}

static int write_block(struct dump_job *job, struct edges *edges)
{
    edges->base = (edges->block->address + 7) & ~7ul;
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
    struct edges edges = {
        .job = job,
        .writer = &job->writer,
        .scratch = pages_map(SCRATCH_BYTES),
        .python = job->python.type_type != 0,
    };
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
        if (!kept(job, block.number))
            continue;
        edges.block = &block;
        error = write_block(job, &edges);
        edges.number++;
        count += edges.count;
    }
    dump_writer_end(&job->writer, count);
    pages_unmap(edges.scratch, SCRATCH_BYTES);
    return error;
}
