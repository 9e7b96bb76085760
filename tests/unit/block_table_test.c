#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/block_slot.h"
#include "preload/block_table.h"

/* A table is never torn down: the tests share the memory that each one maps. */
static struct block_table make(unsigned granule_bits, bool low)
{
    struct block_table table;
    assert_true(block_table_init(&table, granule_bits, low));
    return table;
}

static struct block block(uintptr_t address, size_t bytes, uint32_t stack, uint32_t birth)
{
    return (struct block){address, bytes, stack, birth};
}

static void assert_block_equal(const struct block *a, const struct block *b, bool low)
{
    assert_int_equal(a->address, b->address);
    assert_int_equal(a->bytes, b->bytes);
    assert_int_equal(a->stack, b->stack);
    assert_int_equal(a->birth, low ? 0 : b->birth);
}

static const struct variant {
    unsigned granule_bits;
    bool low;
} variants[] = {{5, false}, {5, true}, {4, false}, {4, true}};
#define VARIANTS (sizeof(variants) / sizeof(variants[0]))

static void every_size_comes_back(void **state)
{
    (void)state;
    const size_t sizes[] = {
        0,    1,          55,         56,         57,          58,         1000,
        4096, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 1ull << 40, 0x3fffffffffff};
    for (size_t v = 0; v < VARIANTS; v++) {
        struct block_table table = make(variants[v].granule_bits, variants[v].low);
        for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            struct block in = block(0x7f0000001010, sizes[i], 7, 9), out;
            assert_true(block_table_insert(&table, &in));
            assert_true(block_table_find(&table, in.address, &out));
            assert_block_equal(&out, &in, table.low);
            assert_true(block_table_remove(&table, in.address, &out));
            assert_block_equal(&out, &in, table.low);
            assert_false(block_table_find(&table, in.address, &out));
        }
    }
}

static void neighbours_at_the_least_distance_stay_apart(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        struct block_table table = make(variants[v].granule_bits, variants[v].low);
        uintptr_t step = variants[v].granule_bits == 5 ? 32 : 8;
        struct block out;
        for (uintptr_t i = 0; i < 100; i++) {
            struct block in = block(0x10000010 + i * step, step / 2, (uint32_t)i, 1);
            assert_true(block_table_insert(&table, &in));
        }
        for (uintptr_t i = 0; i < 100; i += 2)
            assert_true(block_table_remove(&table, 0x10000010 + i * step, &out));
        uintptr_t cursor = 0;
        for (uintptr_t i = 1; i < 100; i += 2) {
            assert_true(block_table_next(&table, &cursor, &out));
            assert_int_equal(out.address, 0x10000010 + i * step);
            assert_int_equal(out.stack, i);
        }
        assert_false(block_table_next(&table, &cursor, &out));
    }
}

static void a_size_may_lie_in_the_next_region(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        struct block_table table = make(variants[v].granule_bits, variants[v].low);
        struct block in = block(0x10000000 - 16, 5ull << 32, 3, 4), out;
        uintptr_t cursor = 0;
        assert_true(block_table_insert(&table, &in));
        assert_true(block_table_next(&table, &cursor, &out));
        assert_block_equal(&out, &in, table.low);
        assert_false(block_table_next(&table, &cursor, &out));
    }
}

static void only_the_start_of_a_block_is_one(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        struct block_table table = make(variants[v].granule_bits, variants[v].low);
        struct block in = block(0x555500000020, 500, 3, 4), out;
        assert_true(block_table_insert(&table, &in));
        for (uintptr_t offset = 1; offset < 500; offset++)
            assert_false(block_table_remove(&table, in.address + offset, &out));
        assert_false(block_table_find(&table, 0, &out));
        assert_false(block_table_find(&table, UINTPTR_MAX, &out));
        assert_true(block_table_find(&table, in.address, &out));
    }
}

static void what_a_larger_block_left_behind_is_no_block(void **state)
{
    (void)state;
    for (size_t v = 0; v < VARIANTS; v++) {
        struct block_table table = make(variants[v].granule_bits, variants[v].low);
        struct block large = block(0x600000, 3ull << 32, 1, 1), small = block(0x600000, 24, 2, 2);
        struct block out;
        assert_true(block_table_insert(&table, &large));
        assert_true(block_table_remove(&table, large.address, &out));
        assert_true(block_table_insert(&table, &small));
        assert_false(block_table_find(&table, 0x600020, &out));
        assert_false(block_table_find(&table, 0x600010, &out));
        uintptr_t cursor = 0;
        assert_true(block_table_next(&table, &cursor, &out));
        assert_block_equal(&out, &small, table.low);
        assert_false(block_table_next(&table, &cursor, &out));
    }
}

static void stack_and_birth_are_kept_or_given_up(void **state)
{
    (void)state;
    struct block_table table = make(5, false), low = make(5, true);
    struct block in = block(0x700000, 8, (1u << 28) - 2, (1u << 28) - 1), out;
    assert_true(block_table_insert(&table, &in));
    assert_true(block_table_find(&table, in.address, &out));
    assert_block_equal(&out, &in, false);
    assert_true(block_table_insert(&low, &in));
    assert_true(block_table_find(&low, in.address, &out));
    assert_int_equal(out.stack, 0);
    in.birth = UINT32_MAX;
    assert_true(block_table_insert(&table, &in));
    assert_true(block_table_find(&table, in.address, &out));
    assert_int_equal(out.birth, (1u << 28) - 1);
}

static void an_address_out_of_range_is_not_recorded(void **state)
{
    (void)state;
    struct block_table table = make(5, false);
    struct block in = block((uintptr_t)1 << 47, 8, 1, 1), out;
    assert_false(block_table_insert(&table, &in));
    assert_false(block_table_remove(&table, in.address, &out));
}

