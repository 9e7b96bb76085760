#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/annotations.h"
#include "preload/heap_blocks.h"
#include "preload/heap_parts.h"
#include "preload/tracker.h"

#define BASE 0x7e0000000000u /* nothing is ever read there */

static struct block_table table;
static struct ranges allocator;

static int start(void **state)
{
    (void)state;
    tracker_start(environ);
    return tracker_on() && block_table_init(&table, 4, false) ? 0 : -1;
}

static void put(uintptr_t offset, size_t bytes)
{
    struct block block = {.address = BASE + offset, .bytes = bytes};
    assert_true(block_table_insert(&table, &block));
}

static void announce(enum annotation_kind kind, uintptr_t offset, size_t bytes)
{
    struct annotation annotation = {.kind = kind, .address = BASE + offset, .bytes = bytes};
    assert_true(annotations_add(&annotation));
}

static int forget_all(void **state)
{
    (void)state;
    struct block block, gone;
    for (uintptr_t cursor = 0; block_table_next(&table, &cursor, &block);)
        block_table_remove(&table, block.address, &gone);
    annotations_forget(BASE, 1 << 20);
    ranges_finish(&allocator);
    return 0;
}

/* "0+64 16+32pool": all blocks in order, as offset+bytes and what they are. */
static void expect_blocks(const struct heap_blocks *heap, const char *expected)
{
    char text[512] = "", one[64];
    struct heap_cursor cursor = {0};
    struct heap_block block;
    for (uint32_t number = 0; heap_blocks_next(heap, &cursor, &block); number++) {
        assert_int_equal(block.number, number);
        snprintf(one, sizeof(one), "%s%zu+%zu%s%s", *text ? " " : "",
                 (size_t)(block.address - BASE), block.bytes, block.custom ? "custom" : "",
                 block.pool ? "pool" : "");
        strcat(text, one);
    }
    assert_string_equal(text, expected);
}

/* "1+8": block number and offset in it; "-" for none. */
static void expect_place(const struct heap_blocks *heap, uintptr_t offset, const char *expected)
{
    char text[64] = "-";
    struct heap_place place;
    if (heap_blocks_find(heap, BASE + offset, &place))
        snprintf(text, sizeof(text), "%u+%zu", place.number, place.offset);
    assert_string_equal(text, expected);
}

static struct heap_blocks build(void)
{
    struct heap_blocks heap;
    assert_true(heap_blocks_init(&heap, &table, &allocator));
    return heap;
}

static void test_plain(void **state)
{
    (void)state;
    put(0, 24), put(32, 0), put(64, 1000);
    struct heap_blocks heap = build();
    expect_blocks(&heap, "0+24 32+0 64+1000");
    expect_place(&heap, 0, "0+0");
    expect_place(&heap, 23, "0+23");
    expect_place(&heap, 24, "-");
    expect_place(&heap, 32, "1+0");
    expect_place(&heap, 33, "-");
    expect_place(&heap, 1063, "2+999");
    assert_int_equal(heap.bytes, 1024);
}

static void test_blocks_that_are_packed_tighter(void **state)
{
    (void)state;
    put(0, 8), put(8, 8), put(16, 8);
    struct heap_blocks heap = build();
    expect_blocks(&heap, "0+8 8+8 16+8");
    expect_place(&heap, 8, "1+0");
    expect_place(&heap, 15, "1+7");
}

static void test_nested_pools(void **state)
{
    (void)state;
    put(0, 1000), put(1024, 16);
    announce(ANNOTATION_CUSTOM, 100, 200);
    announce(ANNOTATION_CUSTOM, 120, 50);
    announce(ANNOTATION_CUSTOM, 500, 50);
    announce(ANNOTATION_CUSTOM, 4096, 64);
    struct heap_blocks heap = build();
    expect_blocks(&heap, "0+1000pool 100+200custompool 120+50custom 500+50custom 1024+16 "
                         "4096+64custom");
    expect_place(&heap, 50, "0+50");
    expect_place(&heap, 119, "1+19");
    expect_place(&heap, 120, "2+0");
    expect_place(&heap, 170, "1+70");
    expect_place(&heap, 300, "0+300");
    expect_place(&heap, 550, "0+550");
    expect_place(&heap, 1000, "-");
    expect_place(&heap, 4100, "5+4");
    assert_int_equal(heap.customs[1].outer, 1);
    assert_int_equal(heap.customs[2].outer, 0);
    assert_int_equal(heap.customs[3].outer, INDEX_NO_BLOCK);
}

