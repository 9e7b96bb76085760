#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/array_room.h"

static void entries_stay_while_the_array_grows(void **state)
{
    (void)state;
    uint32_t *array = NULL;
    for (uint32_t count = 0; count < 1000; count++) {
        array = array_room(array, count, sizeof(*array));
        assert_non_null(array);
        array[count] = count;
    }
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(array[i], i);
    free(array);
}

static void nothing_moves_while_there_is_room(void **state)
{
    (void)state;
    uint32_t array[8];
    for (uint32_t count = 5; count < 8; count++)
        assert_ptr_equal(array_room(array, count, sizeof(*array)), array);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_stay_while_the_array_grows),
        cmocka_unit_test(nothing_moves_while_there_is_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
