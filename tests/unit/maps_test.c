#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/maps.h"

static void test_reads_its_own(void **state)
{
    (void)state;
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    struct maps maps;
    assert_int_equal(maps_read(proc, &maps), 0);
    close(proc);
    int local = 0;
    const struct mapping *stack = maps_find(&maps, (uintptr_t)&local);
    assert_non_null(stack);
    assert_true(stack->readable && stack->writable && !stack->shared);
    assert_true(mapping_name_is(stack, "[stack]"));
    const struct mapping *code = maps_find(&maps, (uintptr_t)&test_reads_its_own);
    assert_non_null(code);
    assert_true(code->executable && code->inode != 0);
    assert_true(mapping_name_starts(code, "/"));
    maps_finish(&maps);
}

static void test_without_proc(void **state)
{
    (void)state;
    struct maps maps = {0};
    assert_int_not_equal(maps_read(-1, &maps), 0);
    assert_null(maps_find(&maps, (uintptr_t)&maps));
    assert_false(maps_readable(&maps, (uintptr_t)&maps, (uintptr_t)&maps + 1));
}

static char text[] = "1000-2000 rw-p 00000000 00:00 0 \n"
                     "2000-3000 r--s 0000f000 103:02 77      /a b\n"
                     "nonsense\n"
                     "3000-4000 ---p 00000000 00:00 0 \n"
                     "4000-2000 rw-p 00000000 00:00 0 \n"
                     "5000-6000 rw-p 00000000 00:00 0        [heap]";

static void test_lines(void **state)
{
    (void)state;
    struct maps maps = {.text = text, .text_bytes = sizeof(text) - 1};
    assert_true(maps_parse(&maps));
    assert_int_equal(maps.count, 4);
    assert_true(maps.items[1].shared);
    assert_int_equal(maps.items[1].offset, 0xf000);
    assert_int_equal(maps.items[1].inode, 77);
    assert_true(mapping_name_is(&maps.items[1], "/a b"));
    assert_true(mapping_name_is(maps_find(&maps, 0x5fff), "[heap]"));
    assert_null(maps_find(&maps, 0x6000));
    assert_null(maps_find(&maps, 0xfff));
}

static void test_readable_spans_neighbours(void **state)
{
    (void)state;
    struct maps maps = {.text = text, .text_bytes = sizeof(text) - 1};
    assert_true(maps_parse(&maps));
    assert_true(maps_readable(&maps, 0x1800, 0x3000));
    assert_false(maps_readable(&maps, 0x1800, 0x3001));
    assert_false(maps_readable(&maps, 0x4800, 0x5001));
    assert_true(maps_readable(&maps, 0x5000, 0x6000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_its_own),
        cmocka_unit_test(test_without_proc),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_readable_spans_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
