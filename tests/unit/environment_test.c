#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/environment.h"

/* The environment after the removal, as "A=1 B=2". */
static const char *without_preload(const char *preload)
{
    static char variable[256], result[512];
    strcat(strcpy(variable, "LD_PRELOAD="), preload);
    char *environment[] = {(char[]){"A=1"}, variable, (char[]){"B=2"}, NULL};
    environment_remove_preload(environment, "libcaulk.so");
    result[0] = '\0';
    for (char **at = environment; *at; at++)
        strcat(strcat(result, at == environment ? "" : " "), *at);
    return result;
}

static void the_first_of_a_name_is_given(void **state)
{
    (void)state;
    char *environment[] = {"PATHX=no", "PATH=/bin", "PATH=/sbin", "EMPTY=", NULL};
    assert_string_equal(environment_get(environment, "PATH"), "/bin");
    assert_string_equal(environment_get(environment, "EMPTY"), "");
    assert_null(environment_get(environment, "PAT"));
    assert_null(environment_get(NULL, "PATH"));
}

static void all_of_a_name_are_removed(void **state)
{
    (void)state;
    char *environment[] = {"A=1", "B=2", "A=3", "AB=4", NULL};
    environment_remove(environment, "A");
    assert_string_equal(environment[0], "B=2");
    assert_string_equal(environment[1], "AB=4");
    assert_null(environment[2]);
}

static void only_our_library_leaves_the_list(void **state)
{
    (void)state;
    assert_string_equal(without_preload("/usr/lib/libcaulk.so"), "A=1 B=2");
    assert_string_equal(without_preload("libcaulk.so"), "A=1 B=2");
    assert_string_equal(without_preload("./libcaulk.so:libjemalloc.so.2"),
                        "A=1 LD_PRELOAD=libjemalloc.so.2 B=2");
    assert_string_equal(without_preload("a.so /x/libcaulk.so"), "A=1 LD_PRELOAD=a.so B=2");
    assert_string_equal(without_preload("a.so:libcaulk.so:b.so"), "A=1 LD_PRELOAD=a.so:b.so B=2");
    assert_string_equal(without_preload("mylibcaulk.so"), "A=1 LD_PRELOAD=mylibcaulk.so B=2");
    assert_string_equal(without_preload("/libcaulk.so.bak"), "A=1 LD_PRELOAD=/libcaulk.so.bak B=2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_of_a_name_is_given),
        cmocka_unit_test(all_of_a_name_are_removed),
        cmocka_unit_test(only_our_library_leaves_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
