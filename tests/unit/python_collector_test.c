/* The collector's state, laid out as CPython's, in _PyRuntime or in a block that it points to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/python_collector.h"
#include "tests/support/fake_memory.h"

enum { RUNTIME_WORDS = 600, STATE = 100, GENERATIONS = STATE + 2, POINTER = GENERATIONS + 9 };
enum { GARBAGE = POINTER + 14 };

static struct fake_memory memory;
static struct block_table table;
static struct heap_blocks heap;
static struct python python;
static uint64_t *words;

/* Empty lists, whose heads point to themselves. */
static uint64_t *lay_out(struct fake_memory *where)
{
    uint64_t zeros[RUNTIME_WORDS] = {0};
    uint64_t *laid = (uint64_t *)fake_variables(where, zeros, RUNTIME_WORDS);
    for (unsigned i = 0; i < 3; i++)
        laid[GENERATIONS + 3 * i] = laid[GENERATIONS + 3 * i + 1] =
            (uintptr_t)&laid[GENERATIONS + 3 * i];
    laid[POINTER] = (uintptr_t)&laid[GENERATIONS];
    laid[STATE] = 1ull << 32; /* enabled */
    return laid;
}

static int start(void **state)
{
    (void)state;
    struct ranges none = {0};
    fake_memory_init(&memory);
    words = lay_out(&memory);
    python = (struct python){
        .type_type = 1,
        .runtime = (uintptr_t)words,
        .runtime_bytes = RUNTIME_WORDS * sizeof(*words),
    };
    block_table_init(&table, 4, false);
    return heap_blocks_init(&heap, &table, &none) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    fake_memory_finish(&memory);
    return 0;
}

static struct dump_python find(void)
{
    struct dump_python found;
    python_collector_find(&python, &memory.maps, &heap, &found);
    return found;
}

static void on_and_off(void **state)
{
    (void)state;
    assert_int_equal(find().collector, DUMP_COLLECTOR_ON);
    assert_int_equal(find().heads, (uintptr_t)&words[GENERATIONS]);
    assert_int_equal(find().heads_bytes, 13 * sizeof(*words));
    words[STATE] = 0;
    assert_int_equal(find().collector, DUMP_COLLECTOR_OFF);
}

static void garbage(void **state)
{
    (void)state;
    const uint64_t list[] = {1, 0, 5, 0};
    assert_int_equal(find().garbage, 0);
    words[GARBAGE] = fake_variables(&memory, list, 4);
    assert_int_equal(find().garbage, 5);
    words[GARBAGE] = 8;
    assert_int_equal(find().garbage, 0);
}

static void what_does_not_look_right(void **state)
{
    (void)state;
    words[STATE] = 2ull << 32;
    assert_int_equal(find().collector, DUMP_COLLECTOR_UNKNOWN);
    words[STATE] = 0;
    words[POINTER] += 8;
    assert_int_equal(find().collector, DUMP_COLLECTOR_UNKNOWN);
    words[POINTER] -= 8;
    for (unsigned i = 0; i < 3; i++)
        words[GENERATIONS + 3 * i] = UINT64_MAX - 7;
    assert_int_equal(find().collector, DUMP_COLLECTOR_UNKNOWN);
    python.type_type = 0;
    assert_int_equal(find().collector, DUMP_COLLECTOR_UNKNOWN);
}

/* As in 3.9 and 3.10, where an interpreter has a block of its own. */
static void in_a_block(void **state)
{
    (void)state;
    struct ranges none = {0};
    uint64_t *runtime = (uint64_t *)fake_variables(&memory, (uint64_t[]){0, (uintptr_t)words}, 2);
    struct block block = {.address = (uintptr_t)words, .bytes = RUNTIME_WORDS * sizeof(*words)};
    python.runtime = (uintptr_t)runtime;
    python.runtime_bytes = 16;
    assert_int_equal(find().collector, DUMP_COLLECTOR_UNKNOWN);
    block_table_insert(&table, &block);
    assert_true(heap_blocks_init(&heap, &table, &none));
    assert_int_equal(find().collector, DUMP_COLLECTOR_ON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(on_and_off, start, end),
        cmocka_unit_test_setup_teardown(garbage, start, end),
        cmocka_unit_test_setup_teardown(what_does_not_look_right, start, end),
        cmocka_unit_test_setup_teardown(in_a_block, start, end),
    };
    return cmocka_run_group_tests_name("python_collector", tests, NULL, NULL);
}
