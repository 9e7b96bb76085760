/* Objects of CPython's that are types, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/python.h"
#include "tests/support/fake_memory.h"

#define READY (1ul << 12)
#define COLLECTED (1ul << 14)
#define STRING (1ul << 28)
#define METATYPE (1ul << 31 | READY | COLLECTED)

static struct fake_memory memory;
static struct python python;
static struct python_type type;

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    python.type_type = fake_python_type(&memory, "type", METATYPE, 400, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_memory_finish(&memory);
    return 0;
}

static bool is_type(uintptr_t address)
{
    return python_type_read(&python, &memory.maps, address, &type);
}

static void assert_type(const char *name, uint32_t offset, size_t least_bytes)
{
    assert_int_equal(type.length, strlen(name));
    assert_memory_equal(type.name, name, type.length);
    assert_int_equal(type.offset, offset);
    assert_int_equal(type.least_bytes, least_bytes);
}

static uintptr_t make(const char *name, uint64_t flags, uint64_t bytes)
{
    return fake_python_type(&memory, name, flags, bytes, python.type_type);
}

static void where_objects_begin(void **state)
{
    (void)state;
    assert_true(is_type(make("int", READY, 24)));
    assert_type("int", 0, 24);
    assert_true(is_type(make("dict", READY | COLLECTED, 48)));
    assert_type("dict", 16, 64);
    assert_true(is_type(make("Node", READY | COLLECTED | 1 << 4, 16)));
    assert_type("Node", 32, 48);
    assert_true(is_type(make("Slots", READY | COLLECTED | 1 << 3, 16)));
    assert_type("Slots", 32, 48);
    assert_true(is_type(make("str", READY | STRING, 80)));
    assert_type("str", 0, 16);
    assert_true(is_type(python.type_type));
    assert_type("type", 16, 416);
}

static void names(void **state)
{
    (void)state;
    assert_true(is_type(make("N\xc3\xb6"
                             "de",
                             READY, 16)));
    assert_int_equal(type.length, 5);
    assert_false(is_type(make("", READY, 16)));
    assert_false(is_type(make("a\nb", READY, 16)));
}

/* A class of a metaclass of a metaclass; and an object, whose type leads up all the same. */
static void ways_up(void **state)
{
    (void)state;
    uintptr_t meta = fake_python_type(&memory, "Meta", METATYPE, 400, python.type_type);
    uintptr_t higher = fake_python_type(&memory, "Higher", METATYPE, 400, meta);
    assert_true(is_type(fake_python_type(&memory, "Made", READY, 16, higher)));
    uintptr_t class = make("Node", READY, 16);
    assert_false(is_type(fake_python_type(&memory, "object", READY, 16, class)));
    assert_false(is_type(fake_python_type(&memory, "alone", METATYPE, 400, 0)));
}

static void what_is_no_type(void **state)
{
    (void)state;
    assert_false(is_type(make("half", COLLECTED, 16)));
    assert_false(is_type(make("huge", READY, UINT64_MAX)));
    assert_false(is_type(0));
    assert_false(is_type(UINT64_MAX - 7));
    assert_false(is_type(make("odd", READY, 16) + 4));
    assert_false(is_type((uintptr_t)memory.variables + FAKE_BYTES - 8));
    assert_false(is_type((uintptr_t)&type));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_objects_begin),
        cmocka_unit_test(names),
        cmocka_unit_test(ways_up),
        cmocka_unit_test(what_is_no_type),
    };
    return cmocka_run_group_tests_name("python", tests, start, end);
}
