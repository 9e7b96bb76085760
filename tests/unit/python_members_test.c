/* Fields that types name: whose, in which order, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "preload/python_members.h"
#include "tests/support/fake_objects.h"

#define BASIC_BYTES 64u
enum { OBJECT = 6, SLOT = 16, NUMBER = 1, MEMBERS = 240 / 8, BASE = 256 / 8, WORDS = 5 };

static struct fake_memory memory;
static struct python_members members;

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

struct field {
    const char *name;
    uint64_t kind, offset;
};

static uintptr_t type_of(const struct field *fields, size_t count, uintptr_t base)
{
    uint64_t words[WORDS * 8] = {0};
    for (size_t i = 0; i < count; i++) {
        words[i * WORDS] = fake_text(&memory, fields[i].name);
        words[i * WORDS + 1] = fields[i].kind;
        words[i * WORDS + 2] = fields[i].offset;
    }
    uint64_t *type = (uint64_t *)fake_python_type(&memory, "Type", 0, BASIC_BYTES, 0);
    type[MEMBERS] = fake_variables(&memory, words, WORDS * 8);
    type[BASE] = base;
    return (uintptr_t)type;
}
#define TYPE(base, ...)                                                                            \
    type_of((struct field[]){__VA_ARGS__},                                                         \
            sizeof((struct field[]){__VA_ARGS__}) / sizeof(struct field), base)

/* "16peer 24owner" */
static void expect_members(uintptr_t type, const char *expected)
{
    char text[256] = "", name[PYTHON_KEY_BYTES];
    python_members_read(&memory.maps, type, &members);
    for (uint32_t i = 0; i < members.count; i++) {
        size_t length = python_members_name(&members.member[i], &memory.maps, name);
        size_t used = strlen(text);
        if (length)
            snprintf(text + used, sizeof(text) - used, "%s%u%.*s", used ? " " : "",
                     (unsigned)members.member[i].offset, (int)length, name);
    }
    assert_string_equal(text, expected);
}

static void of_the_type_and_its_bases(void **state)
{
    (void)state;
    uintptr_t base = TYPE(0, {"peer", SLOT, 16}, {"doc", OBJECT, 24});
    expect_members(base, "16peer 24doc");
    expect_members(TYPE(base, {"_Pair__owner", SLOT, 40}, {"first", SLOT, 32}),
                   "16peer 24doc 32first 40_Pair__owner");
    expect_members(TYPE(0, {"a", SLOT, 16}, {"b", OBJECT, 16}), "16a");
}

static void what_is_no_pointer(void **state)
{
    (void)state;
    expect_members(TYPE(0, {"number", NUMBER, 16}, {"odd", OBJECT, 20}, {"type", OBJECT, 8},
                        {"far", OBJECT, BASIC_BYTES}, {"negative", OBJECT, (uint64_t)-8}),
                   "");
}

static void what_is_no_name(void **state)
{
    (void)state;
    expect_members(TYPE(0, {"two words", SLOT, 16}, {"__dict__", OBJECT, 24},
                        {"n\xc3\xa9", SLOT, 32}, {"good", SLOT, 40}),
                   "40good");
}

static void memory_of_something_else(void **state)
{
    (void)state;
    uint64_t *type = (uint64_t *)TYPE(0, {"peer", SLOT, 16});
    type[BASE] = (uintptr_t)type; /* its own base */
    expect_members((uintptr_t)type, "16peer");
    type[BASE] = 8;
    expect_members((uintptr_t)type, "16peer");
    type[MEMBERS] = UINT64_MAX - 7;
    expect_members((uintptr_t)type, "");
    type[MEMBERS] += 4;
    expect_members((uintptr_t)type, "");
    expect_members(16, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_the_type_and_its_bases, start, end),
        cmocka_unit_test_setup_teardown(what_is_no_pointer, start, end),
        cmocka_unit_test_setup_teardown(what_is_no_name, start, end),
        cmocka_unit_test_setup_teardown(memory_of_something_else, start, end),
    };
    return cmocka_run_group_tests_name("python_members", tests, NULL, NULL);
}
