#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/memory_split.h"

#define MIB (1ull << 20)

static struct memory_split split(uint64_t rss, uint64_t in_use, uint64_t allocator_free)
{
    struct process process = {.rss_bytes = rss,
                              .tracker_bytes = 2 * MIB,
                              .stacks_bytes = MIB,
                              .in_use_bytes = in_use,
                              .allocator_free_bytes = allocator_free};
    return memory_split(&process);
}

static void parts_add_up(void **state)
{
    (void)state;
    struct memory_split memory = split(100 * MIB, 60 * MIB, 10 * MIB);
    assert_int_equal(memory.tracker, 2 * MIB);
    assert_int_equal(memory.in_use, 60 * MIB);
    assert_int_equal(memory.other, 27 * MIB);
    memory = split(10 * MIB, 60 * MIB, 4 * MIB);
    assert_int_equal(memory.in_use, 3 * MIB);
    assert_int_equal(memory.other, 0);
}

static void what_most_of_it_is(void **state)
{
    (void)state;
    struct memory_split memory = split(100 * MIB, 60 * MIB, 31 * MIB);
    assert_true(memory_is_fragmented(&memory));
    assert_false(memory_is_elsewhere(&memory));
    memory = split(100 * MIB, 20 * MIB, 0);
    assert_false(memory_is_fragmented(&memory));
    assert_true(memory_is_elsewhere(&memory));
    memory = split(100 * MIB, 22 * MIB, 0);
    assert_false(memory_is_elsewhere(&memory));
    memory = split(18 * MIB, 0, 0); /* libraries take as much */
    assert_false(memory_is_elsewhere(&memory));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_add_up),
        cmocka_unit_test(what_most_of_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
