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

static char root[64];

static int make_root(void **state)
{
    (void)state;
    strcpy(root, "/tmp/caulk-room-test-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", root);
    return system(command);
}

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", root, folder);
    mkdir(path, 0700);
    snprintf(path, sizeof(path), "%s/%s/%s", root, folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
}

static void test_unified(void **state)
{
    (void)state;
    write_file("a", "memory.max", "max\n");
    write_file("a", "memory.current", "1\n");
    assert_true(memory_room_of_group(root, "0::/a\n") == UINT64_MAX);
    write_file("a/b", "memory.max", "9000\n");
    write_file("a/b", "memory.current", "5000\n");
    write_file("a/b", "memory.stat", "anon 1\ninactive_file 400\n");
    assert_int_equal(memory_room_of_group(root, "0::/a/b\n"), 4400);
    write_file("a", "memory.max", "100\n");
    assert_int_equal(memory_room_of_group(root, "0::/a/b\n"), 99);
    write_file(".", "memory.max", "50\n"); /* in a container */
    write_file(".", "memory.current", "60\n");
    assert_int_equal(memory_room_of_group(root, "0::/a/b\n"), 0);
    assert_int_equal(memory_room_of_group(root, "0::/\n"), 0);
}

static void test_older(void **state)
{
    (void)state;
    write_file("memory", "memory.limit_in_bytes", "9223372036854771712\n");
    write_file("memory", "memory.usage_in_bytes", "5\n");
    write_file("memory/c", "memory.limit_in_bytes", "700\n");
    write_file("memory/c", "memory.usage_in_bytes", "600\n");
    write_file("memory/c", "memory.stat", "inactive_file 9\ntotal_inactive_file 50\n");
    assert_int_equal(memory_room_of_group(root, "7:memory:/c\n"), 150);
    assert_true(memory_room_of_group(root, "7:memory:/\n") == UINT64_MAX);
    assert_true(memory_room_of_group(root, "3:cpu:/c\n") == UINT64_MAX);
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
        cmocka_unit_test_setup_teardown(test_unified, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_older, make_root, remove_root),
        cmocka_unit_test(test_this_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
