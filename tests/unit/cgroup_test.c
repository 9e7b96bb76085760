/* Limits of control groups, read from folders that look like the kernel's. */
#include "preload/cgroup.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/small_files.h"

static void find_in(const char *root, const char *membership, struct cgroup *ret_group)
{
    int folder = open(root, O_RDONLY | O_DIRECTORY);
    cgroup_find(folder, membership, ret_group);
    if (folder >= 0)
        close(folder);
}

static uint64_t room(const struct cgroup *group, uint64_t expected_max)
{
    uint64_t max = 0, bytes = cgroup_memory_room(group, &max);
    assert_int_equal(max, expected_max);
    return bytes;
}

static void test_the_tightest_level_counts(void **state)
{
    (void)state;
    struct cgroup group;
    small_files_write("a/b/memory.max", "max\n");
    small_files_write("a/b/memory.current", "900\n");
    small_files_write("a/b/cpu.max", "200000 100000\n");
    small_files_write("a/memory.max", "10000\n");
    small_files_write("a/memory.current", "6000\n");
    small_files_write("a/memory.stat", "anon 1\ninactive_file 1000\nactive_file 7\n");
    small_files_write("a/cpu.max", "50000 100000\n");
    find_in(small_files_root(), "1:name=systemd:/x\n0::/a/b\n", &group);
    assert_int_equal(group.memory_levels, 1);
    assert_int_equal(room(&group, 10000), 5000);
    assert_true(group.cpus == 0.5);
    small_files_write("a/memory.current", "12000\n");
    assert_int_equal(room(&group, 10000), 0);
    small_files_write("a/b/memory.max", "1000\n");
    small_files_write("a/memory.current", "1500\n");
    find_in(small_files_root(), "0::/a/b", &group);
    assert_int_equal(group.memory_levels, 2);
    assert_int_equal(room(&group, 1000), 100);
}

/* The descriptors stay at the files. */
static void test_a_limit_that_is_changed_later(void **state)
{
    (void)state;
    struct cgroup group;
    uint64_t max;
    small_files_write("c/memory.max", "8000\n");
    small_files_write("c/memory.current", "2000\n");
    find_in(small_files_root(), "0::/c\n", &group);
    assert_int_equal(room(&group, 8000), 6000);
    small_files_write("c/memory.max", "2500\n");
    assert_int_equal(room(&group, 2500), 500);
    small_files_write("c/memory.max", "max\n");
    assert_int_equal(cgroup_memory_room(&group, &max), CGROUP_NO_LIMIT);
}

/* Above memory.high the whole group is held up. */
static void test_the_high_mark(void **state)
{
    (void)state;
    struct cgroup group;
    small_files_write("h/memory.max", "9000\n");
    small_files_write("h/memory.high", "7000\n");
    small_files_write("h/memory.current", "2000\n");
    find_in(small_files_root(), "0::/h\n", &group);
    assert_int_equal(room(&group, 7000), 5000);
    small_files_write("h/memory.high", "max\n");
    assert_int_equal(room(&group, 9000), 7000);
    small_files_write("i/memory.max", "max\n");
    small_files_write("i/memory.high", "3000\n");
    small_files_write("i/memory.current", "3500\n");
    find_in(small_files_root(), "0::/i\n", &group);
    assert_int_equal(group.memory_levels, 1);
    assert_int_equal(room(&group, 3000), 0);
}

/* What was read in from swap, and has its place there still, stays where swap is full. */
static void test_pages_that_are_in_swap_too(void **state)
{
    (void)state;
    struct cgroup group;
    small_files_write("s/memory.max", "9000\n");
    small_files_write("s/memory.current", "8000\n");
    small_files_write("s/memory.stat", "anon 6000\nswapcached 2500\ninactive_file 500\n");
    find_in(small_files_root(), "0::/s\n", &group);
    assert_int_equal(room(&group, 9000), 1500);
}

static void test_older_hierarchies(void **state)
{
    (void)state;
    struct cgroup group;
    small_files_write("memory/d/memory.limit_in_bytes", "5000\n");
    small_files_write("memory/d/memory.usage_in_bytes", "4500\n");
    small_files_write("memory/d/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n");
    small_files_write("memory/memory.limit_in_bytes", "9223372036854771712\n");
    small_files_write("memory/memory.usage_in_bytes", "9999\n");
    small_files_write("cpu,cpuacct/e/cpu.cfs_quota_us", "30000\n");
    small_files_write("cpu,cpuacct/e/cpu.cfs_period_us", "10000\n");
    small_files_write("cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    small_files_write("cpu,cpuacct/cpu.cfs_period_us", "10000\n");
    find_in(small_files_root(), "4:memory:/d\n3:cpuset:/\n2:cpu,cpuacct:/e\n0::/\n", &group);
    assert_int_equal(group.memory_levels, 1);
    assert_int_equal(room(&group, 5000), 800);
    assert_true(group.cpus == 3);
}

/* The path is the host's, the files are the container's. */
static void test_in_a_container(void **state)
{
    (void)state;
    struct cgroup group;
    small_files_write("memory.max", "7000\n");
    small_files_write("memory.current", "2000\n");
    find_in(small_files_root(), "0::/kubepods/pod1/c2\n", &group);
    assert_int_equal(group.memory_levels, 1);
    assert_int_equal(room(&group, 7000), 5000);
}

static void test_nothing_to_read(void **state)
{
    (void)state;
    static const char *const texts[] = {"",   "0::/nowhere\n", "nonsense",
                                        "::", "5:memory\n",    ":::::"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct cgroup group;
        uint64_t max = 1;
        find_in("/nowhere", texts[i], &group);
        assert_int_equal(group.memory_levels, 0);
        assert_int_equal(cgroup_memory_room(&group, &max), CGROUP_NO_LIMIT);
        assert_true(group.cpus == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_tightest_level_counts, small_files_start,
                                        small_files_finish),
        cmocka_unit_test_setup_teardown(test_a_limit_that_is_changed_later, small_files_start,
                                        small_files_finish),
        cmocka_unit_test_setup_teardown(test_the_high_mark, small_files_start, small_files_finish),
        cmocka_unit_test_setup_teardown(test_pages_that_are_in_swap_too, small_files_start,
                                        small_files_finish),
        cmocka_unit_test_setup_teardown(test_older_hierarchies, small_files_start,
                                        small_files_finish),
        cmocka_unit_test_setup_teardown(test_in_a_container, small_files_start, small_files_finish),
        cmocka_unit_test(test_nothing_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
