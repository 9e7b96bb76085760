/* The last few files are kept, and nothing is removed that others have made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/kept_files.h"

static char folder[] = "/tmp/caulk-kept-XXXXXX";

static void make(const char *name)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fclose(file);
}

static void make_kept(struct kept_files *files, const char *name, const char *other)
{
    make(name);
    kept_files_begin(files);
    kept_files_add(files, name);
    if (other) {
        make(other);
        kept_files_add(files, other);
    }
}

static void the_last_ones_are_kept(void **state)
{
    (void)state;
    struct kept_files files;
    kept_files_init(&files, 2);
    make("foreign.dump");
    make_kept(&files, "1.dump", "1.dump.pprof");
    make_kept(&files, "2.dump", NULL);
    assert_int_equal(access("1.dump", F_OK), 0);
    make_kept(&files, "3.dump", NULL);
    assert_int_not_equal(access("1.dump", F_OK), 0);
    assert_int_not_equal(access("1.dump.pprof", F_OK), 0);
    assert_int_equal(access("2.dump", F_OK), 0);
    kept_files_finish(&files);
    assert_int_equal(access("2.dump", F_OK), 0);
    assert_int_equal(access("3.dump", F_OK), 0);
    assert_int_equal(access("foreign.dump", F_OK), 0);
}

static void what_has_taken_a_name_stays(void **state)
{
    (void)state;
    struct kept_files files;
    kept_files_init(&files, 1);
    make_kept(&files, "a.dump", NULL);
    make("other");
    assert_int_equal(rename("other", "a.dump"), 0); /* both were there: another inode */
    make_kept(&files, "b.dump", NULL);
    assert_int_equal(access("a.dump", F_OK), 0);
    assert_int_equal(unlink("b.dump"), 0);
    assert_int_equal(symlink("a.dump", "b.dump"), 0);
    make_kept(&files, "c.dump", NULL);
    assert_int_equal(access("b.dump", F_OK), 0);
    kept_files_begin(&files); /* c goes; a file that is not there is none of the set */
    kept_files_add(&files, "missing.dump");
    assert_int_not_equal(access("c.dump", F_OK), 0);
    kept_files_finish(&files);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof(command), "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_ones_are_kept),
        cmocka_unit_test(what_has_taken_a_name_stays),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
