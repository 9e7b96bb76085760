/* A table of options, with one of its own below it, and what is said of words that it doesn't take.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/option_slip.h"

static const struct argp_option below[] = {{"sysroot", 0x200, "DIR", 0, "", 0},
                                           {"servers", 0x201, "URL", OPTION_ARG_OPTIONAL, "", 0},
                                           {0}};
static const struct argp argp_below = {.options = below};
static const struct argp_child children[] = {{&argp_below, 0, NULL, 0}, {0}};
static const struct argp_option rows[] = {{NULL, 'o', "FILE", 0, "", 0},
                                          {"json", 0x100, NULL, 0, "", 0},
                                          {"block", 'b', "ADDR", 0, "", 0},
                                          {0}};
static const struct argp argp = {.options = rows, .children = children};

static void says(const char *word, const char *expected)
{
    struct slip slip = {""};
    bool is_slip = option_slip(&argp, "graph", word, &slip);
    assert_int_equal(is_slip, expected != NULL);
    if (expected)
        assert_string_equal(slip.s, expected);
}

static void unknown_options_are_put_right(void **state)
{
    (void)state;
    says("--jsno", "unknown option '--jsno', did you mean '--json'?");
    says("--sysrot=/x", "unknown option '--sysrot', did you mean '--sysroot'?");
    says("--entirely", "unknown option '--entirely' (try: caulk graph --help)");
    says("-x", "unknown option '-x' (try: caulk graph --help)");
    says("--s", "several options begin with '--s' (try: caulk graph --help)");
}

static void values_are_asked_for_or_refused(void **state)
{
    (void)state;
    says("--block", "--block needs a value (--block=ADDR)");
    says("--blo", "--block needs a value (--block=ADDR)");
    says("-o", "-o needs a value (-o FILE)");
    says("--json=1", "--json takes no value");
}

static void what_is_right_is_no_slip(void **state)
{
    (void)state;
    says("--json", NULL);
    says("--js", NULL);
    says("--block=0x1", NULL);
    says("--servers", NULL);
    says("-ofile", NULL);
    says("word", NULL);
    says("-", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_options_are_put_right),
        cmocka_unit_test(values_are_asked_for_or_refused),
        cmocka_unit_test(what_is_right_is_no_slip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
