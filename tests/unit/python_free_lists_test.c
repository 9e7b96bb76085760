/* The three arrays of freed objects in the interpreter's state, as 3.10 to 3.13 have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/python_free_lists.h"
#include "tests/support/fake_objects.h"

#define READY (1ul << 12)
#define METATYPE (1ul << 31 | READY)
#define ENTRIES 80

enum { LISTS, DICTIONARIES, KEYS, BEFORE = 7, RUNTIME_WORDS = 300, KEYS_BYTES = 120 };

static struct fake_memory memory;
static struct block_table table;
static struct heap_blocks heap;
static struct python python;
static struct ranges stale;
static uintptr_t list_type;
static uint64_t runtime[RUNTIME_WORDS], *arrays;

static uint64_t *array_of(unsigned array)
{
    static const unsigned usual[] = {0, 81, 162}, of_3_12[] = {0, 83, 163};
    return arrays + (python.minor == 12 ? of_3_12 : usual)[array];
}

static void set_used(unsigned array, uint32_t number)
{
    if (python.minor != 12 || array == LISTS)
        array_of(array)[ENTRIES] = number | 7ul << 32; /* something else may share the word */
    else
        ((uint32_t *)(array_of(KEYS) + ENTRIES))[array == KEYS] = number;
}

static uintptr_t aligned(const uint64_t *words, size_t count)
{
    if (memory.variables_used % 2)
        fake_variables(&memory, &(uint64_t){0}, 1);
    return fake_variables(&memory, words, count);
}

static uintptr_t object(uint64_t references, uintptr_t type)
{
    return aligned((uint64_t[]){references, type}, 2);
}

/* Smallest ones, of strings. */
static uintptr_t keys(uint64_t references)
{
    struct block block = {.bytes = KEYS_BYTES};
    uint64_t words[KEYS_BYTES / 8] = {references, 3 | 3 << 8 | 1 << 16, 2, 3};
    if (python.minor < 11)
        memcpy(words, (uint64_t[]){references, 8, 0, 2, 3}, 40);
    block.address = aligned(words, KEYS_BYTES / 8);
    block_table_insert(&table, &block);
    return block.address;
}

/* Each array was filled up to its third entry; nothing of it is in use. */
static void use(unsigned minor)
{
    python.minor = minor;
    memset(runtime, 0, sizeof(runtime));
    arrays = runtime + BEFORE;
    for (unsigned i = 0; i < 3; i++) {
        array_of(LISTS)[i] = object(1, list_type);
        array_of(DICTIONARIES)[i] = object(1, python.dict_type);
        array_of(KEYS)[i] = keys(1);
    }
}

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    block_table_init(&table, 4, false);
    python.type_type = fake_python_type(&memory, "type", METATYPE, 400, 0);
    python.dict_type = fake_python_type(&memory, "dict", READY, 48, python.type_type);
    list_type = fake_python_type(&memory, "list", READY, 40, python.type_type);
    use(11);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ranges_finish(&stale);
    fake_memory_finish(&memory);
    return 0;
}

/* Where the state lies is asked of the fake memory's maps: it is copied there. */
static uintptr_t find(void)
{
    struct ranges none = {0};
    uintptr_t start = aligned(runtime, RUNTIME_WORDS);
    python.runtime = start;
    python.runtime_bytes = sizeof(runtime);
    ranges_finish(&stale);
    assert_true(heap_blocks_init(&heap, &table, &none));
    assert_true(python_free_lists_stale(&python, &memory.maps, &heap, &stale));
    ranges_settle(&stale);
    return start + BEFORE * 8;
}

static void assert_stale(uintptr_t at, unsigned array, unsigned used)
{
    const uintptr_t first = at + (uintptr_t)(array_of(array) - arrays) * 8;
    for (unsigned i = 0; i < ENTRIES; i++)
        assert_int_equal(ranges_contain(&stale, first + i * 8), i >= used);
}

/* As after a full collection. */
static void none_in_use(void **state)
{
    (void)state;
    uintptr_t at = find();
    for (unsigned array = LISTS; array <= KEYS; array++)
        assert_stale(at, array, 0);
    assert_false(ranges_contain(&stale, at - 8));
}

static void some_in_use(void **state)
{
    (void)state;
    static const unsigned versions[] = {0, 11, 12, 13};
    for (size_t v = 0; v < sizeof(versions) / sizeof(versions[0]); v++) {
        use(versions[v]);
        uintptr_t outgrown = array_of(KEYS)[0] = keys(1), freed = array_of(KEYS)[1] = keys(0);
        array_of(LISTS)[0] = object(0, list_type);
        array_of(DICTIONARIES)[0] = object(0, python.dict_type);
        set_used(LISTS, 1), set_used(DICTIONARIES, 1), set_used(KEYS, 2);
        uintptr_t at = find(), in_use = array_of(KEYS)[2];
        assert_stale(at, LISTS, 1);
        assert_stale(at, DICTIONARIES, 1);
        assert_stale(at, KEYS, 2);
        assert_true(ranges_contain(&stale, freed + 40));
        assert_true(ranges_contain(&stale, outgrown + KEYS_BYTES - 8));
        assert_false(ranges_contain(&stale, freed + 24));
        assert_false(ranges_contain(&stale, freed + KEYS_BYTES));
        assert_false(ranges_contain(&stale, in_use + 40));
        assert_false(ranges_contain(&stale, at + ENTRIES * 8));
    }
}

static void assert_nothing_found(void)
{
    find();
    assert_int_equal(stale.count, 0);
    use(11);
}

static void what_is_no_free_list(void **state)
{
    (void)state;
    arrays[0] = object(1, list_type); /* in use, and not freed */
    set_used(LISTS, 1);
    assert_nothing_found();
    arrays[0] = object(0, python.dict_type); /* of another type */
    set_used(LISTS, 1);
    assert_nothing_found();
    set_used(DICTIONARIES, ENTRIES + 1); /* too many */
    assert_nothing_found();
    set_used(KEYS, 4); /* more than were ever used */
    assert_nothing_found();
    arrays[1] += 8; /* no object */
    assert_nothing_found();
    arrays[ENTRIES - 1] = arrays[0]; /* a hole */
    assert_nothing_found();
    memset(array_of(DICTIONARIES), 0, 8 * ENTRIES); /* never used */
    assert_nothing_found();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(none_in_use, start, end),
        cmocka_unit_test_setup_teardown(some_in_use, start, end),
        cmocka_unit_test_setup_teardown(what_is_no_free_list, start, end),
    };
    return cmocka_run_group_tests_name("python_free_lists", tests, NULL, NULL);
}
