/* Limits of control groups, read from folders that look like the kernel's. */
#include "preload/cgroup.h"

#include <setjmp.h>
#include <stdarg.h>
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
    strcpy(root, "/tmp/caulk-cgroup-test-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof(command), "rm -rf %s", root);
    return system(command);
}

/* With the folders that lead there. */
static void write_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof(path), "%s/%s", root, name);
    for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0 && fclose(file) == 0);
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
    write_file("a/b/memory.max", "max\n");
    write_file("a/b/memory.current", "900\n");
    write_file("a/b/cpu.max", "200000 100000\n");
    write_file("a/memory.max", "10000\n");
    write_file("a/memory.current", "6000\n");
    write_file("a/memory.stat", "anon 1\ninactive_file 1000\nactive_file 7\n");
    write_file("a/cpu.max", "50000 100000\n");
    cgroup_find(root, "1:name=systemd:/x\n0::/a/b\n", &group);
    assert_int_equal(group.memory_levels, 1);
    assert_int_equal(room(&group, 10000), 5000);
    assert_true(group.cpus == 0.5);
    write_file("a/memory.current", "12000\n");
    assert_int_equal(room(&group, 10000), 0);
    write_file("a/b/memory.max", "1000\n");
    write_file("a/memory.current", "1500\n");
    cgroup_find(root, "0::/a/b", &group);
    assert_int_equal(group.memory_levels, 2);
    assert_int_equal(room(&group, 1000), 100);
}

static void test_older_hierarchies(void **state)
{
    (void)state;
    struct cgroup group;
    write_file("memory/d/memory.limit_in_bytes", "5000\n");
    write_file("memory/d/memory.usage_in_bytes", "4500\n");
    write_file("memory/d/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n");
    write_file("memory/memory.limit_in_bytes", "9223372036854771712\n");
    write_file("memory/memory.usage_in_bytes", "9999\n");
    write_file("cpu,cpuacct/e/cpu.cfs_quota_us", "30000\n");
    write_file("cpu,cpuacct/e/cpu.cfs_period_us", "10000\n");
    write_file("cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
    write_file("cpu,cpuacct/cpu.cfs_period_us", "10000\n");
    cgroup_find(root, "4:memory:/d\n3:cpuset:/\n2:cpu,cpuacct:/e\n0::/\n", &group);
    assert_int_equal(group.memory_levels, 1);
    assert_int_equal(room(&group, 5000), 800);
    assert_true(group.cpus == 3);
}

/* The path is the host's, the files are the container's. */
static void test_in_a_container(void **state)
{
    (void)state;
    struct cgroup group;
    write_file("memory.max", "7000\n");
    write_file("memory.current", "2000\n");
    cgroup_find(root, "0::/kubepods/pod1/c2\n", &group);
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
        cgroup_find("/nowhere", texts[i], &group);
        assert_int_equal(group.memory_levels, 0);
        assert_int_equal(cgroup_memory_room(&group, &max), CGROUP_NO_LIMIT);
        assert_true(group.cpus == 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_tightest_level_counts, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_older_hierarchies, make_root, remove_root),
        cmocka_unit_test_setup_teardown(test_in_a_container, make_root, remove_root),
        cmocka_unit_test(test_nothing_to_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