static void test_an_announced_block_replaces_the_one_it_starts_with(void **state)
{
    (void)state;
    put(0, 64), put(64, 64);
    announce(ANNOTATION_CUSTOM, 0, 16);
    struct heap_blocks heap = build();
    expect_blocks(&heap, "0+16custom 64+64");
    expect_place(&heap, 20, "-");
    expect_place(&heap, 64, "1+0");
}

/* Where only 5-level paging leads, or nothing does. */
static void test_announced_blocks_out_of_range_are_counted(void **state)
{
    (void)state;
    struct heap_blocks heap;
    const uintptr_t end = (uintptr_t)1 << 47;
    announce(ANNOTATION_CUSTOM, 64, 64);
    announce(ANNOTATION_CUSTOM, end - BASE - 4096, 4096);
    announce(ANNOTATION_CUSTOM, end - BASE - 2048, 4096);
    announce(ANNOTATION_CUSTOM, end - BASE, 8);
    announce(ANNOTATION_CUSTOM, -(uintptr_t)4096 - BASE, 8192);
    assert_true(heap_blocks_init(&heap, &table, &allocator));
    assert_int_equal(heap.dropped, 3);
    expect_blocks(&heap, "64+64custom 2199023251456+4096custom");
    annotations_forget(end - 4096, 8192);
    annotations_forget(-(uintptr_t)4096, 4095);
}

static void test_remains_of_a_freed_pool_are_dropped(void **state)
{
    (void)state;
    put(0, 64);
    announce(ANNOTATION_CUSTOM, 128, 16);
    ranges_add(&allocator, BASE, BASE + 4096);
    ranges_settle(&allocator);
    struct heap_blocks heap = build();
    expect_blocks(&heap, "0+64");
}

/* The blocks' own parts, relative to BASE; a slash ends each block. */
static void expect_parts(const char *expected)
{
    struct heap_blocks heap = build();
    struct heap_cursor cursor = {0};
    struct heap_block block;
    char text[256] = "", one[32];
    while (heap_blocks_next(&heap, &cursor, &block)) {
        struct heap_parts parts = heap_parts_of(&block);
        struct range part;
        while (heap_parts_next(&heap, &parts, &part)) {
            snprintf(one, sizeof(one), "%zu-%zu ", part.start - BASE, part.end - BASE);
            strcat(text, one);
        }
        strcat(text, "/ ");
    }
    assert_string_equal(text, expected);
}

static void test_parts(void **state)
{
    (void)state;
    put(0, 400);
    announce(ANNOTATION_CUSTOM, 100, 50);
    announce(ANNOTATION_CUSTOM, 120, 10);
    announce(ANNOTATION_FREED, 200, 100);
    expect_parts("0-100 150-200 300-400 / 100-120 130-150 / 120-130 / ");
}

static void test_live_blocks_in_freed_memory_are_live(void **state)
{
    (void)state;
    put(0, 400);
    announce(ANNOTATION_FREED, 96, 104);
    announce(ANNOTATION_FREED, 208, 96);
    announce(ANNOTATION_CUSTOM, 128, 32);
    announce(ANNOTATION_CUSTOM, 144, 16);
    announce(ANNOTATION_CUSTOM, 192, 32);
    expect_parts("0-96 304-400 / 128-144 / 144-160 / 192-224 / ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_plain, forget_all),
        cmocka_unit_test_teardown(test_blocks_that_are_packed_tighter, forget_all),
        cmocka_unit_test_teardown(test_nested_pools, forget_all),
        cmocka_unit_test_teardown(test_an_announced_block_replaces_the_one_it_starts_with,
                                  forget_all),
        cmocka_unit_test_teardown(test_announced_blocks_out_of_range_are_counted, forget_all),
        cmocka_unit_test_teardown(test_remains_of_a_freed_pool_are_dropped, forget_all),
        cmocka_unit_test_teardown(test_parts, forget_all),
        cmocka_unit_test_teardown(test_live_blocks_in_freed_memory_are_live, forget_all),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
