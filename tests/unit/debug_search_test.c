#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libcaulk/debug_search.h"

static void expect(char *made, const char *wanted)
{
    assert_string_equal(made, wanted);
    free(made);
}

static void paths_are_below_the_sysroot(void **state)
{
    (void)state;
    const struct debug_search none = {0}, below = {.sysroot = "/target"};
    expect(debug_search_path(&none, "/bin/a"), "/bin/a");
    expect(debug_search_path(&below, "/bin/a"), "/target/bin/a");
}

static void a_removed_file_may_have_come_back(void **state)
{
    (void)state;
    char path[] = "/tmp/caulk-search-XXXXXX (deleted)";
    const struct debug_search none = {0}, below = {.sysroot = "/target"};
    expect(debug_search_path(&none, "/bin/a (deleted)"), "/bin/a");
    expect(debug_search_path(&below, "/bin/a (deleted)"), "/target/bin/a");
    expect(debug_search_path(&none, " (deleted)"), " (deleted)");
    int fd = mkstemps(path, strlen(" (deleted)"));
    assert_true(fd >= 0);
    expect(debug_search_path(&none, path), path);
    unlink(path);
    close(fd);
}

static void own_folders_come_before_the_usual(void **state)
{
    (void)state;
    const struct debug_search none = {0}, own = {.debug_folders = "/a:/b"},
                              both = {.sysroot = "/target", .debug_folders = "/a"};
    expect(debug_search_folders(&none), ":.debug:/usr/lib/debug");
    expect(debug_search_folders(&own), ":.debug:/a:/b:/usr/lib/debug");
    expect(debug_search_folders(&both), ":.debug:/a:/target/usr/lib/debug:/usr/lib/debug");
}

static void debug_files_are_found_by_build_id(void **state)
{
    (void)state;
    char folder[] = "/tmp/caulk-search-XXXXXX", folders[64], made[128];
    assert_non_null(mkdtemp(folder));
    snprintf(folders, sizeof(folders), "/nowhere:%s", folder);
    const struct debug_search search = {.debug_folders = folders};
    assert_null(debug_search_build_id(&search, "abcdef"));
    assert_null(debug_search_build_id(&search, "ab"));
    assert_null(debug_search_build_id(&search, ""));

    snprintf(made, sizeof(made), "%s/.build-id", folder);
    assert_int_equal(mkdir(made, 0700), 0);
    snprintf(made, sizeof(made), "%s/.build-id/ab", folder);
    assert_int_equal(mkdir(made, 0700), 0);
    snprintf(made, sizeof(made), "%s/.build-id/ab/cdef.debug", folder);
    close(open(made, O_CREAT | O_WRONLY, 0600));
    expect(debug_search_build_id(&search, "abcdef"), made);

    unlink(made);
    snprintf(made, sizeof(made), "%s/.build-id/ab", folder);
    rmdir(made);
    snprintf(made, sizeof(made), "%s/.build-id", folder);
    rmdir(made);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_below_the_sysroot),
        cmocka_unit_test(a_removed_file_may_have_come_back),
        cmocka_unit_test(own_folders_come_before_the_usual),
        cmocka_unit_test(debug_files_are_found_by_build_id),
    };
    return cmocka_run_group_tests_name("debug_search", tests, NULL, NULL);
}
