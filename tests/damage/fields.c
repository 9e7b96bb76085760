/* The fields of dump_format.h's structs, by name. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/damage/damage.h"
#include "tests/damage/fields.h"

#define FIELD(type, member) FIELD_OF(struct type, member)
#define END FIELD_END

/* Not the checksums, which sealing makes right. */
static const struct field header_fields[] = {FIELD(dump_header, magic), FIELD(dump_header, version),
                                             FIELD(dump_header, section_count),
                                             FIELD(dump_header, file_bytes), END};
static const struct field section_fields[] = {
    FIELD(dump_section, kind), FIELD(dump_section, offset), FIELD(dump_section, bytes),
    FIELD(dump_section, count), END};
static const struct field process_fields[] = {FIELD(dump_process, pid),
                                              FIELD(dump_process, parent_pid),
                                              FIELD(dump_process, sequence),
                                              FIELD(dump_process, flags),
                                              FIELD(dump_process, time_ns),
                                              FIELD(dump_process, start_ns),
                                              FIELD(dump_process, uptime_ns),
                                              FIELD(dump_process, pause_ns),
                                              FIELD(dump_process, tick_ns),
                                              FIELD(dump_process, tick),
                                              FIELD(dump_process, fork_tick),
                                              FIELD(dump_process, rss_bytes),
                                              FIELD(dump_process, in_use_bytes),
                                              FIELD(dump_process, allocator_free_bytes),
                                              FIELD(dump_process, tracker_bytes),
                                              FIELD(dump_process, stacks_bytes),
                                              FIELD(dump_process, dropped_blocks),
                                              FIELD(dump_process, sample_bytes),
                                              FIELD(dump_process, stacks_mode),
                                              FIELD(dump_process, depth),
                                              FIELD(dump_process, program),
                                              FIELD(dump_process, host),
                                              FIELD(dump_process, options),
                                              FIELD(dump_process, allocator),
                                              FIELD(dump_process, started_as),
                                              END};
static const struct field module_fields[] = {
    FIELD(dump_module, start),         FIELD(dump_module, end),
    FIELD(dump_module, bias),          FIELD(dump_module, loaded_tick),
    FIELD(dump_module, unloaded_tick), FIELD(dump_module, path),
    FIELD(dump_module, build_id),      FIELD(dump_module, flags),
    FIELD(dump_module, segments),      END};
static const struct field segment_fields[] = {FIELD(dump_segment, start), FIELD(dump_segment, end),
                                              FIELD(dump_segment, module),
                                              FIELD(dump_segment, flags), END};
static const struct field thread_fields[] = {FIELD(dump_thread, tid),
                                             FIELD(dump_thread, state),
                                             FIELD(dump_thread, sp),
                                             FIELD(dump_thread, stack_start),
                                             FIELD(dump_thread, stack_end),
                                             FIELD(dump_thread, name),
                                             END};
static const struct field root_fields[] = {FIELD(dump_root, start),
                                           FIELD(dump_root, bytes),
                                           FIELD(dump_root, refs),
                                           FIELD(dump_root, kind),
                                           FIELD(dump_root, owner),
                                           FIELD(dump_root, name),
                                           END};

static void set_field(const struct damage *damage, const struct records *records, uint64_t record,
                      const struct field *field, damage_end *end)
{
    uint64_t was = 0, value;
    size_t bytes = field->bytes < sizeof(value) ? field->bytes : sizeof(value);
    char what[160];
    size_t at = records->offset + record * records->record_bytes + field->offset;
    memcpy(&was, damage->whole->bytes + at, bytes);
    for (unsigned i = 0; damage_value(was, bytes, i, &value); i++) {
        if (value == was)
            continue;
        struct dump_image image = damage_copy(damage);
        memcpy(image.bytes + at, &value, bytes);
        snprintf(what, sizeof(what), "%s, record %" PRIu64 ": %s = 0x%" PRIx64 ", was 0x%" PRIx64,
                 records->name, record, field->name, value, was);
        end(damage, &image, what);
        free(image.bytes);
    }
}

void damage_records(const struct damage *damage, const struct records *records, damage_end *end)
{
    uint64_t step = damage_step(damage, records->count);
    for (uint64_t record = 0; record < records->count; record += step)
        for (const struct field *field = records->fields; field->name; field++)
            set_field(damage, records, record, field, end);
}

static struct records section_records(const struct damage *damage, enum dump_section_kind kind,
                                      const struct field *fields, size_t record_bytes)
{
    struct dump_image image = *damage->whole;
    const struct dump_section *section = dump_image_section(&image, kind);
    return (struct records){damage_section_name(kind), fields, record_bytes, section->offset,
                            section->count};
}

void damage_fields(const struct damage *damage)
{
    const struct records all[] = {
        {"header", header_fields, sizeof(struct dump_header), 0, 1},
        {"section table", section_fields, sizeof(struct dump_section), sizeof(struct dump_header),
         DUMP_SECTION_COUNT},
        section_records(damage, DUMP_PROCESS, process_fields, sizeof(struct dump_process)),
        section_records(damage, DUMP_MODULES, module_fields, sizeof(struct dump_module)),
        section_records(damage, DUMP_SEGMENTS, segment_fields, sizeof(struct dump_segment)),
        section_records(damage, DUMP_THREADS, thread_fields, sizeof(struct dump_thread)),
        section_records(damage, DUMP_ROOTS, root_fields, sizeof(struct dump_root)),
    };
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        damage_records(damage, &all[i], damage_seal_and_visit);
}
