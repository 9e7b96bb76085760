/*
 * Pointers from blocks and from roots, into columns.
 *
 * Both sections list the pointers source by source, in the same coding; they differ in where a
 * source's number of pointers stands and in what the target's number is relative to.
 */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>

static_assert(WITNESS_STDSTRING == DUMP_WITNESS_STDSTRING &&
                  WITNESS_LENGTH64 == DUMP_WITNESS_LENGTH64 &&
                  WITNESS_NEWARRAY == DUMP_WITNESS_NEWARRAY &&
                  WITNESS_MULTIPLE_INHERITANCE == DUMP_WITNESS_MULTIPLE_INHERITANCE &&
                  WITNESS_HEADER == DUMP_WITNESS_HEADER &&
                  WITNESS_CONTENTS == DUMP_WITNESS_CONTENTS,
              "same bits as in the file");

#define POINTER_RECORD_LEAST 2
#define WORD_BYTES 8u

struct source {
    uint64_t words; /* aligned ones that lie in it */
    uint64_t first; /* its pointers in the columns */
    uint64_t count;
    bool relative; /* targets count from `number` */
    uint32_t number;
};

static uint64_t words_in(uint64_t start, uint64_t bytes)
{
    uint64_t lead = -start % WORD_BYTES;
    return bytes < lead ? 0 : (bytes - lead) / WORD_BYTES;
}

static uint32_t saturated(uint64_t number)
{
    return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static bool interior_decode(const struct dump *dump, struct record_reader *reader, uint32_t target,
                            uint64_t *ret_offset, uint8_t *ret_witness)
{
    uint64_t coded;
    if (!record_number(reader, &coded))
        return false;
    uint64_t offset = coded >> DUMP_WITNESS_BITS;
    if (!offset || offset >= dump->block_bytes[target])
        return record_wrong(reader,
                            "interior pointer to offset %" PRIu64 " of block %" PRIu32
                            ", which has %" PRIu64 " bytes",
                            offset, target, dump->block_bytes[target]);
    uint8_t witness = coded & ((1u << DUMP_WITNESS_BITS) - 1);
    if (witness & WITNESS_HEADER && !dump->process.only_lost)
        return record_wrong(reader, "a witness that only a dump with sums has");
    *ret_offset = offset;
    *ret_witness = witness;
    return true;
}

static bool pointers_decode(const struct dump *dump, struct record_reader *reader,
                            struct pointers *pointers, const struct source *source)
{
    uint64_t word = 0;
    for (uint64_t i = 0; i < source->count; i++) {
        uint64_t step, target, offset = 0;
        uint8_t witness = 0;
        if (!record_number(reader, &step) || !record_number(reader, &target))
            return false;
        if (step >> 1 >= source->words - word)
            return record_wrong(reader, "pointer %" PRIu64 " lies outside the source", i);
        if (i && !(step >> 1))
            return record_wrong(reader, "pointer %" PRIu64 " lies where the one before does", i);
        word += step >> 1;
        if (source->relative)
            target = source->number + zigzag_decode(target);
        if (target >= dump->block_count)
            return record_wrong(reader, "target %" PRIu64 " of %" PRIu32 " blocks", target,
                                dump->block_count);
        if ((step & 1) && !interior_decode(dump, reader, (uint32_t)target, &offset, &witness))
            return false;
        pointers->target[source->first + i] = (uint32_t)target;
        pointers->source_words[source->first + i] = saturated(word);
        pointers->target_offset[source->first + i] = saturated(offset);
        pointers->witness[source->first + i] = witness;
    }
    return true;
}

/* The columns, and pointers->count; not pointers->begin. */
static bool columns_allocate(struct pointers *pointers, const struct section *section,
                             struct error *err)
{
    uint64_t count = section->count;
    if (count > section->size / POINTER_RECORD_LEAST)
        return section_wrong(section, err, "%" PRIu64 " pointers in %" PRIu64 " bytes", count,
                             section->size);
    pointers->count = count;
    pointers->target = section_allocate(section, count, sizeof(*pointers->target), err);
    pointers->source_words = section_allocate(section, count, sizeof(*pointers->source_words), err);
    pointers->target_offset =
        section_allocate(section, count, sizeof(*pointers->target_offset), err);
    pointers->witness = section_allocate(section, count, sizeof(*pointers->witness), err);
    return pointers->target && pointers->source_words && pointers->target_offset &&
           pointers->witness;
}

static bool block_edges_decode(struct dump *dump, struct record_reader *reader)
{
    struct pointers *edges = &dump->edges;
    uint32_t block = (uint32_t)reader->record;
    struct source source = {
        .words = words_in(dump->block_address[block], dump->block_bytes[block]),
        .first = edges->begin[block],
        .relative = true,
        .number = block,
    };
    if (!record_number(reader, &source.count))
        return false;
    if (source.count > edges->count - source.first)
        return record_wrong(reader, "%" PRIu64 " edges, the section has %" PRIu64 " in all",
                            source.count, edges->count);
    edges->begin[block + 1] = source.first + source.count;
    return pointers_decode(dump, reader, edges, &source);
}

bool dump_decode_edges(struct dump *dump, const struct section *section, struct error *err)
{
    struct pointers *edges = &dump->edges;
    uint64_t sources = dump->block_count;
    edges->begin = section_allocate(section, sources + 1, sizeof(*edges->begin), err);
    if (!edges->begin || !columns_allocate(edges, section, err))
        return false;
    edges->begin[0] = 0;
    struct record_reader reader = record_reader(section, err);
    for (; reader.record < sources; reader.record++) {
        if (!block_edges_decode(dump, &reader))
            return false;
    }
    if (edges->begin[sources] != edges->count)
        return section_wrong(section, err, "%" PRIu64 " edges, counted as %" PRIu64,
                             edges->begin[sources], edges->count);
    return record_reader_finish(&reader);
}

bool dump_decode_refs(struct dump *dump, const struct section *section, struct error *err)
{
    struct pointers *refs = &dump->refs;
    if (section->count != refs->begin[dump->root_count])
        return section_wrong(section, err, "%" PRIu64 " references, the roots have %" PRIu64,
                             section->count, refs->begin[dump->root_count]);
    if (!columns_allocate(refs, section, err))
        return false;
    struct record_reader reader = record_reader(section, err);
    for (; reader.record < dump->root_count; reader.record++) {
        const struct root *root = &dump->roots[reader.record];
        struct source source = {
            .words = words_in(root->start, root->bytes),
            .first = refs->begin[reader.record],
            .count = refs->begin[reader.record + 1] - refs->begin[reader.record],
        };
        if (!pointers_decode(dump, &reader, refs, &source))
            return false;
    }
    return record_reader_finish(&reader);
}
