/* The arrays of freed objects among the interpreter's variables, as 3.8 and 3.9 have them. */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/python_static_lists.h"
#include "tests/support/fake_objects.h"

#define READY (1ul << 12)
#define COLLECTED (1ul << 14)
#define METATYPE (1ul << 31 | READY)
#define ENTRIES 80

enum { LINE_WORDS = 4, ARRAY = 2 * LINE_WORDS, WORDS = 200, KEYS_BYTES = 120, OBJECT_WORDS = 8 };

static struct fake_memory memory;
static struct block_table table;
static struct heap_blocks heap;
static struct python python;
static struct ranges stale;
static uintptr_t list_type, session_type;
static uint64_t variables[WORDS], *const array = variables + ARRAY;

static uintptr_t aligned(const uint64_t *words, size_t count, size_t line_words)
{
    while (memory.variables_used % line_words)
        fake_variables(&memory, &(uint64_t){0}, 1);
    return fake_variables(&memory, words, count);
}

static uintptr_t make_block(const uint64_t *words, size_t bytes)
{
    struct block block = {.bytes = bytes};
    block.address = aligned(words, bytes / 8, 4);
    assert_true(block_table_insert(&table, &block));
    return block.address;
}

/* Behind its links, in a live block. */
static uintptr_t live(uint64_t references, uintptr_t type)
{
    return make_block((uint64_t[OBJECT_WORDS]){0, 0, references, type}, OBJECT_WORDS * 8) + 16;
}

/* In memory that is free. */
static uintptr_t freed(uintptr_t type)
{
    return aligned((uint64_t[OBJECT_WORDS]){0, 0, 1, type}, OBJECT_WORDS, 4) + 16;
}

static uintptr_t keys(uint64_t references)
{
    return make_block((uint64_t[KEYS_BYTES / 8]){references, 8, 0, 2, 3}, KEYS_BYTES);
}

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    block_table_init(&table, 4, false);
    python = (struct python){0};
    python.type_type = fake_python_type(&memory, "type", METATYPE, 400, 0);
    list_type = fake_python_type(&memory, "list", READY | COLLECTED, 40, python.type_type);
    session_type = fake_python_type(&memory, "Session", READY | COLLECTED, 32, python.type_type);
    memset(variables, 0, sizeof(variables));
    return 0;
}

static int end(void **state)
{
    (void)state;
    ranges_finish(&stale);
    fake_memory_finish(&memory);
    return 0;
}

/* Where the array comes to lie. */
static uintptr_t find(void)
{
    struct ranges none = {0};
    uintptr_t at = aligned(variables, WORDS, LINE_WORDS);
    struct module_segment segment = {at, at + sizeof(variables), PF_R | PF_W};
    struct loaded_module module = {.segments = &segment, .segment_count = 1};
    python.module = &module;
    python.runtime = at;
    ranges_finish(&stale);
    assert_true(heap_blocks_init(&heap, &table, &none));
    assert_true(python_static_lists_stale(&python, &memory.maps, &heap, &stale));
    ranges_settle(&stale);
    return at + ARRAY * 8;
}

static void assert_stale_from(unsigned first)
{
    uintptr_t at = find();
    for (unsigned i = 0; i < ENTRIES; i++)
        assert_int_equal(ranges_contain(&stale, at + i * 8), i >= first);
    assert_false(ranges_contain(&stale, at - 8));
    assert_false(ranges_contain(&stale, at + ENTRIES * 8));
}

static void assert_nothing_stale(void)
{
    find();
    assert_int_equal(stale.count, 0);
}

/* Two lists are somebody's again, one is free, in the place of the others is something else. */
static void use_lists(void)
{
    uint64_t entries[] = {live(1, list_type),    live(1, session_type), live(1, session_type),
                          live(1, session_type), live(2, list_type),    freed(list_type)};
    memcpy(array, entries, sizeof(entries));
}

static void none_in_use(void **state)
{
    (void)state;
    use_lists();
    assert_stale_from(0);
}

/* Wherever in the line before it the number is. */
static void some_in_use(void **state)
{
    (void)state;
    use_lists();
    array[0] = live(0, list_type);
    array[1] = live(0, list_type);
    for (int i = 1; i <= LINE_WORDS; i++) {
        array[-i] = 2;
        assert_stale_from(2);
        array[-i] = 2ul << 32;
        assert_stale_from(2);
        array[-i] = 0;
    }
    array[-LINE_WORDS] = 77; /* another variable */
    array[-2] = 1;
    assert_stale_from(1);
}

/* What freed keys had is stale, what keys have that a dictionary may use is not. */
static void keys_in_use(void **state)
{
    (void)state;
    uintptr_t in_use = keys(1), unused = keys(0);
    uint64_t entries[] = {in_use, unused, keys(1), live(1, session_type)};
    memcpy(array, entries, sizeof(entries));
    array[-3] = 2;
    assert_stale_from(2);
    assert_true(ranges_contain(&stale, unused + KEYS_BYTES - 8));
    assert_false(ranges_contain(&stale, unused + KEYS_BYTES));
    assert_false(ranges_contain(&stale, in_use + KEYS_BYTES - 8));
}

static void what_is_no_free_list(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 6; i++) /* it owns them */
        array[i] = live(1, list_type);
    assert_nothing_stale();
    use_lists();
    array[4] = array[5] = array[3]; /* of one list it may be chance */
    assert_nothing_stale();
    use_lists();
    array[ENTRIES - 1] = array[0]; /* a hole */
    assert_nothing_stale();
    array[ENTRIES - 1] = 0;
    array[-1] = array[0]; /* the middle of a larger one */
    assert_nothing_stale();
    array[-1] = 0;
    assert_stale_from(0);
    python.minor = 11; /* has none */
    assert_nothing_stale();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(none_in_use, start, end),
        cmocka_unit_test_setup_teardown(some_in_use, start, end),
        cmocka_unit_test_setup_teardown(keys_in_use, start, end),
        cmocka_unit_test_setup_teardown(what_is_no_free_list, start, end),
    };
    return cmocka_run_group_tests_name("python_static_lists", tests, NULL, NULL);
}
