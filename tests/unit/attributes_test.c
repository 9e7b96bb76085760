/* Names collected from objects: which words of which blocks get them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "preload/attributes.h"
#include "tests/support/fake_objects.h"

#define MANAGED (1ul << 4)

static struct fake_memory memory;
static struct python python;
static struct python_places places;
static struct block_table table;
static struct heap_blocks heap;
static struct dump_strings strings;
static struct attributes attributes;
static uintptr_t keys;
static uint64_t *class_type;

static int start(void **state)
{
    (void)state;
    const uint64_t type = 1;
    fake_memory_init(&memory);
    python = (struct python){.minor = 11, .dict_type = fake_variables(&memory, &type, 1)};
    const uintptr_t names[] = {fake_python_string(&memory, &python, "home", true),
                               fake_python_string(&memory, &python, "not a name", true),
                               fake_python_string(&memory, &python, "view", true)};
    keys = fake_python_keys(&memory, &python, names, 3, 2);
    class_type = (uint64_t *)fake_python_type(&memory, "Session", 0, 48, 1);
    places = (struct python_places){
        .dictionary = 8, .values = 0, .keys = keys, .type = (uintptr_t)class_type, .object = 16};
    return block_table_init(&table, 4, false) && dump_strings_init(&strings) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    dump_strings_finish(&strings);
    fake_memory_finish(&memory);
    return 0;
}

/* A live block of so many words, that begins where a block may. */
static uint64_t *block(size_t words)
{
    const uint64_t zeros[32] = {0};
    fake_variables(&memory, zeros, memory.variables_used % 4 ? 4 - memory.variables_used % 4 : 0);
    uintptr_t at = fake_variables(&memory, zeros, (words + 3) & ~3ul);
    assert_true(block_table_insert(&table, &(struct block){.address = at, .bytes = words * 8}));
    return (uint64_t *)at;
}

static void collect(void)
{
    struct ranges none = {0};
    assert_true(heap_blocks_init(&heap, &table, &none));
    assert_true(attributes_init(&attributes, &python, &memory.maps, &heap, &strings));
}

/* "1.2home 1.4view": block and word of each name, in the order in which they were noted. */
static void expect_names(const char *expected)
{
    char text[256] = "", one[64];
    for (size_t i = 0; i < attributes.count; i++) {
        const struct attribute_place *place = &attributes.places[i];
        const struct layout *layout = &attributes.layouts.items[place->layout];
        for (uint32_t n = layout->first; n < layout->first + layout->count; n++) {
            const struct layout_name *name = &attributes.layouts.names[n];
            snprintf(one, sizeof(one), "%s%u.%u%s", *text ? " " : "", place->block,
                     place->word + name->word, strings.text + name->string);
            strcat(text, one);
        }
    }
    assert_string_equal(text, expected);
    attributes_finish(&attributes);
}

static void values_of_instances(void **state)
{
    (void)state;
    uint64_t *first = block(6), *values = block(5), *second = block(6), *others = block(5);
    first[0] = (uintptr_t)(values + 1);
    second[0] = (uintptr_t)(others + 1);
    collect();
    assert_true(attributes_note(&attributes, &places, (uintptr_t)first));
    assert_true(attributes_note(&attributes, &places, (uintptr_t)second));
    assert_int_equal(attributes.layouts.count, 1);
    expect_names("1.1home 1.3view 3.1home 3.3view");
}

static void dictionaries_of_instances(void **state)
{
    (void)state;
    uint64_t *object = block(6), *table_of_keys = block(16);
    memcpy(table_of_keys, (void *)keys, 16 * sizeof(*table_of_keys));
    object[1] = fake_python_dictionary(&memory, &python, (uintptr_t)table_of_keys, 0);
    collect();
    assert_true(attributes_note(&attributes, &places, (uintptr_t)object));
    expect_names("0.1__dict__ 1.6home 1.10view");
}

/* Of one type: a layout for all its objects. */
static void fields_of_objects(void **state)
{
    (void)state;
    const uint64_t definitions[10] = {fake_text(&memory, "peer"), 16, 24};
    class_type[30] = fake_variables(&memory, definitions, 10);
    uint64_t *first = block(6), *second = block(6);
    collect();
    assert_true(attributes_note(&attributes, &places, (uintptr_t)first));
    assert_true(attributes_note(&attributes, &places, (uintptr_t)second));
    assert_int_equal(attributes.layouts.count, 1);
    expect_names("0.5peer 1.5peer");
}

/* What is no block of the program's has no edges; what is too small is something else. */
static void memory_without_names(void **state)
{
    (void)state;
    uint64_t *object = block(6), *small = block(3), *empty = block(6);
    collect();
    object[0] = keys;
    assert_true(attributes_note(&attributes, &places, (uintptr_t)object));
    object[0] = (uintptr_t)(small + 1);
    assert_true(attributes_note(&attributes, &places, (uintptr_t)object));
    object[0] = UINT64_MAX - 7;
    assert_true(attributes_note(&attributes, &places, (uintptr_t)object));
    assert_true(attributes_note(&attributes, &places, (uintptr_t)empty));
    expect_names("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_of_instances, start, end),
        cmocka_unit_test_setup_teardown(dictionaries_of_instances, start, end),
        cmocka_unit_test_setup_teardown(fields_of_objects, start, end),
        cmocka_unit_test_setup_teardown(memory_without_names, start, end),
    };
    return cmocka_run_group_tests_name("attributes", tests, NULL, NULL);
}
