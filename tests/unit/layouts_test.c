/* Layouts: each once, and only as many as there is room for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "preload/layouts.h"

static struct dump_strings strings;
static struct layouts layouts;

static int start(void **state)
{
    (void)state;
    return dump_strings_init(&strings) && layouts_init(&layouts, &strings) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    layouts_finish(&layouts);
    dump_strings_finish(&strings);
    return 0;
}

static uint32_t layout(uint32_t word, const char *name, uint32_t other_word, const char *other)
{
    layouts_begin(&layouts);
    layouts_name(&layouts, word, name, 4);
    layouts_name(&layouts, other_word, other, 4);
    return layouts_end(&layouts);
}

static void each_layout_once(void **state)
{
    (void)state;
    uint32_t first = layout(0, "view", 3, "home");
    assert_int_equal(layout(0, "view", 3, "home"), first);
    assert_int_not_equal(layout(0, "view", 4, "home"), first);
    assert_int_not_equal(layout(0, "home", 3, "view"), first);
    assert_int_not_equal(layout(0, "view", 3, ""), first);
    assert_int_equal(layouts.count, 4);
    assert_int_equal(layouts_words(&layouts, first), 4);
}

static void without_names(void **state)
{
    (void)state;
    assert_int_equal(layout(0, "", 1, ""), LAYOUT_NONE);
}

static void no_more_room(void **state)
{
    (void)state;
    uint32_t last = 0;
    for (uint32_t i = 1; i <= LAYOUTS_MAX + 1 && last != LAYOUT_NONE; i++)
        last = layout(i, "view", i + 1, "home");
    assert_int_equal(last, LAYOUT_NONE);
    assert_int_equal(layouts.count, LAYOUTS_MAX);
    assert_int_not_equal(layout(1, "view", 2, "home"), LAYOUT_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_layout_once, start, end),
        cmocka_unit_test_setup_teardown(without_names, start, end),
        cmocka_unit_test_setup_teardown(no_more_room, start, end),
    };
    return cmocka_run_group_tests_name("layouts", tests, NULL, NULL);
}
