#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/analyze.h"
#include "tests/support/opened_heap.h"

static void begins(const char *line, const char *word, const char *phrase)
{
    struct opened opened;
    struct suspects suspects;
    struct findings lost, places;
    struct verdict verdicts[VERDICTS_MAX];
    struct error err;
    opened_heap(line, &opened);
    assert_true(suspects_find(&opened.tree, &opened.owners, &suspects, &err));
    findings_lost(&opened, &lost);
    findings_places(&opened, &places);
    assert_true(analyze_verdicts(&opened, &lost, &suspects, &places, verdicts) >= 1);
    assert_string_equal(verdicts[0].word, word);
    assert_string_equal(verdicts[0].phrase.s, phrase);
    findings_finish(&lost);
    findings_finish(&places);
    opened_finish(&opened);
}

static void what_is_lost_is_a_leak(void **state)
{
    (void)state;
    begins("0#1 1#2 0>1 1>0", "LEAK", "one lost cycle holds 100 % of what is lost");
    begins("0#1 1#2 0>1 1>0 2#1 3#2 2>3 3>2", "LEAK",
           "one cycle shape holds 100 % of what is lost");
    begins("0#1 0>1 1#2", "LEAK",
           "blocks from one place, with what they hold, are 100 % of what is lost");
    begins("0#1 1#2 2#3", "LEAK", "3 places have lost it; the worst holds 33 %");
}

static void what_is_not_is_none(void **state)
{
    (void)state;
    begins("", "NO LEAK", "nothing is lost");
    begins("0#1:4000 global>0+8", "MAYBE",
           "nothing is surely lost; only interior pointers lead to 3.91 KiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_lost_is_a_leak),
        cmocka_unit_test(what_is_not_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
