/* Files that are no dump, or not a whole one, or not laid out as one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/dump_builder.h"

static struct dump *const untouched = (struct dump *)&untouched;

static void assert_message(const struct error *err, const char *expected)
{
    if (!strstr(err->message, expected))
        fail_msg("expected \"%s\", got \"%s\"", expected, err->message);
}

static void assert_path_refused(const char *path, const char *expected)
{
    struct dump *dump = untouched;
    struct error err;
    assert_false(dump_open(path, &dump, &err));
    assert_ptr_equal(dump, untouched);
    assert_string_equal(err.file, path);
    assert_message(&err, expected);
}

static void assert_refused(const struct dump_image *image, const char *expected)
{
    struct dump *dump = untouched;
    struct error err;
    assert_false(dump_image_open(image, &dump, &err));
    assert_ptr_equal(dump, untouched);
    assert_message(&err, expected);
}

static struct dump_image full_image(void)
{
    struct dump_builder *builder = dump_builder_create_full();
    struct dump_image image = dump_builder_image(builder);
    dump_builder_destroy(builder);
    return image;
}

static void not_a_dump(void **state)
{
    (void)state;
    char folder[] = "/tmp/section_file_test.XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    assert_path_refused(folder, "is a directory");
    snprintf(path, sizeof(path), "%s/file", folder);
    assert_path_refused(path, "cannot open: No such file");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_path_refused(path, "not a regular file");
    unlink(path);
    rmdir(folder);
    assert_path_refused("/dev/zero", "not a regular file");
}

static void other_contents(void **state)
{
    (void)state;
    char text[1000];
    memset(text, 'a', sizeof(text));
    assert_refused(&(struct dump_image){(uint8_t *)text, 0}, "empty file");
    assert_refused(&(struct dump_image){(uint8_t *)text, 1}, "not a caulk dump");
    assert_refused(&(struct dump_image){(uint8_t *)text, sizeof(text)}, "not a caulk dump");
}

static void truncated_anywhere(void **state)
{
    (void)state;
    struct dump_image image = full_image();
    for (size_t size = 1; size < image.size; size++) {
        const char *expected = size < sizeof(DUMP_MAGIC) - 1 ? "not a caulk dump" : "truncated";
        assert_refused(&(struct dump_image){image.bytes, size}, expected);
    }
    free(image.bytes);
}

static void longer_than_it_says(void **state)
{
    (void)state;
    struct dump_image image = full_image();
    struct dump_image longer = {calloc(1, image.size + 1), image.size + 1};
    memcpy(longer.bytes, image.bytes, image.size);
    assert_refused(&longer, "1 bytes too many");
    free(longer.bytes);
    free(image.bytes);
}

static void each_bit_flipped(void **state)
{
    (void)state;
    struct dump_image image = full_image();
    for (size_t i = 0; i < image.size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            image.bytes[i] ^= (uint8_t)(1u << bit);
            assert_refused(&image, "");
            image.bytes[i] ^= (uint8_t)(1u << bit);
        }
    }
    free(image.bytes);
}

static void versions(void **state)
{
    (void)state;
    struct dump_image image = full_image();
    struct dump_header *header = (struct dump_header *)image.bytes;
    header->version = 6;
    assert_refused(&image, "made by a newer caulk: format version 6; this one reads 5");
    header->version = 2;
    assert_refused(&image, "made by an older caulk: format version 2; this one reads 5");
    header->version = 0;
    assert_refused(&image, "header: there is no format version 0");
    free(image.bytes);
}

static void table_damaged(void **state)
{
    (void)state;
    static const struct {
        uint32_t entry;             /* kind - 1 */
        struct dump_section change; /* added to the entry */
        const char *expected;
    } cases[] = {
        {4, {.kind = 1}, "section table: entry 5 is of kind 6"},
        {4, {.offset = 1}, "section MAPS: its offset"},
        {4, {.offset = UINT64_MAX - 7 - 4096}, "reach past the file's end"},
        {4, {.bytes = UINT64_MAX / 2}, "reach past the file's end"},
        {4, {.offset = 8}, "unused bytes at offset"},
        {4, {.offset = -UINT64_C(8)}, "section MAPS: overlaps what is before it"},
        {4, {.bytes = 8}, "section THREADS: overlaps what is before it"},
        {4, {.bytes = -UINT64_C(8)}, "unused bytes at offset"},
        {0, {.offset = -UINT64_C(64)}, "section PROCESS: overlaps what is before it"},
        {12, {.bytes = -UINT64_C(1)}, "are not 0"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct dump_image image = full_image();
        struct dump_section *entry = dump_image_section(&image, cases[i].entry + 1);
        entry->kind += cases[i].change.kind;
        entry->offset += cases[i].change.offset;
        entry->bytes += cases[i].change.bytes;
        dump_image_seal(image.bytes, image.size);
        assert_refused(&image, cases[i].expected);
        free(image.bytes);
    }
}

static void section_count(void **state)
{
    (void)state;
    struct dump_image image = full_image();
    ((struct dump_header *)image.bytes)->section_count = UINT32_MAX;
    dump_image_seal(image.bytes, image.size);
    assert_refused(&image, "header: 4294967295 sections, version 5 has 22");
    free(image.bytes);
}

/* Sections may lie in any order, and the last need not be filled up. */
static void other_layout(void **state)
{
    (void)state;
    struct dump_image image = full_image();
    struct dump_section *last = dump_image_section(&image, DUMP_SECTION_END - 1);
    struct dump_header *header = (struct dump_header *)image.bytes;
    header->file_bytes = image.size = last->offset + last->bytes;
    struct dump_section *modules = dump_image_section(&image, DUMP_MODULES);
    struct dump_section *segments = dump_image_section(&image, DUMP_SEGMENTS);
    uint64_t start = modules->offset;
    uint8_t *both = malloc(modules->bytes + segments->bytes);
    memcpy(both, image.bytes + segments->offset, segments->bytes);
    memcpy(both + segments->bytes, image.bytes + modules->offset, modules->bytes);
    memcpy(image.bytes + start, both, modules->bytes + segments->bytes);
    segments->offset = start;
    modules->offset = start + segments->bytes;
    dump_image_seal(image.bytes, image.size);
    struct dump *dump;
    struct error err;
    if (!dump_image_open(&image, &dump, &err))
        fail_msg("%s", err.message);
    assert_int_equal(dump->module_count, 2);
    dump_close(dump);
    free(both);
    free(image.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(not_a_dump),         cmocka_unit_test(other_contents),
        cmocka_unit_test(truncated_anywhere), cmocka_unit_test(longer_than_it_says),
        cmocka_unit_test(each_bit_flipped),   cmocka_unit_test(versions),
        cmocka_unit_test(table_damaged),      cmocka_unit_test(section_count),
        cmocka_unit_test(other_layout),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
