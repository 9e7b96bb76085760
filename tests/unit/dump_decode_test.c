/*
 * Dumps whose checksums are right and whose records are wrong: each check of the decoders is met
 * by one that only it refuses, and said where; then every byte and field is set to bad values,
 * and what still opens must keep the promises of dump.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dump_builder.h"
#include "tests/support/dump_walk.h"
#include "tests/support/section_cases.h"

/* STACKS: from 0 or 2 to a frame of code 0, from one to a C frame, from 0 or 1 to a join. */
#define PYTHON_FRAME "\xff\xff\xff\xff\xff\xff\xff\xff\xff\1"
#define BACK_TO_C "\xdf\xff\xff\xff\xff\xff\xff\xff\xff\1"
#define PYTHON_JOIN "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"

/* One field of a section of fixed records; records and field by byte offset in the section. */
struct field_case {
    enum dump_section_kind kind;
    size_t offset, size;
    uint64_t value;
    const char *expected;
};

#define FIELD(kind, type, record, field, value, expected)                                          \
    {                                                                                              \
        kind, (record) * sizeof(struct type) + offsetof(struct type, field),                       \
            sizeof(((struct type *)0)->field), value, expected                                     \
    }

static void assert_fields_refused(const struct field_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct dump_image image = full_image();
        const struct dump_section *section = dump_image_section(&image, cases[i].kind);
        assert_true(cases[i].offset + cases[i].size <= section->bytes);
        memcpy(image.bytes + section->offset + cases[i].offset, &cases[i].value, cases[i].size);
        dump_image_seal(image.bytes, image.size);
        assert_refused(&image, cases[i].expected);
        free(image.bytes);
    }
}

