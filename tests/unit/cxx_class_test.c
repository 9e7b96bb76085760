/* Words that lead to a class's name, and words that nearly do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/cxx_class.h"
#include "tests/support/fake_memory.h"

static struct fake_memory memory;
static struct cxx_class class;

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

static bool is_class(uintptr_t table)
{
    return cxx_class_read(&memory.maps, table, &class);
}

static void assert_name(const char *name, bool counted, bool holds_object)
{
    assert_int_equal(class.length, strlen(name));
    assert_memory_equal(class.name, name, class.length);
    assert_int_equal(class.counted, counted);
    assert_int_equal(class.holds_object, holds_object);
}

static void names(void **state)
{
    (void)state;
    assert_true(is_class(fake_class(&memory, "7Session")));
    assert_name("7Session", false, false);
    assert_true(is_class(fake_class(&memory, "8Sess\xc3\xa4on")));
    assert_name("8Sess\xc3\xa4on", false, false);
    assert_true(is_class(fake_class(&memory, "*Z4mainE5Local")));
    assert_name("Z4mainE5Local", false, false);
    assert_true(is_class(fake_class(&memory, "St23_Sp_counted_ptr_inplaceI4PeerE")));
    assert_name("St23_Sp_counted_ptr_inplaceI4PeerE", true, true);
    assert_true(is_class(fake_class(&memory, "St15_Sp_counted_ptrIP4PeerE")));
    assert_name("St15_Sp_counted_ptrIP4PeerE", true, false);
}

static void names_that_are_none(void **state)
{
    (void)state;
    assert_false(is_class(fake_class(&memory, "")));
    assert_false(is_class(fake_class(&memory, "*")));
    assert_false(is_class(fake_class(&memory, "hello")));
    assert_false(is_class(fake_class(&memory, "7Sess\x01on")));
}

static void words_that_point_anywhere(void **state)
{
    (void)state;
    const uint64_t words[] = {0,
                              1,
                              8,
                              16,
                              UINT64_MAX,
                              UINT64_MAX - 7,
                              1ull << 47,
                              (uintptr_t)memory.constants,
                              (uintptr_t)memory.constants + FAKE_BYTES,
                              (uintptr_t)memory.constants + FAKE_BYTES - 8,
                              (uintptr_t)memory.variables,
                              (uintptr_t) & class};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        assert_false(is_class(words[i]));
    assert_false(is_class(fake_class(&memory, "7Session") + 4));
}

/* A table in memory that can be written to is no class's; nor is one of a secondary base. */
static void tables_that_are_none(void **state)
{
    (void)state;
    const uint64_t *good = (const uint64_t *)fake_class(&memory, "7Session") - 2;
    assert_false(is_class(fake_variables(&memory, good, 3) + 16));
    const uint64_t base[] = {(uint64_t)-16, good[1], 0};
    assert_false(is_class(fake_constants(&memory, base, 3) + 16));
}

/* Whatever a word of table, typeinfo and the kind's own is replaced by, nothing breaks; where a
 * name is found all the same, it is one of those that are there. The name itself stays: the bytes
 * of an address can be one. */
static void chains_that_break_anywhere(void **state)
{
    (void)state;
    fake_memory_finish(&memory);
    fake_memory_init(&memory);
    const char name[sizeof(uint64_t)] = "6Friend";
    uintptr_t table = fake_class(&memory, name);
    const uint64_t stray[] = {0,
                              1,
                              24,
                              UINT64_MAX,
                              (uintptr_t)memory.constants,
                              (uintptr_t)memory.constants + FAKE_BYTES - 4,
                              (uintptr_t)memory.variables,
                              (uintptr_t)table};
    for (size_t word = 0; word < memory.constants_used; word++) {
        uint64_t was = memory.constants[word];
        if (!memcmp(&was, name, sizeof(was)))
            continue;
        for (size_t i = 0; i < sizeof(stray) / sizeof(stray[0]); i++) {
            memory.constants[word] = stray[i];
            if (is_class(table))
                assert_true(class.length == strlen(name) || class.name[0] == 'N');
        }
        memory.constants[word] = was;
    }
    assert_true(is_class(table));
}

/* The name may end where its page does, but not go on there. */
static void names_at_the_end_of_a_page(void **state)
{
    (void)state;
    const uint64_t *good = (const uint64_t *)fake_class(&memory, "7Session") - 2;
    const uint64_t *type = (const uint64_t *)good[1];
    char *end_of_page = (char *)memory.constants + FAKE_BYTES;
    const uint64_t moved[] = {type[0], (uintptr_t)end_of_page - 6};
    const uint64_t table[] = {0, fake_constants(&memory, moved, 2)};
    uintptr_t at = fake_constants(&memory, table, 2) + 16;
    memcpy(end_of_page - 6, "4Node", 6);
    assert_true(is_class(at));
    assert_name("4Node", false, false);
    end_of_page[-1] = 'x';
    assert_false(is_class(at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(names_that_are_none),
        cmocka_unit_test(words_that_point_anywhere),
        cmocka_unit_test(tables_that_are_none),
        cmocka_unit_test(chains_that_break_anywhere),
        cmocka_unit_test(names_at_the_end_of_a_page),
    };
    return cmocka_run_group_tests_name("cxx_class", tests, start, end);
}
