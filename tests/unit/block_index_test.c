#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "preload/block_index.h"

#define MB (1ul << 20)

static struct block_index index_of(const uintptr_t (*blocks)[2], size_t count, unsigned granule)
{
    struct block_index index;
    assert_true(block_index_init(&index, granule));
    for (size_t i = 0; i < count; i++)
        assert_true(block_index_add(&index, blocks[i][0], blocks[i][1]));
    block_index_seal(&index);
    return index;
}

static void expect(const struct block_index *index, uintptr_t address, uint32_t number,
                   uintptr_t granule)
{
    uintptr_t found = 0;
    assert_int_equal(block_index_find(index, address, &found), number);
    if (number != INDEX_NO_BLOCK)
        assert_int_equal(found, granule);
}

static void test_blocks_and_what_follows_them(void **state)
{
    (void)state;
    const uintptr_t blocks[][2] = {{0x555500001010, 24}, {0x555500001040, 100}};
    struct block_index index = index_of(blocks, 2, 4);
    expect(&index, 0x555500001000, INDEX_NO_BLOCK, 0);
    expect(&index, 0x555500001010, 0, 0x555500001010);
    expect(&index, 0x55550000103f, 0, 0x555500001010);
    expect(&index, 0x555500001040, 1, 0x555500001040);
    expect(&index, 0x555500ffffff, 1, 0x555500001040);
    expect(&index, 0x7f0000000000, INDEX_NO_BLOCK, 0);
    expect(&index, ~0ul, INDEX_NO_BLOCK, 0);
    block_index_finish(&index);
}

static void test_a_block_over_several_regions(void **state)
{
    (void)state;
    const uintptr_t blocks[][2] = {{10 * MB, 16}, {60 * MB, 200 * MB}, {261 * MB, 8}};
    struct block_index index = index_of(blocks, 3, 4);
    expect(&index, 70 * MB, 1, 60 * MB);
    expect(&index, 259 * MB, 1, 60 * MB);
    expect(&index, 261 * MB, 2, 261 * MB);
    expect(&index, 380 * MB, INDEX_NO_BLOCK, 0);
    block_index_finish(&index);
}

static void test_eight_byte_granules(void **state)
{
    (void)state;
    const uintptr_t blocks[][2] = {{64 * MB, 8}, {64 * MB + 8, 8}, {128 * MB - 8, 8}};
    struct block_index index = index_of(blocks, 3, 3);
    expect(&index, 64 * MB + 7, 0, 64 * MB);
    expect(&index, 64 * MB + 8, 1, 64 * MB + 8);
    expect(&index, 128 * MB - 9, 1, 64 * MB + 8);
    expect(&index, 128 * MB - 1, 2, 128 * MB - 8);
    block_index_finish(&index);
}

/* Against the definition, with steps from 16 bytes to some megabytes. */
static void test_random(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    uintptr_t(*blocks)[2] = calloc(COUNT, sizeof(*blocks));
    uintptr_t at = 0x7f0000000000;
    srand(1);
    for (int i = 0; i < COUNT; i++) {
        at += 16ul << rand() % (i % 100 == 0 ? 19 : 8);
        blocks[i][0] = at;
        blocks[i][1] = 16;
    }
    struct block_index index = index_of((const uintptr_t(*)[2])blocks, COUNT, 4);
    for (uint32_t i = 0; i < COUNT; i++)
        expect(&index, blocks[i][0] + (uintptr_t)rand() % 16, i, blocks[i][0]);
    block_index_finish(&index);
    free(blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_and_what_follows_them),
        cmocka_unit_test(test_a_block_over_several_regions),
        cmocka_unit_test(test_eight_byte_granules),
        cmocka_unit_test(test_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
