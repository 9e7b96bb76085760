/*
 * A block's names are one layout, in which only words with pointers are named. Objects of a class
 * have pointers in the same words, mostly, so layouts are few; each is there once, known by a hash
 * of what is written of it.
 */
#include "libcaulk/embed_fields.h"

#include <stdio.h>
#include <stdlib.h>

#include "libcaulk/checksum.h"
#include "libcaulk/dump_format.h"
#include "libcaulk/id_table.h"
#include "libcaulk/member_name.h"
#include "libcaulk/memory.h"
#include "libcaulk/varint.h"

#define WORD_BYTES 8u

/* A section's bytes, while they are written. */
struct text {
    FILE *out;
    char *bytes;
    size_t size;
};

struct making {
    const struct dump *dump;
    struct fields *fields;
    embed_string_fn *string;
    void *context;
    struct text layouts, attributes;
    struct id_table known; /* layouts, by hash */
    uint32_t last_block;
    uint64_t attributes_count, named;
};

static void text_begin(struct text *text)
{
    text->out = need_memory(open_memstream(&text->bytes, &text->size));
}

static void text_end(struct text *text)
{
    if (ferror(text->out) | fclose(text->out))
        memory_fail();
}

/* ---- layouts ---- */

/* The member's name as the format has it. */
static uint32_t string_of(struct making *making, const struct field *field)
{
    static const char ends[][2] = {
        [SMART_UNKNOWN] = "",
        [SMART_SHARED] = {MEMBER_SHARED},
        [SMART_WEAK] = {MEMBER_WEAK},
        [SMART_WEAK_ELEMENTS] = {MEMBER_WEAK_ELEMENTS},
    };
    char *name = format_text("%s%s", field->member, ends[field->smart]);
    uint32_t string = making->string(making->context, name);
    free(name);
    return string;
}

/* Returns how many words of the block have names; each is written to out, by word. */
static uint64_t write_names(struct making *making, uint32_t block, FILE *out)
{
    const struct pointers *edges = &making->dump->edges;
    uint64_t padding = -making->dump->block_address[block] % WORD_BYTES, count = 0;
    uint32_t last = 0;
    for (uint64_t e = edges->begin[block]; e < edges->begin[block + 1]; e++) {
        uint32_t word = edges->source_words[e], string;
        struct field field;
        if (word >= DUMP_LAYOUT_WORDS_MAX ||
            !fields_find(making->fields, block, padding + (uint64_t)word * WORD_BYTES, &field) ||
            !(string = string_of(making, &field)))
            continue;
        varint_write(out, word - last);
        varint_write(out, string);
        last = word;
        count++;
    }
    return count;
}

/* The number of the block's layout. False where no word has a name. */
static bool find_layout(struct making *making, uint32_t block, uint32_t *ret_layout)
{
    struct text names = {0};
    uint32_t number, before = making->known.count;
    text_begin(&names);
    uint64_t count = write_names(making, block, names.out);
    text_end(&names);
    if (count && !id_table_add(&making->known, checksum(names.bytes, names.size), &number))
        memory_fail();
    if (count && number == before) {
        varint_write(making->layouts.out, count);
        fwrite(names.bytes, 1, names.size, making->layouts.out);
    }
    free(names.bytes);
    making->named += count;
    *ret_layout = count ? making->dump->layout_count + number : 0;
    return count;
}

/* ---- blocks ---- */

static void write_attributes(struct making *making, uint32_t block, uint32_t word, uint32_t layout)
{
    FILE *out = making->attributes.out;
    varint_write(out, block - making->last_block);
    varint_write(out, word);
    varint_write(out, layout);
    making->last_block = block;
    making->attributes_count++;
}

/* A block that has names of its own in the dump keeps them. */
static void write_blocks(struct making *making)
{
    const struct dump *dump = making->dump;
    const struct attributes *own = dump->attributes, *end = own + dump->attributes_count;
    uint32_t layout;
    for (uint32_t block = 0; block < dump->block_count; block++) {
        bool has_own = own < end && own->block == block;
        for (; own < end && own->block == block; own++)
            write_attributes(making, block, own->word, own->layout);
        if (!has_own && find_layout(making, block, &layout))
            write_attributes(making, block, 0, layout);
    }
}

void embed_fields(const struct dump *dump, struct fields *fields, embed_string_fn *string,
                  void *context, struct embedded_fields *ret_embedded)
{
    struct making making = {.dump = dump, .fields = fields, .string = string, .context = context};
    text_begin(&making.layouts);
    text_begin(&making.attributes);
    write_blocks(&making);
    text_end(&making.layouts);
    text_end(&making.attributes);
    *ret_embedded = (struct embedded_fields){.layouts = making.layouts.bytes,
                                             .layouts_bytes = making.layouts.size,
                                             .layout_count = making.known.count,
                                             .attributes = making.attributes.bytes,
                                             .attributes_bytes = making.attributes.size,
                                             .attributes_count = making.attributes_count,
                                             .named = making.named};
    id_table_finish(&making.known);
}
