/*
 * Opens any bytes as a dump; what opens must keep the promises of libcaulk/dump.h, and be analyzed;
 * and every command must refuse it, or answer in agreement with the others.
 *
 * The checksums would stop nearly every change that a fuzzer makes, so the mutator here makes them
 * right again: it changes either the whole file, or the table alone, or the contents of one
 * section, after which the file is laid out anew. The reader is the real one.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sanitizer/lsan_interface.h>

#include "libcaulk/analysis.h"
#include "libcaulk/diff.h"
#include "libcaulk/suspects.h"
#include "tests/support/bytes.h"
#include "tests/support/dump_builder.h"
#include "tests/support/dump_image.h"
#include "tests/support/dump_walk.h"
#include "tests/support/every_command.h"

#define TABLE_BYTES (sizeof(struct dump_header) + DUMP_SECTION_COUNT * sizeof(struct dump_section))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* The blocks that the dump has only as sums. */
static uint64_t summed(const struct dump *dump)
{
    uint64_t blocks = 0;
    for (uint32_t i = 0; i < dump->sum_count; i++)
        blocks += dump->sums[i].blocks;
    return blocks;
}

static uint64_t owned(const struct dump *dump)
{
    uint64_t blocks = 0;
    for (uint32_t i = 0; i < dump->owned_count; i++)
        blocks += dump->owned[i].sum.blocks;
    return blocks;
}

/* Everything live has its place under an owner, but for what was summed without. */
static void own(const struct analysis *analysis)
{
    struct symbolizer *symbolizer = symbolizer_create(analysis->dump, NULL);
    struct owners owners;
    struct owner_tree tree;
    struct suspects suspects;
    uint64_t blocks = 0;
    uint32_t count;
    if (!owners_init(&owners, &analysis->heap, &analysis->verdicts, &analysis->cycles, symbolizer,
                     NULL) ||
        !owner_tree_init(&tree, &owners, &analysis->cycles, NULL) ||
        !suspects_find(&tree, &owners, &suspects, NULL))
        abort();
    const uint32_t *top = owner_tree_children(&tree, OWNER_NONE, &count);
    for (uint32_t i = 0; i < count; i++)
        blocks += tree.group[top[i]].retained.blocks;
    if (blocks != analysis->live.blocks - summed(analysis->dump) + owned(analysis->dump) ||
        owners.retained[0].blocks != analysis->live.blocks)
        abort();
    owner_tree_finish(&tree);
    owners_finish(&owners);
    symbolizer_destroy(symbolizer);
}

/* Between a dump and itself nothing was born and nothing freed, as far as its blocks are there. */
static void compare(struct dump *dump, const struct analysis *analysis)
{
    struct dump *const dumps[] = {dump, dump};
    struct diff diff;
    if (!diff_init(&diff, dumps, 2, analysis, analysis, NULL))
        abort();
    if (diff.born.blocks || diff.freed.blocks || diff.survived.blocks != analysis->live.blocks ||
        diff.dropped.count)
        abort();
    diff_finish(&diff);
}

/* The sums hold whatever a dump says. */
static void analyze(struct dump *dump)
{
    const struct analysis_options options = {.all_cycles = true};
    struct analysis *analysis;
    uint64_t blocks = 0, counted = summed(dump);
    if (!analysis_create(dump, &options, &analysis, NULL))
        abort();
    for (int kind = 0; kind < KIND_COUNT; kind++)
        blocks += analysis->of_kind[kind].blocks;
    for (uint32_t b = 0; b < dump->block_count; b++)
        counted += heap_graph_counts(&analysis->heap, b);
    if (blocks != analysis->live.blocks || blocks != counted)
        abort();
    own(analysis);
    if (!dump->process.only_lost && !dump->process.merged)
        compare(dump, analysis);
    analysis_destroy(analysis);
}

/* A command that ends by exit() leaves its memory behind, which is no leak. */
static void run_commands(const struct dump_image *image)
{
    static struct dump_image other;
    if (!other.bytes) {
        struct dump_builder *builder = dump_builder_create_full();
        other = dump_builder_image(builder);
        dump_builder_destroy(builder);
    }
    __lsan_disable();
    every_command(image, &other);
    __lsan_enable();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct dump_image image = {(uint8_t *)data, size};
    struct dump *dump;
    if (!dump_image_open(&image, &dump, NULL))
        return 0;
    dump_walk(dump);
    analyze(dump);
    dump_close(dump);
    run_commands(&image);
    return 0;
}

/* The sections of a file whose table is in order; false for another. */
static bool take_apart(const uint8_t *data, size_t size, struct bytes *ret_sections,
                       uint64_t *ret_counts)
{
    struct dump_section table[DUMP_SECTION_COUNT];
    if (size < TABLE_BYTES)
        return false;
    memcpy(table, data + sizeof(struct dump_header), sizeof(table));
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++) {
        if (table[i].offset > size || table[i].bytes > size - table[i].offset)
            return false;
    }
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++) {
        bytes_append(&ret_sections[i], data + table[i].offset, table[i].bytes);
        ret_counts[i] = table[i].count;
    }
    return true;
}

static void mutate_section(struct bytes *section, size_t max_size)
{
    uint8_t *room = calloc(1, max_size);
    if (!room)
        abort();
    if (section->size)
        memcpy(room, section->at, section->size);
    size_t size = LLVMFuzzerMutate(room, section->size, max_size);
    section->size = 0;
    bytes_append(section, room, size);
    free(room);
}

static size_t mutate_one_section(uint8_t *data, size_t size, size_t max_size, unsigned which)
{
    struct bytes sections[DUMP_SECTION_COUNT] = {0};
    uint64_t counts[DUMP_SECTION_COUNT];
    size_t made = 0;
    if (take_apart(data, size, sections, counts)) {
        mutate_section(&sections[which], sections[which].size + 64);
        struct dump_image image = dump_image_create(sections, counts);
        if (image.size <= max_size) {
            made = image.size;
            memcpy(data, image.bytes, made);
        }
        free(image.bytes);
    }
    for (unsigned i = 0; i < DUMP_SECTION_COUNT; i++)
        bytes_finish(&sections[i]);
    return made;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    size_t made = 0;
    if (seed % 4)
        made = mutate_one_section(data, size, max_size, seed / 4 % DUMP_SECTION_COUNT);
    if (!made && size >= TABLE_BYTES && seed % 2) {
        LLVMFuzzerMutate(data, TABLE_BYTES, TABLE_BYTES);
        made = size;
    }
    if (!made)
        made = LLVMFuzzerMutate(data, size, max_size);
    dump_image_seal(data, made);
    return made;
}
