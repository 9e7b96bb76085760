#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "preload/rule_cache.h"

#define MANY 1000000u

static uint32_t rule_of(uintptr_t address)
{
    return (uint32_t)(address * 2654435761u) | UNWIND_FROM_SP;
}

/* Whatever is pushed out: a rule is never another address's. */
static void never_gives_another_addresss_rule(void **state)
{
    unsigned found = 0;
    uintptr_t base = 0x7f0000000000;
    for (uintptr_t i = 0; i < MANY; i++)
        rule_cache_put(base + i * 37, rule_of(base + i * 37));
    for (uintptr_t i = 0; i < 37 * MANY; i++) {
        uint32_t rule = rule_cache_get(base + i);
        if (rule == UNWIND_NONE)
            continue;
        assert_int_equal(i % 37, 0);
        assert_int_equal(rule, rule_of(base + i));
        found++;
    }
    assert_in_range(found, (1u << RULE_CACHE_BITS) / 2, 1u << RULE_CACHE_BITS);
    (void)state;
}

static void forgets(void **state)
{
    rule_cache_put(0x401234, 77);
    rule_cache_put(0x405678, 78);
    assert_int_equal(rule_cache_get(0x401234), 77);
    rule_cache_clear();
    assert_int_equal(rule_cache_get(0x401234), UNWIND_NONE);
    assert_int_equal(rule_cache_get(0x405678), UNWIND_NONE);
    (void)state;
}

static void keeps_nothing_beyond_user_space(void **state)
{
    rule_cache_put((uintptr_t)1 << 50, 77);
    assert_int_equal(rule_cache_get((uintptr_t)1 << 50), UNWIND_NONE);
    assert_int_equal(rule_cache_get(0), UNWIND_NONE);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_gives_another_addresss_rule),
        cmocka_unit_test(forgets),
        cmocka_unit_test(keeps_nothing_beyond_user_space),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
