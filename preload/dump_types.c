/* See dump_types.h. One more walk over all blocks, which reads the beginning of each. */
#include "preload/dump_types.h"

#include "preload/attributes.h"
#include "preload/kept.h"
#include "preload/python_collector.h"
#include "preload/types.h"

static bool is_python(uint32_t kind)
{
    return kind == DUMP_TYPE_PYTHON || kind == DUMP_TYPE_PYTHON_GC || kind == DUMP_TYPE_PYTHON_WEAK;
}

static void write_block_type(struct dump_writer *writer, const struct types *types,
                             const struct block_type *type)
{
    uint32_t kind = types_kind(types, type->number);
    dump_writer_varint(writer, type->number);
    if (kind == DUMP_TYPE_CXX_COUNTED || kind == DUMP_TYPE_GOBJECT || is_python(kind))
        dump_writer_varint(writer, type->uses);
    if (kind == DUMP_TYPE_CXX_COUNTED)
        dump_writer_varint(writer, type->weak);
}

/* A pool's own memory is no object: what lies in it is. False when there is no memory. */
static bool write_block_types(struct dump_job *job, struct types *types,
                              struct attributes *attributes)
{
    bool done = true;
    struct heap_cursor cursor = {0};
    struct heap_block block;
    struct block_type type;
    uint64_t count = 0;
    uint32_t next = 0;
    dump_writer_begin(&job->writer, DUMP_BLOCK_TYPES);
    while (done && heap_blocks_next(&job->heap, &cursor, &block)) {
        if (block.pool || !kept(job, block.number) ||
            !types_of_block(types, block.address, block.bytes, &type))
            continue;
        uint32_t number = kept_number(job, block.number);
        dump_writer_varint(&job->writer, number - next);
        write_block_type(&job->writer, types, &type);
        if (is_python(types_kind(types, type.number)))
            done = attributes_note(attributes, &types->places[type.number], block.address);
        next = number + 1;
        count++;
    }
    dump_writer_end(&job->writer, count);
    return done;
}

static void write_python(struct dump_job *job)
{
    struct dump_python state;
    python_collector_find(&job->python, &job->maps, &job->heap, &state);
    dump_writer_begin(&job->writer, DUMP_PYTHON);
    dump_writer_bytes(&job->writer, &state, sizeof(state));
    dump_writer_end(&job->writer, 1);
}

static bool write_types(struct dump_job *job, struct types *types)
{
    struct attributes attributes = {0};
    if (types->python.type_type &&
        !attributes_init(&attributes, &types->python, &job->maps, &job->heap, &job->strings))
        return false;
    bool done = write_block_types(job, types, &attributes);
    dump_writer_begin(&job->writer, DUMP_TYPES);
    dump_writer_bytes(&job->writer, types->records, types->count * sizeof(*types->records));
    dump_writer_end(&job->writer, types->count);
    if (types->python.type_type) {
        attributes_write(&attributes, job);
        write_python(job);
    }
    attributes_finish(&attributes);
    return done;
}

bool dump_types_write(struct dump_job *job)
{
    struct types types;
    if (!types_init(&types, &job->maps, &job->strings, &job->gobject, &job->talloc))
        return false;
    types.python = job->python;
    bool done = containers_init(&types.containers, &job->maps, &job->heap, job->modules,
                                job->module_count) &&
                write_types(job, &types);
    types_finish(&types);
    return done;
}
