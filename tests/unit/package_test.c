/* dpkg's lists, made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <stdio.h>
#include <sys/stat.h>

#include "libcaulk/package.h"

static char root[] = "/tmp/caulk-package-XXXXXX";

static const char *below(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s%s", root, name);
    return path;
}

static int write_list(const char *name, const char *lines)
{
    FILE *file = fopen(below(name), "w");
    return !file || fputs(lines, file) < 0 || fclose(file);
}

#define INFO "/var/lib/dpkg/info"

static int make_lists(void **state)
{
    (void)state;
    return !mkdtemp(root) || mkdir(below("/var"), 0700) || mkdir(below("/var/lib"), 0700) ||
           mkdir(below("/var/lib/dpkg"), 0700) || mkdir(below(INFO), 0700) ||
           write_list(INFO "/relayd.list", "/.\n/usr/sbin\n/usr/sbin/relayd\n") ||
           write_list(INFO "/libc6:amd64.list", "/lib/x86_64-linux-gnu/libc.so.6\n") ||
           write_list(INFO "/relayd.md5sums", "/usr/sbin/other\n");
}

static int remove_lists(void **state)
{
    (void)state;
    return unlink(below(INFO "/relayd.list")) || unlink(below(INFO "/libc6:amd64.list")) ||
           unlink(below(INFO "/relayd.md5sums")) || rmdir(below(INFO)) ||
           rmdir(below("/var/lib/dpkg")) || rmdir(below("/var/lib")) || rmdir(below("/var")) ||
           rmdir(root);
}

static void is_of(const char *path, const char *expected)
{
    char *package = package_of(root, path);
    if (expected)
        assert_string_equal(package, expected);
    else
        assert_null(package);
    free(package);
}

static void a_file_is_found_in_its_package_s_list(void **state)
{
    (void)state;
    is_of("/usr/sbin/relayd", "relayd");
    is_of("/lib/x86_64-linux-gnu/libc.so.6", "libc6");
    is_of("/usr/lib/x86_64-linux-gnu/libc.so.6", "libc6");
    is_of("/usr/sbin/rela", NULL);
    is_of("/usr/sbin/other", NULL);
}

static void without_lists_there_is_no_package(void **state)
{
    (void)state;
    assert_null(package_of("/tmp/caulk-none", "/usr/sbin/relayd"));
}

static void debug_files_have_a_package_of_their_own(void **state)
{
    (void)state;
    char *usual = package_of_debug_files("relayd"), *libc = package_of_debug_files("libc6");
    assert_string_equal(usual, "relayd-dbgsym");
    assert_string_equal(libc, "libc6-dbg");
    free(usual);
    free(libc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_found_in_its_package_s_list),
        cmocka_unit_test(without_lists_there_is_no_package),
        cmocka_unit_test(debug_files_have_a_package_of_their_own),
    };
    return cmocka_run_group_tests(tests, make_lists, remove_lists);
}
