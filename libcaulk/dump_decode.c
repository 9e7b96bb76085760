/* What the sections' decoders have in common: reading varints record by record, saying what is
 * wrong where, and allocating no more than the section's own bytes justify. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct record_reader record_reader(const struct section *section, struct error *err)
{
    return (struct record_reader){
        .numbers = {section->bytes, section->bytes + section->size},
        .section = section,
        .err = err,
    };
}

bool record_wrong(const struct record_reader *reader, const char *format, ...)
{
    const struct section *section = reader->section;
    uint64_t start = section->file->sections[section->kind - 1].offset;
    char what[200];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof(what), format, args);
    va_end(args);
    return section_wrong(section, reader->err, "record %" PRIu64 ": %s (offset %" PRIu64 ")",
                         reader->record, what,
                         start + (uint64_t)(reader->numbers.at - section->bytes));
}

bool record_wrong_number(const struct record_reader *reader)
{
    if (reader->numbers.end - reader->numbers.at < VARINT_MAX_BYTES)
        return record_wrong(reader, "the section ends in a number");
    return record_wrong(reader, "a number does not fit 64 bits");
}

bool record_reader_finish(const struct record_reader *reader)
{
    if (reader->numbers.at == reader->numbers.end)
        return true;
    return record_wrong(reader, "%td bytes follow the last record",
                        reader->numbers.end - reader->numbers.at);
}

bool section_count_check(const struct section *section, uint64_t least_bytes, struct error *err)
{
    if (section->count > section->size / least_bytes || section->count >= UINT32_MAX)
        return section_wrong(section, err, "%" PRIu64 " records in %" PRIu64 " bytes",
                             section->count, section->size);
    return true;
}

bool section_fixed_check(const struct section *section, uint64_t record_bytes, struct error *err)
{
    if (!section_count_check(section, record_bytes, err))
        return false;
    if (section->count * record_bytes != section->size)
        return section_wrong(section, err, "%" PRIu64 " records of %" PRIu64 " bytes in %" PRIu64,
                             section->count, record_bytes, section->size);
    return true;
}

bool section_string(const struct dump *dump, const struct section *section, uint64_t record,
                    uint32_t offset, const char **ret_string, struct error *err)
{
    if (offset >= dump->strings_bytes)
        return section_wrong(section, err,
                             "record %" PRIu64 ": string at %" PRIu32 " of %" PRIu64 " bytes",
                             record, offset, dump->strings_bytes);
    *ret_string = dump->strings + offset;
    return true;
}

void *section_allocate(const struct section *section, uint64_t count, size_t element_bytes,
                       struct error *err)
{
    uint64_t bytes;
    void *array = NULL;
    if (!__builtin_mul_overflow(count, element_bytes, &bytes))
        array = malloc(bytes ? bytes : 1);
    if (!array)
        section_wrong(section, err, "no memory for %" PRIu64 " records", count);
    return array;
}
