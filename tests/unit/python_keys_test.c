/* Names of attributes, from keys as the versions lay them out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/python_keys.h"
#include "tests/support/fake_objects.h"

static struct fake_memory memory;
static struct python_keys keys;
static char name[PYTHON_KEY_BYTES];

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_memory_finish(&memory);
    return 0;
}

static bool is_named(uint32_t entry, const char *expected)
{
    size_t length = python_keys_name(&keys, &memory.maps, entry, name);
    return length == strlen(expected) && memcmp(name, expected, length) == 0;
}

static void layouts_of_all_versions(void **state)
{
    (void)state;
    static const struct {
        unsigned minor, entry_words;
    } cases[] = {{0, 3}, {11, 2}, {11, 3}, {12, 2}, {13, 2}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct python python = {.minor = cases[i].minor};
        const uintptr_t strings[] = {fake_python_string(&memory, &python, "view", true), 0,
                                     fake_python_string(&memory, &python, "_peer2", true)};
        uintptr_t at = fake_python_keys(&memory, &python, strings, 3, cases[i].entry_words);
        assert_true(python_keys_read(&python, &memory.maps, at, &keys));
        assert_int_equal(keys.count, 3);
        assert_int_equal(keys.entry_words, cases[i].entry_words);
        assert_true(is_named(0, "view"));
        assert_true(is_named(1, ""));
        assert_true(is_named(2, "_peer2"));
    }
}

/* Keys that data could be. */
static void what_is_no_name(void **state)
{
    (void)state;
    const struct python python = {.minor = 11};
    const uintptr_t strings[] = {
        fake_python_string(&memory, &python, "password", false),
        fake_python_string(&memory, &python, "user@example.org", true),
        fake_python_string(&memory, &python, "4711", true),
        fake_python_string(&memory, &python, "", true),
        8,
        UINT64_MAX - 7,
        fake_python_string(&memory, &python, "long", true),
        (uintptr_t)memory.variables + FAKE_BYTES - 8,
    };
    ((uint64_t *)strings[6])[2] = PYTHON_KEY_BYTES + 1;
    uintptr_t at = fake_python_keys(&memory, &python, strings, 8, 2);
    assert_true(python_keys_read(&python, &memory.maps, at, &keys));
    for (uint32_t i = 0; i < 8; i++)
        assert_true(is_named(i, ""));
}

static void what_is_no_keys(void **state)
{
    (void)state;
    for (unsigned minor = 10; minor <= 11; minor++) {
        const struct python python = {.minor = minor};
        uintptr_t at = fake_python_keys(&memory, &python, NULL, 0, 3);
        uint64_t *words = (uint64_t *)at;
        assert_true(python_keys_read(&python, &memory.maps, at, &keys));
        words[minor < 11 ? 4 : 3] = PYTHON_KEYS_MAX + 1;
        assert_false(python_keys_read(&python, &memory.maps, at, &keys));
        words[minor < 11 ? 4 : 3] = 1;
        words[1] = minor < 11 ? UINT64_MAX : 0xff00;
        assert_false(python_keys_read(&python, &memory.maps, at, &keys));
        assert_false(python_keys_read(&python, &memory.maps, 0, &keys));
        assert_false(python_keys_read(&python, &memory.maps, UINT64_MAX - 7, &keys));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_of_all_versions),
        cmocka_unit_test(what_is_no_name),
        cmocka_unit_test(what_is_no_keys),
    };
    return cmocka_run_group_tests_name("python_keys", tests, start, end);
}