static void random_blocks_come_back_in_order(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    struct block_table table = make(4, false);
    uint64_t seed = 42;
    uintptr_t address = 0x20000000;
    static struct block expected[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t bytes = seed >> 33 & 1 ? seed >> 60 : seed >> 46 & 0x3fff;
        expected[i] = block(address, bytes, (uint32_t)i, (uint32_t)(seed >> 40));
        assert_true(block_table_insert(&table, &expected[i]));
        address += bytes <= 8 ? 8 : (bytes + 31) & ~(uintptr_t)15;
    }
    uintptr_t cursor = 0;
    struct block out;
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(block_table_next(&table, &cursor, &out));
        assert_block_equal(&out, &expected[i], false);
    }
    assert_false(block_table_next(&table, &cursor, &out));
}

/* The pages of slots that are in memory, of the heap between two addresses. */
static size_t resident_pages(const struct block_table *table, uintptr_t start, uintptr_t end)
{
    unsigned char resident[64];
    size_t pages = 0, slots_per_page = 4096 / 8;
    for (uintptr_t at = start; at < end; at += slots_per_page << table->granule_bits) {
        char *slot = (char *)table->directory[0][at >> BLOCK_REGION_BITS] +
                     ((at & (((uintptr_t)1 << BLOCK_REGION_BITS) - 1)) >> table->granule_bits) * 8;
        assert_int_equal(mincore((void *)((uintptr_t)slot & -(uintptr_t)4096), 4096, resident), 0);
        pages += resident[0] & 1;
    }
    return pages;
}

static void where_a_heap_grows_slots_are_mapped_ahead(void **state)
{
    (void)state;
    const uintptr_t heap = 0x7e0000000000, chunk = 256 << 10, lonely = heap + 32 * chunk;
    struct block_table table = make(5, false);
    struct block first = block(heap, 16, 1, 1), next = block(heap + chunk, 16, 1, 1),
                 far = block(lonely, 16, 1, 1);
    block_table_grown(&table, heap); /* no region yet: nothing happens */
    assert_true(block_table_insert(&table, &first));
    block_table_grown(&table, heap);
    assert_int_equal(resident_pages(&table, heap, heap + chunk), 1);
    block_table_grown(&table, next.address);
    if (resident_pages(&table, heap + chunk, heap + 2 * chunk) == 0)
        skip(); /* before Linux 5.14 */
    assert_int_equal(resident_pages(&table, heap + chunk, heap + 2 * chunk), 16);
    assert_true(block_table_insert(&table, &next));
    assert_true(block_table_insert(&table, &far));
    block_table_grown(&table, lonely);
    assert_int_equal(resident_pages(&table, lonely, lonely + chunk), 1);
}

/* Whether the mapping of a region's slots asks for huge pages: "hg" among its flags. */
static bool asks_for_huge_pages(const struct block_table *table, uintptr_t address)
{
    uintptr_t slots = (uintptr_t)block_region_at(table, 0, address), start = 0, end = 0;
    char line[1024];
    bool found = false;
    FILE *smaps = fopen("/proc/self/smaps", "r");
    assert_non_null(smaps);
    while (!found && fgets(line, sizeof(line), smaps)) {
        sscanf(line, "%lx-%lx ", &start, &end);
        found = slots >= start && slots < end && strncmp(line, "VmFlags:", 8) == 0;
    }
    fclose(smaps);
    assert_true(found);
    return strstr(line, " hg ");
}

static void fill(struct block_table *table, uintptr_t from, uintptr_t to)
{
    for (uintptr_t address = from; address < to; address += 128) {
        struct block in = block(address, 100, 1, 1);
        assert_true(block_table_insert(table, &in));
    }
}

/* A heap that has grown up to a region's end, or down to its start, goes on in the next one. */
static void beyond_a_full_edge_pages_are_huge(void **state)
{
    (void)state;
    const uintptr_t middle = 0x600000000000, bytes = BLOCK_REGION_BYTES;
    const struct edge {
        uintptr_t from, to;
        bool below, above; /* of the region at `middle` */
    } edges[] = {
        {middle, middle + 4096, false, false},
        {middle + bytes / 2, middle + bytes, false, true},
        {middle, middle + bytes / 2, true, false},
        {middle, middle + bytes, true, true},
    };
    for (size_t v = 0; v < VARIANTS; v++)
        for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
            struct block_table table = make(variants[v].granule_bits, variants[v].low);
            fill(&table, edges[i].from, edges[i].to);
            fill(&table, middle - 128, middle);
            fill(&table, middle + bytes, middle + bytes + 128);
            assert_false(asks_for_huge_pages(&table, middle));
            assert_int_equal(asks_for_huge_pages(&table, middle - bytes), edges[i].below);
            assert_int_equal(asks_for_huge_pages(&table, middle + bytes), edges[i].above);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_comes_back),
        cmocka_unit_test(neighbours_at_the_least_distance_stay_apart),
        cmocka_unit_test(a_size_may_lie_in_the_next_region),
        cmocka_unit_test(only_the_start_of_a_block_is_one),
        cmocka_unit_test(what_a_larger_block_left_behind_is_no_block),
        cmocka_unit_test(stack_and_birth_are_kept_or_given_up),
        cmocka_unit_test(an_address_out_of_range_is_not_recorded),
        cmocka_unit_test(random_blocks_come_back_in_order),
        cmocka_unit_test(where_a_heap_grows_slots_are_mapped_ahead),
        cmocka_unit_test(beyond_a_full_edge_pages_are_huge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
