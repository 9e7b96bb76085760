/* Profiles drawn as ten figures, and what is made of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/age_profile.h"

static const struct process hundred_ticks = {.tick_ns = 250000000, .uptime_ns = 25000000000};

/* One character a tenth: so many times 100 bytes. */
static enum age_trend trend_of(const char *tenths)
{
    struct age_profile profile = {0};
    for (uint32_t i = 0; i < AGE_BUCKETS; i++)
        for (int n = tenths[i] - '0'; n > 0; n--)
            age_profile_add(&profile, &hundred_ticks, 10 * i + 5, 100);
    return age_profile_trend(&profile, &hundred_ticks);
}

static void trends(void **state)
{
    (void)state;
    assert_int_equal(trend_of("4444444444"), AGE_GROWING);
    assert_int_equal(trend_of("9111111111"), AGE_GROWING);
    assert_int_equal(trend_of("0123456789"), AGE_GROWING);
    assert_int_equal(trend_of("9000000000"), AGE_STARTUP);
    assert_int_equal(trend_of("9000000009"), AGE_WORKING_SET);
    assert_int_equal(trend_of("0000000019"), AGE_WORKING_SET);
    assert_int_equal(trend_of("9987654000"), AGE_LEVELLED_OFF);
    assert_int_equal(trend_of("0000013333"), AGE_RECENT);
    assert_int_equal(trend_of("9875443222"), AGE_FILLING);
    assert_int_equal(trend_of("0000000000"), AGE_UNKNOWN);
}

static void a_short_life_tells_nothing(void **state)
{
    (void)state;
    struct age_profile profile = {0};
    const struct process brief = {.tick_ns = 250000000, .uptime_ns = 2400000000};
    const struct process low = {.tick_ns = 250000000, .uptime_ns = 25000000000, .no_births = true};
    age_profile_add(&profile, &brief, 3, 100);
    assert_int_equal(age_profile_trend(&profile, &brief), AGE_UNKNOWN);
    assert_int_equal(age_profile_trend(&profile, &low), AGE_UNKNOWN);
}

/* Dumps advance ticks: a birth may lie ahead of the clock. */
static void a_birth_ahead_of_the_clock_is_the_latest(void **state)
{
    (void)state;
    struct age_profile profile = {0};
    age_profile_add(&profile, &hundred_ticks, 104, 100);
    age_profile_add(&profile, &hundred_ticks, UINT32_MAX, 100);
    assert_int_equal(profile.bytes[AGE_BUCKETS - 1], 200);
    assert_int_equal(profile.later.blocks, 2);
}

static void verdicts(void **state)
{
    (void)state;
    assert_null(age_trend_verdict(AGE_UNKNOWN));
    assert_null(age_trend_verdict(AGE_RECENT));
    assert_string_equal(age_trend_verdict(AGE_GROWING), "growing");
    assert_string_equal(age_trend_verdict(AGE_FILLING), "filling");
    assert_string_equal(age_trend_verdict(AGE_STARTUP), "steady");
    assert_string_equal(age_trend_name(AGE_STARTUP), "start-up");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trends),
        cmocka_unit_test(a_short_life_tells_nothing),
        cmocka_unit_test(a_birth_ahead_of_the_clock_is_the_latest),
        cmocka_unit_test(verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
