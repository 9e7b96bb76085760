/*
 * Opening a dump: the sections in their order, each read, checked, decoded and let go of before
 * the next, so that beside the decoded arrays only one section's bytes are in memory.
 */
#include "libcaulk/dump.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libcaulk/dump_decode.h"
#include "libcaulk/section_file.h"

static_assert(DUMP_PARTS == DUMP_SECTION_COUNT, "one part for each section");

typedef bool section_decode(struct dump *dump, const struct section *section, struct error *err);

/* Strings and maps are kept as they are and not in this table. */
static section_decode *const decoders[DUMP_SECTION_END] = {
    [DUMP_PROCESS] = dump_decode_process,
    [DUMP_MODULES] = dump_decode_modules,
    [DUMP_SEGMENTS] = dump_decode_segments,
    [DUMP_THREADS] = dump_decode_threads,
    [DUMP_STACKS] = dump_decode_stacks,
    [DUMP_BLOCKS] = dump_decode_blocks,
    [DUMP_EDGES] = dump_decode_edges,
    [DUMP_ROOTS] = dump_decode_roots,
    [DUMP_ROOT_REFS] = dump_decode_refs,
    [DUMP_DECLARED] = dump_decode_declared,
    [DUMP_LABELS] = dump_decode_labels,
    [DUMP_TYPES] = dump_decode_types,
    [DUMP_BLOCK_TYPES] = dump_decode_typed,
    [DUMP_PYTHON] = dump_decode_python,
    [DUMP_PYTHON_CODES] = dump_decode_python_codes,
    [DUMP_PYTHON_LOOPS] = dump_decode_python_loops,
    [DUMP_SUMS] = dump_decode_sums,
    [DUMP_SYMBOLS] = dump_decode_symbols,
    [DUMP_LAYOUTS] = dump_decode_layouts,
    [DUMP_ATTRIBUTES] = dump_decode_attributes,
};

static bool section_load(struct dump *dump, const struct section_file *file,
                         enum dump_section_kind kind, struct error *err)
{
    struct section section;
    if (!section_read(&section, file, kind, err))
        return false;
    if (kind == DUMP_STRINGS)
        return dump_decode_strings(dump, &section, err);
    if (kind == DUMP_MAPS)
        return dump_decode_maps(dump, &section, err);
    bool done = decoders[kind](dump, &section, err);
    free(section.bytes);
    return done;
}

/* STRINGS first: every other section may name one. */
static bool sections_load(struct dump *dump, const struct section_file *file, struct error *err)
{
    if (!section_load(dump, file, DUMP_STRINGS, err))
        return false;
    for (unsigned kind = DUMP_PROCESS; kind < DUMP_SECTION_END; kind++) {
        if (kind != DUMP_STRINGS && !section_load(dump, file, kind, err))
            return false;
    }
    return dump_links_mark(dump, err);
}

static void parts_fill(struct dump *dump, const struct section_file *file)
{
    dump->file_bytes = file->header.file_bytes;
    dump->checksum = file->header.checksum;
    dump->format_version = file->header.version;
    for (unsigned i = 0; i < DUMP_PARTS; i++) {
        const struct dump_section *section = &file->sections[i];
        dump->parts[i] = (struct dump_part){section_name(section->kind), section->offset,
                                            section->bytes, section->count};
    }
}

bool dump_recognize(const char *path)
{
    char magic[sizeof(DUMP_MAGIC) - 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool found = fd >= 0 && read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
                 !memcmp(magic, DUMP_MAGIC, sizeof(magic));
    if (fd >= 0)
        close(fd);
    return found;
}

bool dump_open(const char *path, struct dump **ret_dump, struct error *err)
{
    struct section_file file;
    if (!section_file_open(&file, path, err))
        return false;
    struct dump *dump = calloc(1, sizeof(*dump));
    bool done = dump && (dump->path = strdup(path));
    if (!done)
        error_set(err, path, "no memory");
    else
        done = sections_load(dump, &file, err);
    if (done)
        parts_fill(dump, &file);
    section_file_close(&file);
    if (!done) {
        dump_close(dump);
        return false;
    }
    *ret_dump = dump;
    return true;
}

static void pointers_free(struct pointers *pointers)
{
    free(pointers->begin);
    free(pointers->target);
    free(pointers->source_words);
    free(pointers->target_offset);
    free(pointers->witness);
}

void dump_close(struct dump *dump)
{
    if (!dump)
        return;
    free(dump->path);
    free(dump->strings);
    free(dump->maps);
    free(dump->modules);
    free(dump->segments);
    free(dump->threads);
    free(dump->stack_parent);
    free(dump->stack_pc);
    free(dump->block_address);
    free(dump->block_bytes);
    free(dump->block_stack);
    free(dump->block_birth);
    free(dump->block_flags);
    free(dump->block_label);
    free(dump->types);
    free(dump->typed);
    free(dump->layouts);
    free(dump->layout_names);
    free(dump->attributes);
    free(dump->overlapping);
    free(dump->codes);
    free(dump->loops);
    for (uint32_t i = 0; i < dump->summed_count; i++)
        dump_close(dump->summed[i]);
    free(dump->summed);
    free(dump->roots);
    free(dump->declared);
    free(dump->sums);
    free(dump->owners);
    free(dump->owned);
    free(dump->merged.process);
    free(dump->symbols);
    pointers_free(&dump->edges);
    pointers_free(&dump->refs);
    free(dump);
}
