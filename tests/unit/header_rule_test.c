#include "libcaulk/header_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static uint32_t count_looked_at(uint32_t first, uint32_t end, uint32_t group_size, uint32_t share,
                                uint32_t step)
{
    uint32_t count = 0;
    for (uint32_t n = first; n < end; n += step)
        count += header_rule_looks_at(n, group_size, share);
    return count;
}

static void test_small_groups_are_looked_at_whole(void **state)
{
    (void)state;
    uint32_t sizes[] = {10, 100000, 0, 2000000 - 100010};
    assert_int_equal(header_rule_share(sizes, 4), HEADER_RULE_LOOKED_AT);
    assert_int_equal(count_looked_at(0, 100000, 100000, HEADER_RULE_LOOKED_AT, 1), 100000);
}

static void test_of_large_ones_an_even_part_is(void **state)
{
    (void)state;
    uint32_t size = 10000000, share = 1 << 20;
    assert_in_range(count_looked_at(0, size, size, share, 1), share - 10, share + 10);
    assert_in_range(count_looked_at(0, size / 10, size, share, 1), share / 10 - 10,
                    share / 10 + 10);
    for (uint32_t period = 2; period < 40; period++)
        assert_in_range(count_looked_at(1, size, size, share, period), share / period * 99 / 100,
                        share / period * 101 / 100 + 1);
}

static void test_shares_add_up(void **state)
{
    (void)state;
    uint32_t sizes[] = {100, 50000000, 1000000, 1100000};
    uint32_t share = header_rule_share(sizes, 4);
    assert_int_equal(share, HEADER_RULE_LOOKED_AT / 4);
    static uint32_t many[100000];
    for (size_t i = 0; i < 100000; i++)
        many[i] = 5000;
    assert_int_equal(header_rule_share(many, 100000), HEADER_RULE_LEAST_OF_GROUP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_groups_are_looked_at_whole),
        cmocka_unit_test(test_of_large_ones_an_even_part_is),
        cmocka_unit_test(test_shares_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
