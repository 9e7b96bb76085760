#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "cli/text.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * 1024)
#define GIB (MIB * 1024)

static void sizes_have_three_digits(void **state)
{
    (void)state;
    assert_string_equal(text_size(0).s, "0 B");
    assert_string_equal(text_size(328).s, "328 B");
    assert_string_equal(text_size(1023).s, "1023 B");
    assert_string_equal(text_size(96 * KIB).s, "96 KiB");
    assert_string_equal(text_size(KIB + KIB / 2).s, "1.5 KiB");
    assert_string_equal(text_size(MIB - 1).s, "1 MiB");
    assert_string_equal(text_size(2 * GIB + 543 * MIB).s, "2.53 GiB");
    assert_string_equal(text_size(UINT64_MAX).s, "16 EiB");
}

static void sizes_in_one_unit_can_be_added(void **state)
{
    (void)state;
    assert_int_equal(text_size_unit(4 * GIB), 3);
    assert_string_equal(text_size_in(512 * MIB, 3).s, "0.5");
    assert_string_equal(text_size_in(0, 3).s, "0");
}

static void counts_have_separators(void **state)
{
    (void)state;
    assert_string_equal(text_count(0).s, "0");
    assert_string_equal(text_count(999).s, "999");
    assert_string_equal(text_count(41203).s, "41,203");
    assert_string_equal(text_count(UINT64_MAX).s, "18,446,744,073,709,551,615");
    assert_string_equal(text_counted(1, "block").s, "1 block");
    assert_string_equal(text_counted(0, "block").s, "0 blocks");
}

static void durations_choose_their_unit(void **state)
{
    (void)state;
    assert_string_equal(text_duration(0.038).s, "38 ms");
    assert_string_equal(text_duration(0.00071).s, "0.71 ms");
    assert_string_equal(text_duration(4.2).s, "4.2 s");
    assert_string_equal(text_duration(119).s, "119 s");
    assert_string_equal(text_duration(720).s, "12 min");
    assert_string_equal(text_duration(76 * 3600).s, "76 h");
    assert_string_equal(text_duration(20 * 86400).s, "20 days");
}

static void percents_never_round_to_all_or_nothing(void **state)
{
    (void)state;
    assert_string_equal(text_percent(0, 10).s, "0 %");
    assert_string_equal(text_percent(10, 10).s, "100 %");
    assert_string_equal(text_percent(65, 100).s, "65 %");
    assert_string_equal(text_percent(99999, 100000).s, "99.9 %");
    assert_string_equal(text_percent(1, 100000).s, "<0.1 %");
    assert_string_equal(text_percent(0, 0).s, "0 %");
}

static void a_file_is_not_coloured(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_false(text_colours(file));
    fclose(file);
}

static void the_option_decides_before_the_terminal(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    text_set_colours(TEXT_ALWAYS);
    assert_true(text_colours(file));
    text_set_colours(TEXT_NEVER);
    assert_false(text_colours(file));
    text_set_colours(TEXT_AUTO);
    assert_false(text_colours(file));
    fclose(file);
}

static void behind_a_pager_there_is_a_terminal(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    text_set_paged(true);
    assert_true(text_on_terminal(stdout));
    assert_false(text_on_terminal(file));
    assert_true(text_colours(stdout));
    text_set_paged(false);
    assert_false(text_colours(stdout));
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_have_three_digits),
        cmocka_unit_test(sizes_in_one_unit_can_be_added),
        cmocka_unit_test(counts_have_separators),
        cmocka_unit_test(durations_choose_their_unit),
        cmocka_unit_test(percents_never_round_to_all_or_nothing),
        cmocka_unit_test(a_file_is_not_coloured),
        cmocka_unit_test(the_option_decides_before_the_terminal),
        cmocka_unit_test(behind_a_pager_there_is_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
