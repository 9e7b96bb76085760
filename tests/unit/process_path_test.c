/* The test asks about itself, as users that it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "libcaulk/process_path.h"

static char folder[] = "/tmp/caulk-path-XXXXXX";
static char where[PATH_MAX];
static struct credentials owner, other = {.uid = 54321, .gid = 54321};

static const char *inside(const char *name)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static int make_folders(void **state)
{
    (void)state;
    umask(0);
    owner = (struct credentials){.uid = geteuid(), .gid = getegid()};
    return !mkdtemp(folder) || chmod(folder, 0755) || mkdir(inside("open"), 0777) ||
           mkdir(inside("closed"), 0700) || mkdir(inside("closed/inner"), 0777) || chdir(folder);
}

static int remove_folders(void **state)
{
    (void)state;
    return rmdir(inside("closed/inner")) || rmdir(inside("closed")) || rmdir(inside("open")) ||
           rmdir(folder);
}

static enum path_answer ask(const struct credentials *who, const char *path, int wanted)
{
    return process_path_check(getpid(), who, path, wanted, where);
}

static void folders_on_the_way_must_be_entered(void **state)
{
    (void)state;
    assert_int_equal(ask(&owner, inside("closed/inner"), W_OK | X_OK), PATH_ALLOWED);
    assert_int_equal(ask(&other, inside("closed/inner"), W_OK | X_OK), PATH_DENIED);
    assert_string_equal(where, inside("closed"));
}

static void the_last_needs_what_is_wanted(void **state)
{
    (void)state;
    assert_int_equal(ask(&other, inside("open"), W_OK | X_OK), PATH_ALLOWED);
    assert_int_equal(ask(&other, inside("open/"), W_OK | X_OK), PATH_ALLOWED);
    assert_int_equal(ask(&other, folder, W_OK | X_OK), PATH_DENIED);
    assert_int_equal(ask(&other, "/", X_OK), PATH_ALLOWED);
}

static void what_is_missing_is_named(void **state)
{
    (void)state;
    char missing[PATH_MAX];
    strcpy(missing, inside("away"));
    assert_int_equal(ask(&owner, inside("away/further"), W_OK), PATH_MISSING);
    assert_string_equal(where, missing);
}

static void a_relative_path_begins_at_the_working_directory(void **state)
{
    (void)state;
    assert_int_equal(ask(&other, "open", W_OK | X_OK), PATH_ALLOWED);
    assert_int_equal(ask(&other, "closed/inner", W_OK | X_OK), PATH_DENIED);
    assert_string_equal(where, "closed");
    assert_int_equal(ask(&owner, ".", X_OK), PATH_ALLOWED);
}

static void of_no_process_nothing_is_known(void **state)
{
    (void)state;
    assert_int_equal(process_path_check(INT32_MAX, &owner, "/", X_OK, where), PATH_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_on_the_way_must_be_entered),
        cmocka_unit_test(the_last_needs_what_is_wanted),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(a_relative_path_begins_at_the_working_directory),
        cmocka_unit_test(of_no_process_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, make_folders, remove_folders);
}
