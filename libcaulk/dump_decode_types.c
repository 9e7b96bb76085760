/* What memory says of blocks' types: types, blocks that have one, and CPython's state. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>
#include <string.h>

static_assert(TYPE_CXX_COUNTED == (int)DUMP_TYPE_CXX_COUNTED &&
                  TYPE_PYTHON == (int)DUMP_TYPE_PYTHON &&
                  TYPE_PYTHON_GC == (int)DUMP_TYPE_PYTHON_GC &&
                  TYPE_GOBJECT == (int)DUMP_TYPE_GOBJECT && TYPE_NAMED == (int)DUMP_TYPE_NAMED &&
                  TYPE_PYTHON_WEAK == (int)DUMP_TYPE_PYTHON_WEAK,
              "same numbers as in the file");
static_assert(COLLECTOR_ON == (int)DUMP_COLLECTOR_ON && COLLECTOR_OFF == (int)DUMP_COLLECTOR_OFF,
              "same numbers as in the file");

#define TYPED_RECORD_LEAST 2

static bool type_decode(struct dump *dump, const struct section *section, uint32_t number,
                        struct error *err)
{
    struct dump_type from;
    struct type *type = &dump->types[number];
    memcpy(&from, section->bytes + number * sizeof(from), sizeof(from));
    if (from.kind >= DUMP_TYPE_KIND_END)
        return section_wrong(section, err, "record %" PRIu32 ": unknown kind %" PRIu32, number,
                             from.kind);
    if (from.object_offset % 8 != 0 || from.object_offset > DUMP_OBJECT_OFFSET_MAX ||
        (dump_type_is_linked((enum type_kind)from.kind) && from.object_offset < DUMP_GC_LINK_BYTES))
        return section_wrong(section, err, "record %" PRIu32 ": objects at offset %" PRIu32, number,
                             from.object_offset);
    *type = (struct type){.kind = (enum type_kind)from.kind, .object_offset = from.object_offset};
    if (!section_string(dump, section, number, from.name, &type->name, err))
        return false;
    return *type->name || section_wrong(section, err, "record %" PRIu32 ": no name", number);
}

bool dump_decode_types(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_records_check(section, sizeof(struct dump_type), err))
        return false;
    dump->types = section_allocate(section, section->count, sizeof(*dump->types), err);
    if (!dump->types)
        return false;
    for (; dump->type_count < section->count; dump->type_count++)
        if (!type_decode(dump, section, dump->type_count, err))
            return false;
    return true;
}

static bool is_counted(enum type_kind kind)
{
    return kind == TYPE_CXX_COUNTED || kind == TYPE_GOBJECT || dump_type_is_python(kind);
}

static bool counts_decode(struct record_reader *reader, enum type_kind kind,
                          struct typed_block *ret_typed)
{
    uint64_t uses = 0, weak = 0;
    if ((is_counted(kind) && !record_number(reader, &uses)) ||
        (kind == TYPE_CXX_COUNTED && !record_number(reader, &weak)))
        return false;
    ret_typed->uses = uses < UINT32_MAX ? (uint32_t)uses : UINT32_MAX;
    ret_typed->weak = weak < UINT32_MAX ? (uint32_t)weak : UINT32_MAX;
    return true;
}

static bool typed_decode(struct dump *dump, struct record_reader *reader, uint64_t *next)
{
    uint64_t step, number;
    struct typed_block *typed = &dump->typed[reader->record];
    if (!record_number(reader, &step) || !record_number(reader, &number))
        return false;
    if (step >= dump->block_count - *next)
        return record_wrong(reader, "%" PRIu64 " blocks on from %" PRIu64 " of %" PRIu32, step,
                            *next, dump->block_count);
    if (number >= dump->type_count)
        return record_wrong(reader, "type %" PRIu64 " of %" PRIu32, number, dump->type_count);
    uint64_t block = *next + step;
    const struct type *type = &dump->types[number];
    if (type->object_offset >= dump->block_bytes[block])
        return record_wrong(reader, "an object at offset %" PRIu32 " of %" PRIu64 " bytes",
                            type->object_offset, dump->block_bytes[block]);
    *typed = (struct typed_block){.block = (uint32_t)block, .type = (uint32_t)number};
    *next = block + 1;
    return counts_decode(reader, type->kind, typed);
}

bool dump_decode_typed(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_count_check(section, TYPED_RECORD_LEAST, err))
        return false;
    dump->typed = section_allocate(section, section->count, sizeof(*dump->typed), err);
    if (!dump->typed)
        return false;
    struct record_reader reader = record_reader(section, err);
    uint64_t next = 0;
    for (; reader.record < section->count; reader.record++)
        if (!typed_decode(dump, &reader, &next))
            return false;
    dump->typed_count = (uint32_t)section->count;
    return record_reader_finish(&reader);
}

bool dump_decode_python(struct dump *dump, const struct section *section, struct error *err)
{
    struct dump_python from;
    if (!section_records_check(section, sizeof(from), err))
        return false;
    if (section->count > 1)
        return section_wrong(section, err, "%" PRIu64 " records", section->count);
    if (section->count == 0)
        return true;
    memcpy(&from, section->bytes, sizeof(from));
    if (from.collector > DUMP_COLLECTOR_OFF)
        return section_wrong(section, err, "unknown state %" PRIu32, from.collector);
    if (from.heads + from.heads_bytes < from.heads)
        return section_wrong(section, err, "lists past the end of the address space");
    dump->python = (struct python_collector){
        .found = true,
        .collector = (enum collector)from.collector,
        .heads = from.heads,
        .heads_bytes = from.heads_bytes,
        .garbage = from.garbage,
    };
    return true;
}
