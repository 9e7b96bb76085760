/* Trends of samples drawn as figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "libcaulk/growth.h"

/* Samples as pairs of seconds and bytes; what is gained was born. */
struct story {
    struct growth_sample samples[4];
    uint32_t count;
    struct growth growth;
    bool parts_known;
};

static enum trend trend_of(struct story story)
{
    int64_t gain = (int64_t)story.samples[story.count - 1].bytes - (int64_t)story.samples[0].bytes;
    if (!story.growth.born.bytes && gain > 0)
        story.growth.born.bytes = (uint64_t)gain;
    return growth_trend(&story.growth, story.samples, story.count, story.parts_known);
}

static void two_dumps(void **state)
{
    (void)state;
    struct story story = {.samples = {{10, 1000}, {20, 2000}}, .count = 2};
    assert_int_equal(trend_of(story), TREND_GROWING);
    story.samples[1].bytes = 1010;
    assert_int_equal(trend_of(story), TREND_STEADY);
    story.samples[1].bytes = 900;
    assert_int_equal(trend_of(story), TREND_SHRINKING);
    story.samples[0].bytes = story.samples[1].bytes = 0;
    assert_int_equal(trend_of(story), TREND_STEADY);
    story.samples[1].bytes = 8;
    assert_int_equal(trend_of(story), TREND_GROWING);
}

static void two_dumps_with_births(void **state)
{
    (void)state;
    struct story story = {.samples = {{10, 0}, {20, 700}}, .count = 2, .parts_known = true};
    story.growth = (struct growth){.born_part = {400, 200, 100}};
    assert_int_equal(trend_of(story), TREND_FILLING);
    story.parts_known = false;
    assert_int_equal(trend_of(story), TREND_GROWING);
    story.parts_known = true;
    story.growth = (struct growth){.born_part = {700, 0, 0}}; /* a burst may come again */
    assert_int_equal(trend_of(story), TREND_GROWING);
    story.growth = (struct growth){.born_part = {300, 200, 200}};
    assert_int_equal(trend_of(story), TREND_GROWING);
}

static void what_replaces_what_it_frees_is_filling(void **state)
{
    (void)state;
    struct story story = {.samples = {{10, 10000}, {20, 12000}}, .count = 2};
    story.growth = (struct growth){.born = {.bytes = 8000}, .freed = {.bytes = 6000}};
    assert_int_equal(trend_of(story), TREND_FILLING);
    story.growth = (struct growth){.born = {.bytes = 2000}}; /* a start, then a slow leak */
    assert_int_equal(trend_of(story), TREND_GROWING);
}

/* A queue that is drained each night, and one that leaks below its swings. */
static void what_comes_and_goes_is_steady(void **state)
{
    (void)state;
    struct story story = {.samples = {{10, 3}, {20, 2000}, {30, 3}, {40, 2000}}, .count = 4};
    assert_int_equal(trend_of(story), TREND_STEADY);
    story.samples[3].bytes = 1000;
    assert_int_equal(trend_of(story), TREND_STEADY);
    story.samples[3].bytes = 2600;
    assert_int_equal(trend_of(story), TREND_GROWING);
    story = (struct story){.samples = {{10, 1000}, {20, 2000}, {30, 1500}, {40, 2500}}, .count = 4};
    assert_int_equal(trend_of(story), TREND_GROWING);
    story.samples[3].bytes = 2010; /* gave back half of what it gained */
    assert_int_equal(trend_of(story), TREND_GROWING);
    story = (struct story){.samples = {{10, 1000}, {20, 3000}, {30, 2000}}, .count = 3};
    assert_int_equal(trend_of(story), TREND_STEADY);
}

static void three_dumps(void **state)
{
    (void)state;
    struct story story = {.samples = {{10, 1000}, {20, 2000}, {30, 3000}}, .count = 3};
    assert_int_equal(trend_of(story), TREND_GROWING);
    story.samples[2].bytes = 2300;
    assert_int_equal(trend_of(story), TREND_FILLING);
    story.samples[2].bytes = 2000;
    assert_int_equal(trend_of(story), TREND_FILLING);
    story.samples[2] = (struct growth_sample){21, 2100}; /* sooner asked, not slower */
    assert_int_equal(trend_of(story), TREND_GROWING);
    story.samples[2] = (struct growth_sample){90, 3000}; /* later, and as much */
    assert_int_equal(trend_of(story), TREND_GROWING);
}

static void steadiness(void **state)
{
    (void)state;
    struct growth growth = {.born_part = {100, 100, 50}};
    struct growth_sample even[] = {{10, 1000}, {20, 2000}, {40, 4000}};
    struct growth_sample uneven[] = {{10, 1000}, {20, 2000}, {30, 6000}};
    struct growth_sample back[] = {{10, 1000}, {20, 500}, {30, 6000}};
    assert_true(growth_steadiness(&growth, even, 3, true) > 0.99);
    assert_true(growth_steadiness(&growth, uneven, 3, true) < 0.26);
    assert_true(growth_steadiness(&growth, back, 3, true) == 0);
    assert_true(growth_steadiness(&growth, even, 2, true) == 0.5);
    assert_true(growth_steadiness(&growth, even, 2, false) == 0);
}

static void thirds_of_an_interval(void **state)
{
    (void)state;
    struct dump old = {.process = {.tick = 100}}, new = {.process = {.tick = 400}};
    uint32_t part;
    assert_true(growth_parts_known(&old, &new));
    assert_false(growth_part(&old, &new, 100, &part));
    assert_true(growth_part(&old, &new, 101, &part));
    assert_int_equal(part, 0);
    assert_true(growth_part(&old, &new, 201, &part));
    assert_int_equal(part, 1);
    assert_true(growth_part(&old, &new, 400, &part));
    assert_int_equal(part, 2);
    new.process.tick = 108;
    assert_false(growth_parts_known(&old, &new));
    new.process.tick = 400;
    new.process.no_births = true;
    assert_false(growth_parts_known(&old, &new));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_dumps),
        cmocka_unit_test(two_dumps_with_births),
        cmocka_unit_test(what_replaces_what_it_frees_is_filling),
        cmocka_unit_test(what_comes_and_goes_is_steady),
        cmocka_unit_test(three_dumps),
        cmocka_unit_test(steadiness),
        cmocka_unit_test(thirds_of_an_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
