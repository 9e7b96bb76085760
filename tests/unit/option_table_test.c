#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "cli/option_table.h"

static void expect(const struct argp *argp, const char *expected)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    option_table_print(argp, out);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void options_have_their_arguments(void **state)
{
    (void)state;
    const struct argp_option rows[] = {{"long", 0x100, "A|B", 0, "one of two", 0},
                                       {"maybe", 'm', "URL", OPTION_ARG_OPTIONAL, "with or not", 0},
                                       {NULL, 'x', NULL, 0, "a letter", 0},
                                       {0}};
    expect(&(struct argp){.options = rows}, "option\t\tlong\tA|B\trequired\tone of two\n"
                                            "option\tm\tmaybe\tURL\toptional\twith or not\n"
                                            "option\tx\t\t\tnone\ta letter\n");
}

static void an_alias_means_what_it_stands_for(void **state)
{
    (void)state;
    const struct argp_option rows[] = {{"output", 'o', "FILE", 0, "write here", 0},
                                       {"to", 0x100, NULL, OPTION_ALIAS, NULL, 0},
                                       {"into", 0x101, NULL, OPTION_ALIAS, NULL, 0},
                                       {0}};
    expect(&(struct argp){.options = rows}, "option\to\toutput\tFILE\trequired\twrite here\n"
                                            "option\t\tto\tFILE\trequired\twrite here\n"
                                            "option\t\tinto\tFILE\trequired\twrite here\n");
}

static void what_the_help_hides_is_not_there(void **state)
{
    (void)state;
    const struct argp_option rows[] = {{"secret", 0x100, NULL, OPTION_HIDDEN, "not said", 0},
                                       {"words", 0, NULL, OPTION_DOC, "no option", 0},
                                       {0}};
    expect(&(struct argp){.options = rows}, "");
}

static void sections_precede_their_options(void **state)
{
    (void)state;
    const struct argp_option of_child[] = {{"sub", 0x100, NULL, 0, "of a child", 0}, {0}};
    const struct argp_option rows[] = {
        {NULL, 0, NULL, 0, "More:", 1}, {"own", 0x101, NULL, 0, "its own", 1}, {0}};
    const struct argp child = {.options = of_child};
    const struct argp_child children[] = {{&child, 0, "A child's:", 1}, {0}};
    expect(&(struct argp){.options = rows, .children = children},
           "section\tA child's:\noption\t\tsub\t\tnone\tof a child\n"
           "section\t\nsection\tMore:\noption\t\town\t\tnone\tits own\n");
}

static void texts_stand_around_the_options(void **state)
{
    (void)state;
    const struct argp_option rows[] = {{"own", 0x101, NULL, 0, "its own", 1}, {0}};
    expect(&(struct argp){.options = rows, .args_doc = "DUMP", .doc = "Before.\vOne:\n\n  two\n"},
           "arguments\tDUMP\nabout\tBefore.\noption\t\town\t\tnone\tits own\n"
           "after\tOne:\nafter\t\nafter\t  two\n");
    expect(&(struct argp){.doc = "Only before."}, "about\tOnly before.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_have_their_arguments),
        cmocka_unit_test(an_alias_means_what_it_stands_for),
        cmocka_unit_test(what_the_help_hides_is_not_there),
        cmocka_unit_test(sections_precede_their_options),
        cmocka_unit_test(texts_stand_around_the_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
