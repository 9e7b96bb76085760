/* Ranges one in another: whose an address is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "preload/nested.h"

struct record {
    uintptr_t start, end;
    unsigned name;
};

static const struct record records[] = {
    {10, 50, 'a'}, {10, 20, 'b'}, {12, 14, 'c'}, {30, 40, 'd'}, {60, 61, 'e'},
};

static unsigned name_at(uintptr_t address)
{
    const struct record *found =
        nested_find(records, sizeof(records) / sizeof(*records), sizeof(*records), address);
    return found ? found->name : 0;
}

static void the_innermost_is_found(void **state)
{
    (void)state;
    assert_int_equal(name_at(10), 'b');
    assert_int_equal(name_at(12), 'c');
    assert_int_equal(name_at(14), 'b');
    assert_int_equal(name_at(20), 'a');
    assert_int_equal(name_at(39), 'd');
    assert_int_equal(name_at(49), 'a');
    assert_int_equal(name_at(60), 'e');
}

static void outside_of_all_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(name_at(9), 0);
    assert_int_equal(name_at(50), 0);
    assert_int_equal(name_at(61), 0);
    assert_int_equal(name_at(UINTPTR_MAX), 0);
    assert_null(nested_find(NULL, 0, sizeof(struct record), 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_innermost_is_found),
        cmocka_unit_test(outside_of_all_there_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
