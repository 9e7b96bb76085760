#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/untouched.h"

#define TIB (1ul << 40)

static void test_a_terabyte_with_one_page(void **state)
{
    (void)state;
    char *memory =
        mmap(NULL, TIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        skip(); /* a limit on address space */
    uintptr_t touched = (uintptr_t)memory + 700 * (TIB >> 10);
    *(char *)touched = 1;
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    struct maps maps;
    struct ranges untouched = {0};
    assert_int_equal(maps_read(proc, &maps), 0);
    assert_true(untouched_find(proc, &maps, &untouched));
    close(proc);
    ranges_settle(&untouched);
    assert_false(ranges_contain(&untouched, touched));
    uint64_t left = 0;
    struct range part = {0};
    for (uintptr_t at = (uintptr_t)memory;
         ranges_gap(&untouched, at, (uintptr_t)memory + TIB, &part); at = part.end)
        left += part.end - part.start;
    assert_true(left > 0 && left < TIB / 16);
    munmap(memory, TIB);
    maps_finish(&maps);
    ranges_finish(&untouched);
}

static void test_ordinary_mappings_are_left_alone(void **state)
{
    (void)state;
    size_t bytes = 1 << 30;
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    struct maps maps;
    struct ranges untouched = {0};
    assert_int_equal(maps_read(proc, &maps), 0);
    assert_true(untouched_find(proc, &maps, &untouched));
    close(proc);
    ranges_settle(&untouched);
    assert_false(ranges_contain(&untouched, (uintptr_t)memory));
    munmap(memory, bytes);
    maps_finish(&maps);
    ranges_finish(&untouched);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_terabyte_with_one_page),
        cmocka_unit_test(test_ordinary_mappings_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
