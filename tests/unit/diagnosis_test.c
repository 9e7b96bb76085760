/* Findings, in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/diagnosis.h"

static void texts_are_made_fit_to_print(void **state)
{
    (void)state;
    struct diagnosis diagnosis = {0};
    diagnosis_add(&diagnosis, LEVEL_WARN, "names", "%s", "a\033[1mb");
    diagnosis_advise(&diagnosis, "%s", "first");
    diagnosis_advise(&diagnosis, "then\n%d", 2);
    assert_string_equal(diagnosis.finding[0].text, "a\uFFFD[1mb");
    assert_string_equal(diagnosis.finding[0].advice, "then\uFFFD2");
    diagnosis_finish(&diagnosis);
}

static void levels_are_remembered(void **state)
{
    (void)state;
    struct diagnosis diagnosis = {0};
    diagnosis_add(&diagnosis, LEVEL_OK, "one", "well");
    assert_false(diagnosis_has(&diagnosis, LEVEL_BAD));
    diagnosis_add(&diagnosis, LEVEL_BAD, "two", "in the way");
    assert_true(diagnosis_has(&diagnosis, LEVEL_BAD));
    assert_null(diagnosis.finding[1].advice);
    diagnosis_finish(&diagnosis);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_made_fit_to_print),
        cmocka_unit_test(levels_are_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
