/* Members' names as the sections that have them: each layout once, and the dump's own kept. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/embed_fields.h"
#include "libcaulk/varint.h"
#include "tests/support/compiled.h"

static const char text[] = "struct node { long key; struct node *next, *last; } *node;";

enum { FIRST, SECOND, OTHER, UNNAMED, OWN, BLOCK_COUNT };

static uint64_t addresses[] = {0x1000, 0x2000, 0x3000, 0x4004, 0x5000};
static uint64_t bytes[] = {24, 24, 24, 24, 24};
static const char *labels[] = {"struct node", "struct node", "struct node", NULL, "struct node"};
/* Words with pointers; of the key nothing is known to point anywhere, but a dump may say so. */
static uint64_t begin[] = {0, 2, 4, 5, 6, 7};
static uint32_t words[] = {1, 2, 1, 2, 2, 1, 1};
static uint32_t targets[] = {0, 0, 0, 0, 0, 0, 0};
static struct attributes own[] = {{OWN, 1, 0}};

static struct module module = {.build_id = "", .is_main = true};
static struct dump dump = {
    .modules = &module,
    .module_count = 1,
    .process.time_ns = UINT64_MAX,
    .block_count = BLOCK_COUNT,
    .block_address = addresses,
    .block_bytes = bytes,
    .block_label = labels,
    .edges = {.count = 7, .begin = begin, .source_words = words, .target = targets},
    .layout_count = 1,
    .attributes = own,
    .attributes_count = 1,
};

static char seen[256];

/* Numbers texts by where they stand in `seen`. */
static uint32_t string(void *context, const char *name)
{
    (void)context;
    char entry[32];
    snprintf(entry, sizeof(entry), " %s;", name);
    if (!strstr(seen, entry))
        strcat(seen, entry);
    return 1 + (uint32_t)(strstr(seen, entry) - seen);
}

static void expect_numbers(const char *section, size_t size, const char *wanted)
{
    struct varint_reader reader = {(const uint8_t *)section, (const uint8_t *)section + size};
    char found[256] = "";
    uint64_t number;
    while (varint_read(&reader, &number))
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%d ", (int)number);
    assert_true(reader.at == reader.end);
    assert_string_equal(found, wanted);
}

static void each_layout_is_there_once(void **state)
{
    (void)state;
    module.path = compiled("gcc -x c -g", text, NULL);
    struct symbolizer *symbolizer = symbolizer_create(&dump, NULL);
    struct fields *fields = fields_create(&dump, symbolizer);
    struct embedded_fields embedded;
    embed_fields(&dump, fields, string, NULL, &embedded);
    assert_string_equal(seen, " .next; .last;");
    assert_int_equal(embedded.layout_count, 2);
    assert_int_equal(embedded.attributes_count, 4);
    assert_int_equal(embedded.named, 5);
    /* Count, then words (each from the one before) and strings. */
    expect_numbers(embedded.layouts, embedded.layouts_bytes, "2 1 1 1 8 1 2 8 ");
    /* Blocks (each from the one before), first word, layout; 0 is the dump's own. */
    expect_numbers(embedded.attributes, embedded.attributes_bytes, "0 0 1 1 0 1 1 0 2 2 1 0 ");
    free(embedded.layouts);
    free(embedded.attributes);
    fields_destroy(fields);
    symbolizer_destroy(symbolizer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_layout_is_there_once)};
    return cmocka_run_group_tests(tests, compiled_start, compiled_finish);
}
