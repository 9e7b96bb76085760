#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>

#include "preload/pages.h"
#include "preload/seccomp.h"

static bool is_recorded(const void *start, size_t bytes)
{
    static struct page_range ranges[1024];
    size_t count = pages_ranges(ranges, 1024);
    for (size_t i = 0; i < count; i++) {
        if (ranges[i].start == (uintptr_t)start && ranges[i].end == (uintptr_t)start + bytes)
            return true;
    }
    return false;
}

static void mapping_is_zeroed_and_recorded(void **state)
{
    (void)state;
    unsigned char *memory = pages_map(5000);
    assert_non_null(memory);
    assert_true(is_recorded(memory, 8192));
    for (size_t i = 0; i < 8192; i++)
        assert_int_equal(memory[i], 0);
    memory[8191] = 1;
    pages_unmap(memory, 5000);
    assert_false(is_recorded(memory, 8192));
}

static void dense_memory_is_recorded_too(void **state)
{
    (void)state;
    const size_t sizes[] = {5000, (2u << 20) + 5000};
    for (unsigned i = 0; i < 2; i++) {
        unsigned char *memory = pages_map_dense(sizes[i]);
        assert_non_null(memory);
        assert_true(is_recorded(memory, (sizes[i] + 4095) / 4096 * 4096));
        assert_int_equal(memory[sizes[i] - 1], 0);
        memory[sizes[i] - 1] = 1;
        pages_unmap(memory, sizes[i]);
    }
    errno = EDOM;
    assert_null(pages_map_dense((size_t)1 << 62));
    assert_int_equal(errno, EDOM);
}

static void huge_pages_begin_where_they_may(void **state)
{
    (void)state;
    const size_t huge = 2u << 20, bytes = 2 * huge + 4096;
    for (unsigned i = 0; i < 4; i++) {
        size_t before = pages_ranges(NULL, 0);
        char *other = pages_map(4096); /* so that the next free place is not aligned by chance */
        char *memory = pages_map_huge(bytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % huge, 0);
        assert_true(is_recorded(memory, bytes));
        memory[0] = memory[bytes - 1] = 1;
        pages_unmap(other, 4096);
        pages_unmap(memory, bytes);
        assert_int_equal(pages_ranges(NULL, 0), before);
    }
}

static void refusal_is_null_and_keeps_errno(void **state)
{
    (void)state;
    size_t before = pages_ranges(NULL, 0);
    errno = EDOM;
    assert_null(pages_map((size_t)1 << 62));
    assert_int_equal(errno, EDOM);
    assert_int_equal(pages_ranges(NULL, 0), before);
}

static void entries_are_used_again(void **state)
{
    (void)state;
    size_t before = pages_ranges(NULL, 0);
    for (unsigned i = 0; i < 200000; i++)
        pages_unmap(pages_map(1), 1);
    assert_int_equal(pages_ranges(NULL, 0), before);
    pages_unmap(NULL, 4096);
}

static void too_many_for_the_caller_are_counted(void **state)
{
    (void)state;
    struct page_range one;
    void *a = pages_map(1), *b = pages_map(1);
    assert_true(pages_ranges(&one, 1) >= 2);
    pages_unmap(a, 1);
    pages_unmap(b, 1);
}

static bool is_ours(uintptr_t address)
{
    static struct page_range ranges[1024];
    size_t count = pages_ranges(ranges, 1024);
    for (size_t i = 0; i < count; i++)
        if (address >= ranges[i].start && address < ranges[i].end)
            return true;
    return false;
}

static void nothing_is_mapped_where_a_filter_kills_for_it(void **state)
{
    (void)state;
    char *before = pages_map(4096);
    uint64_t added = seccomp_add(seccomp_judge_strict());
    assert_null(pages_map(4096));
    pages_unmap(before, 4096);
    seccomp_drop(added);
    assert_true(is_recorded(before, 4096));
    before[0] = 'x';
    pages_unmap(before, 4096);
}

/* A dump's child reads the ranges once and takes more pages from the reserve afterwards. */
static void rest_of_the_reserve_is_ours(void **state)
{
    (void)state;
    assert_true(pages_reserve(1 << 20));
    void *first = pages_map(4096);
    assert_true(is_ours((uintptr_t)first + 4096));
    void *second = pages_map(4096);
    assert_ptr_equal(second, (char *)first + 4096);
    assert_true(is_recorded(second, 4096));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mapping_is_zeroed_and_recorded),
        cmocka_unit_test(dense_memory_is_recorded_too),
        cmocka_unit_test(huge_pages_begin_where_they_may),
        cmocka_unit_test(refusal_is_null_and_keeps_errno),
        cmocka_unit_test(entries_are_used_again),
        cmocka_unit_test(too_many_for_the_caller_are_counted),
        cmocka_unit_test(nothing_is_mapped_where_a_filter_kills_for_it),
        cmocka_unit_test(rest_of_the_reserve_is_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
