/* Patterns of libfontconfig's, and blocks that only look like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/fault_guard.h"
#include "preload/fontconfig.h"
#include "preload/tracker.h"

#define PATTERN_BYTES 24u
#define PLACES 3
#define ELEMENTS_AT 64u
#define ELEMENTS_BYTES 48u

static _Alignas(64) unsigned char memory[256];
static struct block_table table;
static struct ranges allocator;
static struct heap_blocks heap;
static const struct fontconfig fontconfig = {.loaded = true};

static void put(uintptr_t offset, size_t bytes)
{
    struct block block = {.address = (uintptr_t)memory + offset, .bytes = bytes};
    assert_true(block_table_insert(&table, &block));
}

static int start(void **state)
{
    (void)state;
    tracker_start(environ);
    if (!tracker_on() || !block_table_init(&table, 4, false))
        return -1;
    put(0, PATTERN_BYTES);
    put(ELEMENTS_AT, ELEMENTS_BYTES);
    return heap_blocks_init(&heap, &table, &allocator) ? 0 : -1;
}

static bool leads_to_elements(int32_t used, int32_t places, int64_t distance, size_t bytes)
{
    struct heap_block block = {.address = (uintptr_t)memory, .bytes = bytes};
    uintptr_t elements;
    memcpy(memory, &used, sizeof(used));
    memcpy(memory + 4, &places, sizeof(places));
    memcpy(memory + FONTCONFIG_DISTANCE_OFFSET, &distance, sizeof(distance));
    fault_guard_init(); /* cmocka has handlers of its own for each test */
    return fontconfig_elements(&fontconfig, &heap, &block, &elements) &&
           elements == (uintptr_t)memory + ELEMENTS_AT;
}

static void a_pattern(void **state)
{
    (void)state;
    assert_true(leads_to_elements(2, PLACES, ELEMENTS_AT, PATTERN_BYTES));
    assert_true(leads_to_elements(0, PLACES, ELEMENTS_AT, PATTERN_BYTES));
    const struct heap_block block = {.address = (uintptr_t)memory, .bytes = PATTERN_BYTES};
    uintptr_t elements;
    assert_false(
        fontconfig_elements(&(struct fontconfig){.loaded = false}, &heap, &block, &elements));
}

static void what_is_no_pattern(void **state)
{
    (void)state;
    assert_false(leads_to_elements(2, PLACES, ELEMENTS_AT, PATTERN_BYTES + 8));
    assert_false(leads_to_elements(PLACES + 1, PLACES, ELEMENTS_AT, PATTERN_BYTES));
    assert_false(leads_to_elements(-1, PLACES, ELEMENTS_AT, PATTERN_BYTES));
    assert_false(leads_to_elements(2, PLACES - 1, ELEMENTS_AT, PATTERN_BYTES));
    assert_false(leads_to_elements(0, 0, ELEMENTS_AT, PATTERN_BYTES));
    assert_false(leads_to_elements(2, INT32_MAX, ELEMENTS_AT, PATTERN_BYTES));
    assert_false(leads_to_elements(2, PLACES, ELEMENTS_AT + 16, PATTERN_BYTES));
    assert_false(leads_to_elements(2, PLACES, INT64_MIN, PATTERN_BYTES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern),
        cmocka_unit_test(what_is_no_pattern),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
