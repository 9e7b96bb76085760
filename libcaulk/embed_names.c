/*
 * All sections but four are copied as they are. STRINGS grows at its end, so what names a string
 * goes on naming it, and so does LAYOUTS; SYMBOLS is made from what the symbolizer knows, the
 * dump's own names included, and ATTRIBUTES has members beside them.
 */
#include "libcaulk/embed_names.h"

#include <stdlib.h>
#include <string.h>

#include "libcaulk/checksum.h"
#include "libcaulk/embed_fields.h"
#include "libcaulk/id_table.h"
#include "libcaulk/memory.h"
#include "libcaulk/root_fields.h"
#include "libcaulk/section_file.h"
#include "libcaulk/section_output.h"

#define WORD_BYTES 8u

struct making {
    const struct dump *dump;
    struct symbolizer *symbolizer;
    struct root_fields *root_fields;
    struct dump_symbol *symbols;
    uint32_t count;
    char *strings;
    uint64_t strings_bytes, strings_room;
    struct id_table known; /* strings, by hash */
    uint32_t *offset_of;   /* by number in known */
    struct embedded_count counted;
    struct embedded_fields fields;
};

/* ---- strings ---- */

static uint32_t append_string(struct making *making, const char *text, size_t length)
{
    uint64_t offset = making->strings_bytes;
    if (length >= UINT32_MAX - offset)
        return 0;
    if (offset + length + 1 > making->strings_room) {
        making->strings_room = 2 * (offset + length + 1);
        making->strings = need_memory(realloc(making->strings, making->strings_room));
    }
    memcpy(making->strings + offset, text, length + 1);
    making->strings_bytes += length + 1;
    return (uint32_t)offset;
}

/* The offset that is kept for a text's hash; new: 0. */
static uint32_t *find_hash(struct making *making, const char *text, size_t length)
{
    uint32_t before = making->known.count, number;
    if (!id_table_add(&making->known, checksum(text, length), &number))
        memory_fail();
    if (number == before) {
        making->offset_of = need_room(making->offset_of, number, sizeof(*making->offset_of));
        making->offset_of[number] = 0;
    }
    return &making->offset_of[number];
}

static void take_strings(struct making *making, const struct dump *dump)
{
    making->strings_bytes = making->strings_room = dump->strings_bytes;
    making->strings = need_memory(malloc(dump->strings_bytes));
    memcpy(making->strings, dump->strings, dump->strings_bytes);
    for (uint64_t at = 1; at < dump->strings_bytes;) {
        size_t length = strlen(dump->strings + at);
        *find_hash(making, dump->strings + at, length) = (uint32_t)at;
        at += length + 1;
    }
}

/* Two texts of one hash: the second is there each time anew. */
static uint32_t intern(struct making *making, const char *text)
{
    if (!text || !*text)
        return 0;
    size_t length = strlen(text);
    uint32_t *offset = find_hash(making, text, length);
    if (*offset && strcmp(making->strings + *offset, text) == 0)
        return *offset;
    *offset = append_string(making, text, length);
    return *offset;
}

static void add_symbol(struct making *making, struct dump_symbol symbol, const char *name,
                       const char *file)
{
    making->symbols = need_room(making->symbols, making->count, sizeof(*making->symbols));
    symbol.name = intern(making, name);
    symbol.file = intern(making, file);
    making->symbols[making->count++] = symbol;
}

/* ---- code ---- */

static bool is_known(struct frames frames)
{
    for (size_t i = 0; i < frames.count; i++)
        if (frames.frame[i].function || frames.frame[i].line)
            return true;
    return false;
}

