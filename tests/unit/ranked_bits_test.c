#include "preload/ranked_bits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_ranks(uint32_t count, uint32_t step)
{
    struct ranked_bits bits;
    uint32_t rank = 0;
    assert_true(ranked_bits_init(&bits, count));
    for (uint32_t i = 0; i < count; i += step)
        ranked_bits_set(&bits, i);
    assert_int_equal(ranked_bits_seal(&bits), (count + step - 1) / step);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(ranked_bits_get(&bits, i), i % step == 0);
        assert_int_equal(ranked_bits_rank(&bits, i), rank);
        rank += i % step == 0;
    }
    ranked_bits_finish(&bits);
}

static void test_ranks(void **state)
{
    (void)state;
    assert_ranks(0, 1);
    assert_ranks(1, 1);
    assert_ranks(64, 1);
    assert_ranks(512, 3);
    assert_ranks(5000, 1);
    assert_ranks(5000, 7);
    assert_ranks(5000, 700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ranks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
