#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/snapshot_ids.h"

static void ids_are_odd_and_stay(void **state)
{
    (void)state;
    struct snapshot_ids first, second;
    snapshot_ids_init(&first, 2);
    snapshot_ids_init(&second, 1000);
    uint32_t a = snapshot_ids_add(&first, "a", 1), b = snapshot_ids_add(&first, "b", 1);
    assert_int_equal(a & b & 1, 1);
    assert_int_not_equal(a, b);
    assert_int_equal(snapshot_ids_add(&second, "b", 1), b);
    assert_int_equal(snapshot_ids_add(&second, "a", 1), a);
    free(first.slot);
    free(second.slot);
}

static void no_id_is_given_twice(void **state)
{
    (void)state;
    enum { COUNT = 300000 }; /* enough for two dozen that want the same */
    struct snapshot_ids ids;
    uint8_t *taken = calloc(UINT32_MAX / 16 + 1, 1);
    snapshot_ids_init(&ids, 2 * COUNT);
    for (uint64_t i = 0; i < COUNT; i++) {
        uint32_t id = snapshot_ids_add(&ids, &i, sizeof(i));
        assert_int_equal(taken[id / 16] >> (id / 2 % 8) & 1, 0);
        taken[id / 16] |= (uint8_t)(1 << (id / 2 % 8));
    }
    uint32_t once = snapshot_ids_add(&ids, "x", 1), again = snapshot_ids_add(&ids, "x", 1);
    assert_int_equal(again, once + 2);
    free(taken);
    free(ids.slot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_odd_and_stay),
        cmocka_unit_test(no_id_is_given_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
