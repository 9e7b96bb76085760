/* What is left below the limits of control groups, from folders that look like the kernel's. */
#include "libcaulk/memory_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/small_files.h"

static void test_unified(void **state)
{
    (void)state;
    small_files_write("a/memory.max", "max\n");
    small_files_write("a/memory.current", "1\n");
    assert_true(memory_room_of_group(small_files_root(), "0::/a\n") == UINT64_MAX);
    small_files_write("a/b/memory.max", "9000\n");
    small_files_write("a/b/memory.current", "5000\n");
    small_files_write("a/b/memory.stat", "anon 1\ninactive_file 400\n");
    assert_int_equal(memory_room_of_group(small_files_root(), "0::/a/b\n"), 4400);
    small_files_write("a/memory.max", "100\n");
    assert_int_equal(memory_room_of_group(small_files_root(), "0::/a/b\n"), 99);
    small_files_write("memory.max", "50\n"); /* in a container */
    small_files_write("memory.current", "60\n");
    assert_int_equal(memory_room_of_group(small_files_root(), "0::/a/b\n"), 0);
    assert_int_equal(memory_room_of_group(small_files_root(), "0::/\n"), 0);
}

static void test_older(void **state)
{
    (void)state;
    small_files_write("memory/memory.limit_in_bytes", "9223372036854771712\n");
    small_files_write("memory/memory.usage_in_bytes", "5\n");
    small_files_write("memory/c/memory.limit_in_bytes", "700\n");
    small_files_write("memory/c/memory.usage_in_bytes", "600\n");
    small_files_write("memory/c/memory.stat", "inactive_file 9\ntotal_inactive_file 50\n");
    assert_int_equal(memory_room_of_group(small_files_root(), "7:memory:/c\n"), 150);
    assert_true(memory_room_of_group(small_files_root(), "7:memory:/\n") == UINT64_MAX);
    assert_true(memory_room_of_group(small_files_root(), "3:cpu:/c\n") == UINT64_MAX);
}

static void test_this_process(void **state)
{
    (void)state;
    uint64_t room = memory_room(getpid());
    assert_true(room > 0 && room < UINT64_MAX);
    assert_true(memory_room_of_group("/nowhere", "nonsense") == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_unified, small_files_start, small_files_finish),
        cmocka_unit_test_setup_teardown(test_older, small_files_start, small_files_finish),
        cmocka_unit_test(test_this_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
