/* Where objects keep their attributes, version by version. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/python_places.h"
#include "tests/support/fake_objects.h"

#define MANAGED (1ul << 4)
#define INLINE_VALUES (1ul << 2)
#define KEYS 0x5000u

static struct fake_memory memory;
static struct python python;
static struct python_attributes found;

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    const uint64_t type = 1;
    python = (struct python){.dict_type = fake_variables(&memory, &type, 1)};
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_memory_finish(&memory);
    return 0;
}

static struct python_places places(unsigned minor, uint64_t flags, uint64_t dictionary,
                                   uint32_t offset)
{
    struct python_places read;
    python.minor = minor;
    uintptr_t at = fake_python_class(&memory, &python, flags, 32, dictionary, KEYS);
    const struct python_type type = {.offset = offset};
    python_places_read(&python, &memory.maps, at, &type, &read);
    return read;
}

#define BLOCK(...)                                                                                 \
    fake_variables(&memory, (uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / 8)

static bool read_block(const struct python_places *of, uintptr_t block)
{
    return python_attributes_read(&python, &memory.maps, of, block, &found);
}

static void a_dictionary_of_ones_own(void **state)
{
    (void)state;
    struct python_places of = places(0, 0, 16, 16);
    assert_int_equal(of.dictionary, 32);
    assert_int_equal(of.values, PYTHON_NOWHERE);
    uintptr_t values = BLOCK(0, 0);
    uintptr_t shared = fake_python_dictionary(&memory, &python, KEYS, values);
    assert_true(read_block(&of, BLOCK(0, 0, 1, 2, shared, 0)));
    assert_int_equal(found.dictionary_offset, 32);
    assert_int_equal(found.keys, KEYS);
    assert_int_equal(found.values, values);
    uintptr_t alone = fake_python_dictionary(&memory, &python, KEYS, 0);
    assert_true(read_block(&of, BLOCK(0, 0, 1, 2, alone, 0)));
    assert_int_equal(found.values, 0);
    assert_false(read_block(&of, BLOCK(0, 0, 1, 2, 0, 0)));
}

/* What derives from dict may be the object itself, with anything in it. */
static void only_plain_dictionaries(void **state)
{
    (void)state;
    struct python_places of = places(0, 0, 16, 16);
    uint64_t *other = (uint64_t *)fake_python_dictionary(&memory, &python, KEYS, 0);
    other[1] = 0x7777;
    assert_false(read_block(&of, BLOCK(0, 0, 1, 2, (uintptr_t)other, 0)));
    assert_false(read_block(&of, BLOCK(0, 0, 1, 2, (uintptr_t)other + 4, 0)));
    assert_false(read_block(&of, BLOCK(0, 0, 1, 2, UINT64_MAX - 7, 0)));
}

static void no_dictionary(void **state)
{
    (void)state;
    struct python_places of = places(0, 0, 0, 16);
    assert_int_equal(of.dictionary, PYTHON_NOWHERE);
    assert_int_equal(places(0, 0, (uint64_t)-8, 16).dictionary, PYTHON_NOWHERE);
    assert_int_equal(places(0, 0, 32, 16).dictionary, PYTHON_NOWHERE);
    assert_int_equal(places(0, 0, 12, 16).dictionary, PYTHON_NOWHERE);
    assert_int_equal(places(0, MANAGED, 0, 32).values, PYTHON_NOWHERE);
    assert_false(read_block(&of, BLOCK(0, 0, 1, 2, 0, 0)));
}

static void two_words_before_the_object(void **state)
{
    (void)state;
    struct python_places of = places(11, MANAGED, (uint64_t)-1, 32);
    uintptr_t values = BLOCK(0, 0), dictionary = fake_python_dictionary(&memory, &python, 8, 0);
    assert_true(read_block(&of, BLOCK(values, 0, 0, 0, 1, 2)));
    assert_int_equal(found.dictionary_offset, PYTHON_NOWHERE);
    assert_int_equal(found.values, values);
    assert_int_equal(found.keys, KEYS);
    assert_true(read_block(&of, BLOCK(0, dictionary, 0, 0, 1, 2)));
    assert_int_equal(found.dictionary_offset, 8);
    assert_int_equal(found.values, 0);
    assert_int_equal(found.keys, 8);
    assert_false(read_block(&of, BLOCK(0, 0, 0, 0, 1, 2)));
}

static void one_word_for_either(void **state)
{
    (void)state;
    struct python_places of = places(12, MANAGED, (uint64_t)-1, 32);
    uintptr_t values = BLOCK(0, 0), dictionary = fake_python_dictionary(&memory, &python, 8, 0);
    assert_true(read_block(&of, BLOCK(0, values - 1, 0, 0, 1, 2)));
    assert_int_equal(found.values, values);
    assert_int_equal(found.keys, KEYS);
    assert_true(read_block(&of, BLOCK(0, dictionary, 0, 0, 1, 2)));
    assert_int_equal(found.dictionary_offset, 8);
    assert_int_equal(found.keys, 8);
    assert_false(read_block(&of, BLOCK(0, 0, 0, 0, 1, 2)));
    assert_false(read_block(&of, BLOCK(0, values, 0, 0, 1, 2)));
}

static void values_in_the_object(void **state)
{
    (void)state;
    const uint64_t valid = 1u << 24, invalid = 0;
    struct python_places of = places(13, MANAGED | INLINE_VALUES, (uint64_t)-1, 32);
    uintptr_t block = BLOCK(0, 0, 0, 0, 1, 2, 0, 0, valid, 0, 0);
    assert_true(read_block(&of, block));
    assert_int_equal(found.values, block + 72);
    assert_int_equal(found.keys, KEYS);
    assert_false(read_block(&of, BLOCK(0, 0, 0, 0, 1, 2, 0, 0, invalid, 0, 0)));
    uintptr_t dictionary = fake_python_dictionary(&memory, &python, 8, block + 64);
    assert_true(read_block(&of, BLOCK(0, dictionary, 0, 0, 1, 2, 0, 0, invalid, 0, 0)));
    assert_int_equal(found.values, block + 72);
    assert_int_equal(places(13, MANAGED, (uint64_t)-1, 32).values, PYTHON_NOWHERE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dictionary_of_ones_own),
        cmocka_unit_test(only_plain_dictionaries),
        cmocka_unit_test(no_dictionary),
        cmocka_unit_test(two_words_before_the_object),
        cmocka_unit_test(one_word_for_either),
        cmocka_unit_test(values_in_the_object),
    };
    return cmocka_run_group_tests_name("python_places", tests, start, end);
}
