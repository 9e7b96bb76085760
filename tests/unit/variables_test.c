/* Where the test's own variables lie, and its libraries'. */
#include "preload/variables.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "preload/fault_guard.h"
#include "preload/tracker.h"

static void *hidden_table[7]; /* in no table of exports */
static struct dump_job job;
static const struct loaded_module *modules[256];

static int start(void **state)
{
    (void)state;
    tracker_start(environ);
    modules_refresh(1);
    while ((modules[job.module_count] = modules_get(job.module_count)))
        job.module_count++;
    job.modules = modules;
    hidden_table[0] = NULL;
    return fault_guard_init() || maps_read(open("/proc/self", O_RDONLY | O_DIRECTORY), &job.maps);
}

static void assert_is(const struct variable *variable, const void *start, size_t bytes)
{
    assert_non_null(variable);
    assert_int_equal(variable->start, (uintptr_t)start);
    assert_int_equal(variable->end - variable->start, bytes);
    assert_int_equal(variable->tag, 0);
}

static void test_variables(void **state)
{
    (void)state;
    struct variables variables;
    assert_true(variables_find(&job, &variables));
    uintptr_t table = (uintptr_t)hidden_table;
    assert_is(variables_at(&variables, table), hidden_table, sizeof(hidden_table));
    assert_is(variables_at(&variables, table + sizeof(hidden_table) - 1), hidden_table,
              sizeof(hidden_table));
    assert_is(variables_at(&variables, (uintptr_t)&environ), &environ, sizeof(environ));
    assert_null(variables_at(&variables, 1));
    assert_null(variables_at(&variables, (uintptr_t)&variables));
    for (size_t i = 1; i < variables.count; i++)
        assert_true(variables.items[i - 1].start <= variables.items[i].start);
}

/* A file that is not the one that was mapped is not read: exports alone are known. */
static void test_another_file(void **state)
{
    (void)state;
    struct variables variables;
    for (size_t i = 0; i < job.maps.count; i++)
        job.maps.items[i].inode++;
    assert_true(variables_find(&job, &variables));
    const struct variable *found = variables_at(&variables, (uintptr_t)hidden_table);
    assert_true(!found || found->start != (uintptr_t)hidden_table);
    assert_true(variables.count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_another_file),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