static void add_frames(struct making *making, uint64_t address, uint32_t module)
{
    struct frames frames = symbolizer_lookup_in(making->symbolizer, address, module);
    making->counted.addresses++;
    if (!is_known(frames))
        return;
    for (size_t i = 0; i < frames.count; i++) {
        const struct frame *frame = &frames.frame[i];
        const struct dump_symbol symbol = {.address = address,
                                           .module = module,
                                           .line = frame->line,
                                           .flags = i + 1 < frames.count ? DUMP_SYMBOL_INLINED : 0};
        add_symbol(making, symbol, frame->function, frame->file);
    }
    making->counted.named++;
    making->counted.lines += frames.frame[0].line > 0;
}

static int compare_numbers(const void *left, const void *right)
{
    const uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void add_code(struct making *making)
{
    const struct dump *dump = making->dump;
    size_t count = dump->stack_count;
    uint64_t *pcs = need_memory(malloc((count + 1) * sizeof(*pcs)));
    for (size_t i = 0; i < count; i++)
        pcs[i] = dump->stack_pc[i + 1];
    qsort(pcs, count, sizeof(*pcs), compare_numbers);
    for (uint32_t m = 0; m < dump->module_count; m++)
        for (size_t i = 0; i < count; i++)
            if (pcs[i] - 1 >= dump->modules[m].start && pcs[i] - 1 < dump->modules[m].end &&
                (i == 0 || pcs[i] != pcs[i - 1]))
                add_frames(making, pcs[i], m);
    free(pcs);
}

/* ---- variables ---- */

static void add_variable(struct making *making, uint64_t address)
{
    uint32_t tick = making->dump->process.tick;
    const struct module *module = dump_find_module(making->dump, address, tick);
    struct data_name name = symbolizer_data_name(making->symbolizer, address, tick);
    if (!name.name || !module || name.offset > address)
        return;
    struct root_field field = root_fields_find(making->root_fields, address);
    uint32_t number = (uint32_t)(module - making->dump->modules);
    const struct dump_symbol variable = {.address = address - name.offset,
                                         .bytes = name.bytes,
                                         .module = number,
                                         .flags = DUMP_SYMBOL_VARIABLE};
    const struct dump_symbol member = {
        .address = address, .bytes = WORD_BYTES, .module = number, .flags = DUMP_SYMBOL_MEMBER};
    if (!variable.bytes || variable.bytes > UINT64_MAX - variable.address)
        return;
    add_symbol(making, variable, name.name, field.type);
    if (field.member)
        add_symbol(making, member, field.member, NULL);
}

static int compare_symbols(const void *left, const void *right)
{
    const struct dump_symbol *a = left, *b = right;
    if (a->flags != b->flags)
        return a->flags < b->flags ? -1 : 1;
    if (a->module != b->module)
        return a->module < b->module ? -1 : 1;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return (a->bytes > b->bytes) - (a->bytes < b->bytes);
}

/* Every reference names its variable anew. */
static void keep_distinct(struct making *making, uint32_t first)
{
    struct dump_symbol *symbols = making->symbols;
    uint32_t kept = first;
    if (making->count > first)
        qsort(symbols + first, making->count - first, sizeof(*symbols), compare_symbols);
    for (uint32_t i = first; i < making->count; i++) {
        const struct dump_symbol *last = &symbols[kept - 1];
        if (i > first && symbols[i].flags == last->flags && symbols[i].module == last->module &&
            symbols[i].address == last->address)
            continue;
        making->counted.variables += symbols[i].flags == DUMP_SYMBOL_VARIABLE;
        symbols[kept++] = symbols[i];
    }
    making->count = kept;
}

static void add_variables(struct making *making)
{
    const struct dump *dump = making->dump;
    uint32_t first = making->count;
    making->root_fields = root_fields_create(dump, making->symbolizer);
    for (uint32_t r = 0; r < dump->root_count; r++) {
        const struct root *root = &dump->roots[r];
        uint64_t first_word = (root->start + WORD_BYTES - 1) & ~(uint64_t)(WORD_BYTES - 1);
        for (uint64_t ref = dump->refs.begin[r]; ref < dump->refs.begin[r + 1]; ref++)
            if (root->kind == ROOT_GLOBAL)
                add_variable(making, first_word + dump->refs.source_words[ref] * WORD_BYTES);
    }
    keep_distinct(making, first);
    root_fields_destroy(making->root_fields);
}

/* ---- members ---- */

static uint32_t intern_member(void *context, const char *text)
{
    return intern(context, text);
}

static void add_members(struct making *making)
{
    struct fields *fields = fields_create(making->dump, making->symbolizer);
    embed_fields(making->dump, fields, intern_member, making, &making->fields);
    making->counted.members = making->fields.named;
    fields_destroy(fields);
}

/* ---- the file ---- */

static bool copy_section(const struct section_file *file, enum dump_section_kind kind,
                         struct section_output *output, struct error *err)
{
    struct section section;
    if (!section_read(&section, file, kind, err))
        return false;
    bool done = section_output_add(output, kind, section.bytes, section.size, section.count, err);
    free(section.bytes);
    return done;
}

/* The dump's own layouts keep their numbers. */
static bool write_layouts(const struct making *making, const struct section_file *file,
                          struct section_output *output, struct error *err)
{
    const struct embedded_fields *fields = &making->fields;
    struct section own;
    if (!section_read(&own, file, DUMP_LAYOUTS, err))
        return false;
    own.bytes = need_memory(realloc(own.bytes, own.size + fields->layouts_bytes + 1));
    memcpy(own.bytes + own.size, fields->layouts, fields->layouts_bytes);
    bool done =
        section_output_add(output, DUMP_LAYOUTS, own.bytes, own.size + fields->layouts_bytes,
                           own.count + fields->layout_count, err);
    free(own.bytes);
    return done;
}

static bool write_section(const struct making *making, enum dump_section_kind kind,
                          const struct section_file *file, struct section_output *output,
                          struct error *err)
{
    const struct embedded_fields *fields = &making->fields;
    switch (kind) {
    case DUMP_STRINGS:
        return section_output_add(output, kind, making->strings, making->strings_bytes,
                                  making->strings_bytes, err);
    case DUMP_SYMBOLS:
        return section_output_add(output, kind, making->symbols,
                                  making->count * sizeof(*making->symbols), making->count, err);
    case DUMP_LAYOUTS:
        return write_layouts(making, file, output, err);
    case DUMP_ATTRIBUTES:
        return section_output_add(output, kind, fields->attributes, fields->attributes_bytes,
                                  fields->attributes_count, err);
    default:
        return copy_section(file, kind, output, err);
    }
}

static bool write_sections(const struct making *making, const struct section_file *file,
                           struct section_output *output, struct error *err)
{
    for (enum dump_section_kind kind = DUMP_PROCESS; kind < DUMP_SECTION_END; kind++)
        if (!write_section(making, kind, file, output, err))
            return false;
    return section_output_finish(output, err);
}

static bool write_file(const struct making *making, int descriptor, const char *path,
                       struct error *err)
{
    struct section_file file;
    struct section_output output;
    if (!section_file_open(&file, making->dump->path, err))
        return false;
    section_output_init(&output, descriptor, path);
    bool done = file.header.checksum == making->dump->checksum
                    ? write_sections(making, &file, &output, err)
                    : error_set(err, making->dump->path, "changed while it was read; try again");
    section_file_close(&file);
    return done;
}

bool embed_names(const struct dump *dump, struct symbolizer *symbolizer, int descriptor,
                 const char *path, struct embedded_count *ret_count, struct error *err)
{
    struct making making = {.dump = dump, .symbolizer = symbolizer};
    take_strings(&making, dump);
    add_code(&making);
    add_variables(&making);
    add_members(&making);
    bool done = write_file(&making, descriptor, path, err);
    *ret_count = making.counted;
    free(making.symbols);
    free(making.strings);
    free(making.offset_of);
    free(making.fields.layouts);
    free(making.fields.attributes);
    id_table_finish(&making.known);
    return done;
}