static void fields_of_process_and_modules(void **state)
{
    (void)state;
    static const struct field_case cases[] = {
        FIELD(DUMP_PROCESS, dump_process, 0, flags, 256, "section PROCESS: unknown flags 0x100"),
        FIELD(DUMP_PROCESS, dump_process, 0, stacks_mode, 3, "unknown stacks mode 3"),
        FIELD(DUMP_PROCESS, dump_process, 0, fork_tick, 1001, "forked at tick 1001 of 1000"),
        FIELD(DUMP_PROCESS, dump_process, 0, rss_bytes, DUMP_AMOUNT_MAX + 1,
              "section PROCESS: more than 4503599627370496 bytes or"),
        FIELD(DUMP_PROCESS, dump_process, 0, dropped_blocks, UINT64_MAX, "more than 45035996"),
        FIELD(DUMP_PROCESS, dump_process, 0, program, 9999, "record 0: string at 9999 of"),
        FIELD(DUMP_PROCESS, dump_process, 0, allocator, UINT32_MAX, "string at 4294967295 of"),
        FIELD(DUMP_MODULES, dump_module, 1, end, 0, "section MODULES: record 1: range ends at 0x0"),
        FIELD(DUMP_MODULES, dump_module, 1, start, 0, "record 1: not in order of address"),
        FIELD(DUMP_MODULES, dump_module, 1, build_id, 1, "record 1: build id is not hex"),
        FIELD(DUMP_MODULES, dump_module, 1, path, UINT32_MAX, "record 1: string at 4294967295"),
        FIELD(DUMP_MODULES, dump_module, 0, flags, 32, "record 0: unknown flags 0x20"),
        FIELD(DUMP_MODULES, dump_module, 1, loaded_tick, 901,
              "loaded at tick 901, unloaded at 900"),
        FIELD(DUMP_MODULES, dump_module, 1, unloaded_tick, 1001,
              "unloaded at 1001, dumped at 1000"),
        FIELD(DUMP_MODULES, dump_module, 1, segments, UINT32_MAX, "record 1: too many segments"),
        FIELD(DUMP_MODULES, dump_module, 1, segments, 7, "section SEGMENTS: 3 records"),
        FIELD(DUMP_SEGMENTS, dump_segment, 1, module, 1, "record 1: of module 1, expected 0"),
        FIELD(DUMP_SEGMENTS, dump_segment, 1, end, 0, "section SEGMENTS: record 1: range ends"),
        FIELD(DUMP_SEGMENTS, dump_segment, 1, start, 1, "record 1: outside its module"),
        FIELD(DUMP_SEGMENTS, dump_segment, 1, end, UINT64_MAX, "record 1: outside its module"),
    };
    assert_fields_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void fields_of_threads_and_roots(void **state)
{
    (void)state;
    static const struct field_case cases[] = {
        FIELD(DUMP_THREADS, dump_thread, 1, state, 3, "THREADS: record 1: unknown state 3"),
        FIELD(DUMP_THREADS, dump_thread, 0, stack_end, 5, "record 0: range ends at 0x5"),
        FIELD(DUMP_THREADS, dump_thread, 1, name, 9999, "record 1: string at 9999 of"),
        FIELD(DUMP_ROOTS, dump_root, 1, kind, 11, "section ROOTS: record 1: unknown kind 11"),
        FIELD(DUMP_ROOTS, dump_root, 0, owner, 2, "record 0: owner 2 of 2"),
        FIELD(DUMP_ROOTS, dump_root, 1, owner, 2, "record 1: owner 2 of 2"),
        FIELD(DUMP_ROOTS, dump_root, 6, owner, 0, "record 6: owner 0 of 0"),
        FIELD(DUMP_ROOTS, dump_root, 1, start, UINT64_MAX - 8, "record 1: reaches past the end"),
        FIELD(DUMP_ROOTS, dump_root, 1, name, 9999, "record 1: string at 9999 of"),
        FIELD(DUMP_ROOTS, dump_root, 1, refs, UINT64_MAX, "record 1: too many references"),
        FIELD(DUMP_ROOTS, dump_root, 1, refs, 2, "section ROOT_REFS: 12 references, the roots"),
        FIELD(DUMP_ROOTS, dump_root, 3, bytes, 64, "ROOT_REFS: record 3: pointer 0 lies outside"),
    };
    assert_fields_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void fields_of_types_and_python(void **state)
{
    (void)state;
    static const struct field_case cases[] = {
        FIELD(DUMP_TYPES, dump_type, 0, name, 0, "section TYPES: record 0: no name"),
        FIELD(DUMP_TYPES, dump_type, 1, name, 9999, "record 1: string at 9999 of"),
        FIELD(DUMP_TYPES, dump_type, 1, kind, 8, "section TYPES: record 1: unknown kind 8"),
        FIELD(DUMP_TYPES, dump_type, 1, object_offset, 8, "record 1: objects at offset 8"),
        FIELD(DUMP_TYPES, dump_type, 0, object_offset, 4, "record 0: objects at offset 4"),
        FIELD(DUMP_TYPES, dump_type, 0, object_offset, 65536, "record 0: objects at offset 65536"),
        FIELD(DUMP_TYPES, dump_type, 1, object_offset, 64, "an object at offset 64 of 64 bytes"),
        FIELD(DUMP_PYTHON, dump_python, 0, collector, 3, "section PYTHON: unknown state 3"),
        FIELD(DUMP_PYTHON, dump_python, 0, heads, -UINT64_C(95), "lists past the end of the"),
    };
    assert_fields_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void fields_of_symbols(void **state)
{
    (void)state;
    static const struct field_case cases[] = {
        FIELD(DUMP_SYMBOLS, dump_symbol, 0, flags, 8, "SYMBOLS: record 0: unknown flags 0x8"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 2, module, 2, "record 2: module 2 of 2"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 1, name, 9999, "record 1: string at 9999 of"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 1, file, 9999, "record 1: string at 9999 of"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 0, bytes, 1, "record 0: 1 bytes at 0x401010"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 3, bytes, 0, "record 3: 0 bytes at 0x4f0010"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 3, bytes, UINT64_MAX, "record 3: 18446744073709551615"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 3, flags, 3, "record 3: flags 0x3 exclude others"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 1, address, 0x401011, "record 1: not in order"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 0, flags, 0, "record 1: not in order"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 2, flags, 2, "record 3: not in order"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 4, flags, 5, "record 4: flags 0x5 exclude others"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 4, bytes, 0, "record 4: 0 bytes at 0x4f0018"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 2, flags, 4, "record 2: 0 bytes at 0x7f0000000100"),
        FIELD(DUMP_SYMBOLS, dump_symbol, 3, flags, 0, "record 3: 24 bytes at 0x4f0010"),
    };
    assert_fields_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void texts(void **state)
{
    (void)state;
    static const struct section_case cases[] = {
        SECTION(DUMP_STRINGS, 0, "", "section STRINGS: 0 bytes counted in 0"),
        SECTION(DUMP_STRINGS, 2, "\0a", "section STRINGS: the last byte is not 0"),
        SECTION(DUMP_STRINGS, 2, "a\0", "section STRINGS: the first byte is not 0"),
        SECTION(DUMP_STRINGS, 3, "\0\0", "3 bytes counted in 2"),
        SECTION(DUMP_MAPS, 0, "text", "section MAPS: 0 bytes counted in 4"),
    };
    assert_sections_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void counts(void **state)
{
    (void)state;
    static const struct section_case cases[] = {
        SECTION(DUMP_PROCESS, 0, "", "section PROCESS: 0 records, there must be 1"),
        SECTION(DUMP_PROCESS, 1, "x", "section PROCESS: 1 records in 1 bytes"),
        SECTION(DUMP_MODULES, UINT64_MAX, "x", "records in 1 bytes"),
        SECTION(DUMP_MODULES, UINT64_MAX / 48 + 2, "x", "records in 1 bytes"),
        SECTION(DUMP_THREADS, 0, "x", "section THREADS: 0 records of 40 bytes in 1"),
        SECTION(DUMP_ROOTS, 0, "x", "section ROOTS: 0 records of 40 bytes in 1"),
        SECTION(DUMP_STACKS, UINT32_MAX, "\0\0", "section STACKS: 4294967295 records in 2 bytes"),
        SECTION(DUMP_BLOCKS, UINT64_MAX, "\2\0\0\0\0", "records in 5 bytes"),
        SECTION(DUMP_BLOCKS, 2, "\2\0\0\0\0", "section BLOCKS: 2 records in 5 bytes"),
        SECTION(DUMP_EDGES, UINT64_MAX, "\0\0\0", "section EDGES: 18446744073709551615 pointers"),
        SECTION(DUMP_EDGES, 1, "\0\0\0", "section EDGES: 0 edges, counted as 1"),
        SECTION(DUMP_ROOT_REFS, 0, "", "section ROOT_REFS: 0 references, the roots have 1"),
        SECTION(DUMP_ROOT_REFS, 1, "", "section ROOT_REFS: 1 pointers in 0 bytes"),
        SECTION(DUMP_DECLARED, UINT64_MAX, "\0\0",
                "section DECLARED: 18446744073709551615 records"),
        SECTION(DUMP_LABELS, 2, "\0\0", "section LABELS: 2 records in 2 bytes"),
        SECTION(DUMP_TYPES, 1, "x", "section TYPES: 1 records in 1 bytes"),
        SECTION(DUMP_BLOCK_TYPES, 2, "\0\0", "section BLOCK_TYPES: 2 records in 2 bytes"),
        SECTION(DUMP_PYTHON, 1, "", "section PYTHON: 1 records in 0 bytes"),
        SECTION(DUMP_PYTHON, 2, PYTHON_RECORD PYTHON_RECORD, "section PYTHON: 2 records"),
    };
    assert_sections_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void numbers(void **state)
{
    (void)state;
    static const struct section_case cases[] = {
        SECTION(DUMP_STACKS, 1, "\0\xff", "STACKS: record 0: the section ends in a number"),
        SECTION(DUMP_STACKS, 1, "\0" TEN_BYTES_TOO_LARGE,
                "record 0: a number does not fit 64 bits"),
        SECTION(DUMP_STACKS, 1, "\0\0\0", "STACKS: record 1: 1 bytes follow the last record"),
        SECTION(DUMP_BLOCKS, 1, "\2\0\0\0\x80", "BLOCKS: record 0: the section ends in a number"),
        SECTION(DUMP_BLOCKS, 0, "\0", "BLOCKS: record 0: 1 bytes follow the last record"),
        SECTION(DUMP_EDGES, 0, "\0\0", "EDGES: record 2: the section ends in a number"),
        SECTION(DUMP_EDGES, 1, "\1\0\x80", "EDGES: record 0: the section ends in a number"),
        SECTION(DUMP_EDGES, 1, "\1\1\0", "EDGES: record 0: the section ends in a number"),
        SECTION(DUMP_EDGES, 0, "\0\0\0\0", "EDGES: record 3: 1 bytes follow the last record"),
        SECTION(DUMP_ROOT_REFS, 1, "\0\x80", "ROOT_REFS: record 0: the section ends in a number"),
        SECTION(DUMP_ROOT_REFS, 1, "\0\0\0", "ROOT_REFS: record 1: 1 bytes follow"),
        SECTION(DUMP_DECLARED, 1, "\0\x80", "DECLARED: record 0: the section ends in a number"),
        SECTION(DUMP_DECLARED, 0, "\0", "DECLARED: record 0: 1 bytes follow"),
        SECTION(DUMP_LABELS, 1, "\0\x80", "LABELS: record 0: the section ends in a number"),
        SECTION(DUMP_LABELS, 0, "\0", "LABELS: record 0: 1 bytes follow"),
        SECTION(DUMP_BLOCK_TYPES, 0, "\0", "BLOCK_TYPES: record 0: 1 bytes follow"),
        SECTION(DUMP_BLOCK_TYPES, 1, "\0\x80", "BLOCK_TYPES: record 0: the section ends in"),
        SECTION(DUMP_BLOCK_TYPES, 1, "\0\1", "BLOCK_TYPES: record 0: the section ends in"),
        SECTION(DUMP_BLOCK_TYPES, 1, "\0\2\1", "BLOCK_TYPES: record 0: the section ends in"),
    };
    assert_sections_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void stacks(void **state)
{
    (void)state;
    static const struct section_case cases[] = {
        SECTION(DUMP_STACKS, 1, "\1\0", "STACKS: record 0: parent 1 nodes before it"),
        SECTION(DUMP_STACKS, 2, "\0\0\2\0", "STACKS: record 1: parent 2 nodes before it"),
        SECTION(DUMP_STACKS, 2, "\0\0" MAX_VARINT "\0", "record 1: parent 18446744073709551615"),
        SECTION(DUMP_STACKS, 2, "\0\0\1\2", "record 1: outer frames not recorded"),
        SECTION(DUMP_STACKS, 2, "\0\4\1" PYTHON_FRAME, "record 1: a C frame and a Python frame"),
        SECTION(DUMP_STACKS, 2, "\0" PYTHON_FRAME "\1" BACK_TO_C, "record 1: a C frame and a Pyth"),
        SECTION(DUMP_STACKS, 1, "\0" PYTHON_JOIN,
                "STACKS: record 0: joins 0xc000000000000000 to 0"),
        SECTION(DUMP_STACKS, 2, "\0\2\1" PYTHON_JOIN, "STACKS: record 1: joins 0xc00000000000000"),
        SECTION(DUMP_STACKS, 2, "\0" PYTHON_FRAME "\1\0",
                "PYTHON_CODES: stack node 1 is code 0 of 0"),
        SECTION(DUMP_PYTHON_CODES, 1, "", "PYTHON_CODES: 1 records in 0 bytes"),
        SECTION(DUMP_PYTHON_CODES, 1, "\377\377\377\377\0\0\0\0\0\0\0\0\0\0\0\0",
                "PYTHON_CODES: record 0: string at 4294967295"),
        SECTION(DUMP_PYTHON_LOOPS, 1, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                "PYTHON_LOOPS: record 0: range ends at 0x0, before its start"),
    };
    assert_sections_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void blocks(void **state)
{
    (void)state;
    static const struct section_case cases[] = {
        SECTION(DUMP_BLOCKS, 2, "\2\0\0\0\0\0\0\0\0\0",
                "record 1: same address as the block before"),
        SECTION(DUMP_BLOCKS, 2, "\2\0\0\0\0\1\0\0\0\0",
                "record 1: same address as the block before"),
        SECTION(DUMP_BLOCKS, 1, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0\0\0",
                "record 0: address past the end"),
        SECTION(DUMP_BLOCKS, 2,
                MAX_VARINT "\0\0\0\0" MAX_VARINT "\0\0\0\0"
                           "\0\0\0\0\0",
                "record 2"),
        SECTION(DUMP_BLOCKS, 1, "\2" MAX_VARINT "\0\0\0",
                "record 0: 18446744073709551615 bytes reach past the end"),
        SECTION(DUMP_BLOCKS, 1, "\2\0\3\0\0", "record 0: stack 3 of 2"),
        SECTION(DUMP_BLOCKS, 1, "\2\0\0\1\0", "record 0: born at tick 18446744073709551615"),
        SECTION(DUMP_BLOCKS, 1, "\2\0\0\xd2\x0f\0", "born at tick 1001, dumped at 1000"),
        SECTION(DUMP_BLOCKS, 1, "\2\0\0\0\x20", "record 0: unknown flags 0x20"),
        SECTION(DUMP_BLOCKS, 1, "\2\0\0\0" MAX_VARINT, "unknown flags 0xffffffffffffffff"),
        SECTION(DUMP_DECLARED, 1, "\3\0", "DECLARED: record 0: block 3 of 3"),
        SECTION(DUMP_DECLARED, 2, "\0\0\0" MAX_VARINT, "record 1: block 18446744073709551615 of 3"),
        SECTION(DUMP_LABELS, 1, "\3\0", "LABELS: record 0: block 3 of 3"),
        SECTION(DUMP_LABELS, 1, "\0" MAX_VARINT, "record 0: string at 18446744073709551615 of"),
        SECTION(DUMP_LABELS, 2, "\1\0\1\0", "record 1: block 1 has a label already"),
        SECTION(DUMP_BLOCK_TYPES, 1, "\0\3", "BLOCK_TYPES: record 0: type 3 of 3"),
        SECTION(DUMP_BLOCK_TYPES, 1, "\3\0", "record 0: 3 blocks on from 0 of 3"),
        SECTION(DUMP_BLOCK_TYPES, 2, "\1\0\1\0", "record 1: 1 blocks on from 2 of 3"),
        SECTION(DUMP_BLOCK_TYPES, 2, "\1\0" MAX_VARINT "\0", "blocks on from 2 of 3"),
    };
    assert_sections_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

static void pointers(void **state)
{
    (void)state;
    static const struct section_case cases[] = {
        SECTION(DUMP_EDGES, 1, "\2\0\0\0\0\0\0", "EDGES: record 0: 2 edges, the section has 1"),
        SECTION(DUMP_EDGES, 1, MAX_VARINT "\0\0", "record 0: 18446744073709551615 edges"),
        SECTION(DUMP_EDGES, 1, "\1\x10\0\0\0", "record 0: pointer 0 lies outside the source"),
        SECTION(DUMP_EDGES, 1, "\1" MAX_VARINT "\0\0\0", "pointer 0 lies outside the source"),
        SECTION(DUMP_EDGES, 2, "\2\x0e\0\2\0\0\0", "record 0: pointer 1 lies outside the source"),
        SECTION(DUMP_EDGES, 2, "\2\2\0\0\0\0\0", "pointer 1 lies where the one before does"),
        SECTION(DUMP_EDGES, 1, "\1\0\1\0\0", "record 0: target 18446744073709551615 of 3 blocks"),
        SECTION(DUMP_EDGES, 1, "\0\0\1\0\2", "record 2: target 3 of 3 blocks"),
        SECTION(DUMP_EDGES, 1, "\1\1\0\x3f\0\0",
                "record 0: interior pointer to offset 0 of block 0"),
        SECTION(DUMP_EDGES, 1, "\1\1\0\x80\x20\0\0", "offset 64 of block 0, which has 64 bytes"),
        SECTION(DUMP_EDGES, 1, "\1\1\0" MAX_VARINT "\0\0", "record 0: interior pointer to offset"),
        SECTION(DUMP_ROOT_REFS, 1, "\0\3", "ROOT_REFS: record 0: target 3 of 3 blocks"),
        SECTION(DUMP_ROOT_REFS, 1, "\0" MAX_VARINT, "record 0: target 18446744073709551615 of 3"),
        SECTION(DUMP_ROOT_REFS, 1, "\x80\x08\0", "record 0: pointer 0 lies outside the source"),
    };
    assert_sections_refused(cases, sizeof(cases) / sizeof(cases[0]));
}

/* Two blocks may overlap; what they have together must be a number that can be said. */
static void bytes_of_all_blocks(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0 1");
    dump_builder_block(builder, 0)->bytes = UINT64_MAX / 2 + 1;
    dump_builder_block(builder, 1)->bytes = UINT64_MAX / 2 + 1;
    struct dump_image image = dump_builder_image(builder);
    assert_refused(&image, "BLOCKS: record 0: more than 4503599627370496 bytes");
    free(image.bytes);
    dump_builder_block(builder, 0)->bytes = DUMP_AMOUNT_MAX - 1;
    dump_builder_block(builder, 1)->bytes = 2;
    image = dump_builder_image(builder);
    assert_refused(&image, "BLOCKS: record 1: more than 4503599627370496 bytes");
    free(image.bytes);
    dump_builder_destroy(builder);
}

static void stack_depth(void **state)
{
    (void)state;
    for (unsigned depth = STACK_FRAMES_MAX; depth <= STACK_FRAMES_MAX + 1; depth++) {
        struct dump_builder *builder = dump_builder_create();
        for (unsigned i = 0; i < depth; i++)
            dump_builder_add_stack_node(builder, i, 0x400000 + i);
        struct dump_image image = dump_builder_image(builder);
        struct dump *dump;
        if (depth > STACK_FRAMES_MAX) {
            assert_refused(&image, "STACKS: record 1024: stack is deeper than 1024");
        } else {
            assert_true(dump_image_open(&image, &dump, NULL));
            dump_close(dump);
        }
        free(image.bytes);
        dump_builder_destroy(builder);
    }
}

static void open_and_walk(struct dump_image *image)
{
    struct dump *dump;
    dump_image_seal(image->bytes, image->size);
    if (!dump_image_open(image, &dump, NULL))
        return;
    dump_walk(dump);
    dump_close(dump);
}

static void every_byte_set(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 1, 2, 0x7f, 0x80, 0xff};
    struct dump_image image = full_image();
    for (size_t i = sizeof(struct dump_header); i < image.size; i++) {
        uint8_t was = image.bytes[i];
        for (size_t v = 0; v < sizeof(values); v++) {
            image.bytes[i] = values[v];
            open_and_walk(&image);
        }
        image.bytes[i] = was;
    }
    free(image.bytes);
}

static void every_field_set(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 1, 8, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX};
    struct dump_image image = full_image();
    for (size_t i = sizeof(struct dump_header); i + sizeof(uint64_t) <= image.size; i += 4) {
        for (size_t size = 4; size <= 8; size += 4) {
            uint64_t was;
            memcpy(&was, image.bytes + i, sizeof(was));
            for (size_t v = 0; v < sizeof(values) / sizeof(values[0]); v++) {
                memcpy(image.bytes + i, &values[v], size);
                open_and_walk(&image);
            }
            memcpy(image.bytes + i, &was, sizeof(was));
        }
    }
    free(image.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_of_process_and_modules),
        cmocka_unit_test(fields_of_threads_and_roots),
        cmocka_unit_test(fields_of_types_and_python),
        cmocka_unit_test(fields_of_symbols),
        cmocka_unit_test(texts),
        cmocka_unit_test(counts),
        cmocka_unit_test(numbers),
        cmocka_unit_test(stacks),
        cmocka_unit_test(blocks),
        cmocka_unit_test(pointers),
        cmocka_unit_test(bytes_of_all_blocks),
        cmocka_unit_test(stack_depth),
        cmocka_unit_test(every_byte_set),
        cmocka_unit_test(every_field_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
