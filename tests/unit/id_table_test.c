/* Keys get numbers in order, and keep them while the table grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/id_table.h"

static void keys_keep_their_numbers(void **state)
{
    (void)state;
    struct id_table table = {0};
    uint32_t number;
    for (int round = 0; round < 2; round++)
        for (uint64_t i = 0; i < 1000; i++) {
            assert_true(id_table_add(&table, i << 40 | i * 3, &number));
            assert_int_equal(number, i);
        }
    assert_int_equal(table.count, 1000);
    assert_int_equal(table.key[7], UINT64_C(7) << 40 | 21);
    id_table_finish(&table);
    assert_int_equal(table.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_keep_their_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
