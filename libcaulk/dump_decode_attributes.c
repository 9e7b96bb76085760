/* Names of objects' attributes: layouts, and where in blocks they apply. */
#include "libcaulk/dump_decode.h"

#include <inttypes.h>

#define LAYOUT_BYTES_LEAST 3
#define NAME_BYTES_LEAST 2
#define ATTRIBUTES_BYTES_LEAST 3
#define WORD_BYTES 8u

static bool name_decode(struct dump *dump, struct record_reader *reader,
                        const struct layout *layout)
{
    uint64_t step, string;
    struct layout_name *name = &dump->layout_names[dump->layout_name_count];
    bool is_first = dump->layout_name_count == layout->first;
    uint32_t last = is_first ? 0 : name[-1].word;
    if (!record_number(reader, &step) || !record_number(reader, &string))
        return false;
    if (step >= DUMP_LAYOUT_WORDS_MAX - last || (step == 0 && !is_first))
        return record_wrong(reader, "%" PRIu64 " words on from %" PRIu32, step, last);
    if (string >= UINT32_MAX)
        return record_wrong(reader, "string at %" PRIu64, string);
    name->word = last + (uint32_t)step;
    return section_string(dump, reader->section, reader->record, (uint32_t)string, &name->name,
                          reader->err) &&
           (*name->name || record_wrong(reader, "no name"));
}

static bool layout_decode(struct dump *dump, struct record_reader *reader, uint64_t names_max)
{
    uint64_t count;
    struct layout *layout = &dump->layouts[reader->record];
    if (!record_number(reader, &count))
        return false;
    if (count == 0 || count > names_max - dump->layout_name_count)
        return record_wrong(reader, "%" PRIu64 " names", count);
    *layout = (struct layout){.first = dump->layout_name_count, .count = (uint32_t)count};
    for (uint64_t i = 0; i < count; i++, dump->layout_name_count++)
        if (!name_decode(dump, reader, layout))
            return false;
    return true;
}

bool dump_decode_layouts(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_count_check(section, LAYOUT_BYTES_LEAST, err))
        return false;
    uint64_t names_max = section->size / NAME_BYTES_LEAST;
    names_max = names_max < UINT32_MAX ? names_max : UINT32_MAX;
    dump->layouts = section_allocate(section, section->count, sizeof(*dump->layouts), err);
    dump->layout_names = section_allocate(section, names_max, sizeof(*dump->layout_names), err);
    if (!dump->layouts || !dump->layout_names)
        return false;
    struct record_reader reader = record_reader(section, err);
    for (; reader.record < section->count; reader.record++)
        if (!layout_decode(dump, &reader, names_max))
            return false;
    dump->layout_count = (uint32_t)section->count;
    return record_reader_finish(&reader);
}

static uint64_t words_of_block(const struct dump *dump, uint64_t block)
{
    uint64_t padding = -dump->block_address[block] % WORD_BYTES, bytes = dump->block_bytes[block];
    return bytes < padding ? 0 : (bytes - padding) / WORD_BYTES;
}

static uint64_t words_of_layout(const struct dump *dump, uint64_t layout)
{
    const struct layout *found = &dump->layouts[layout];
    return dump->layout_names[found->first + found->count - 1].word + UINT64_C(1);
}

static bool attributes_check(const struct dump *dump, const struct record_reader *reader,
                             uint64_t block, uint64_t word, uint64_t layout)
{
    const struct attributes *before = &dump->attributes[reader->record] - 1;
    if (layout >= dump->layout_count)
        return record_wrong(reader, "layout %" PRIu64 " of %" PRIu32, layout, dump->layout_count);
    uint64_t words = words_of_block(dump, block), needed = words_of_layout(dump, layout);
    if (word > words || needed > words - word)
        return record_wrong(reader, "%" PRIu64 " words from word %" PRIu64 " of %" PRIu64, needed,
                            word, words);
    if (reader->record > 0 && before->block == block && before->word >= word)
        return record_wrong(reader, "word %" PRIu64 " after word %" PRIu32, word, before->word);
    return word <= UINT32_MAX || record_wrong(reader, "names from word %" PRIu64 " on", word);
}

static bool attributes_decode(struct dump *dump, struct record_reader *reader, uint64_t *last)
{
    uint64_t step, word, layout;
    if (!record_number(reader, &step) || !record_number(reader, &word) ||
        !record_number(reader, &layout))
        return false;
    if (step >= dump->block_count - *last)
        return record_wrong(reader, "%" PRIu64 " blocks on from %" PRIu64 " of %" PRIu32, step,
                            *last, dump->block_count);
    uint64_t block = *last + step;
    if (!attributes_check(dump, reader, block, word, layout))
        return false;
    dump->attributes[reader->record] =
        (struct attributes){(uint32_t)block, (uint32_t)word, (uint32_t)layout};
    *last = block;
    return true;
}

bool dump_decode_attributes(struct dump *dump, const struct section *section, struct error *err)
{
    if (!section_count_check(section, ATTRIBUTES_BYTES_LEAST, err))
        return false;
    dump->attributes = section_allocate(section, section->count, sizeof(*dump->attributes), err);
    if (!dump->attributes)
        return false;
    struct record_reader reader = record_reader(section, err);
    uint64_t last = 0;
    for (; reader.record < section->count; reader.record++)
        if (!attributes_decode(dump, &reader, &last))
            return false;
    dump->attributes_count = (uint32_t)section->count;
    return record_reader_finish(&reader);
}
