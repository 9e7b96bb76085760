#include "preload/pagemap.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define WINDOW_BYTES (PAGEMAP_WINDOW * PAGE_BYTES)
#define RESERVED_BYTES (192 * WINDOW_BYTES) /* with room for holes that are remembered */

static struct pagemap pagemap;
static char *reserved;

static int set_up(void **state)
{
    (void)state;
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    pagemap_init(&pagemap, proc);
    close(proc);
    reserved = mmap(NULL, RESERVED_BYTES, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (reserved == MAP_FAILED || madvise(reserved, RESERVED_BYTES, MADV_NOHUGEPAGE) != 0)
        return -1;
    return pagemap.fd < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    (void)state;
    close(pagemap.fd);
    return munmap(reserved, RESERVED_BYTES);
}

static void assert_next_run(uintptr_t *at, size_t start, size_t end)
{
    struct range run;
    assert_true(pagemap_touched(&pagemap, *at, (uintptr_t)reserved + RESERVED_BYTES, false, &run));
    assert_int_equal(run.start - (uintptr_t)reserved, start);
    assert_int_equal(run.end - (uintptr_t)reserved, end);
    *at = run.end;
}

static void assert_no_more(uintptr_t at)
{
    struct range run;
    assert_false(pagemap_touched(&pagemap, at, (uintptr_t)reserved + RESERVED_BYTES, false, &run));
}

static void assert_runs(size_t border)
{
    uintptr_t at = (uintptr_t)reserved;
    assert_next_run(&at, 0, PAGE_BYTES);
    assert_next_run(&at, border - PAGE_BYTES, border + PAGE_BYTES);
    assert_next_run(&at, border + 5 * PAGE_BYTES, border + 6 * PAGE_BYTES);
    assert_next_run(&at, RESERVED_BYTES - PAGE_BYTES, RESERVED_BYTES);
    assert_no_more(at);
}

static void test_nothing_was_touched(void **state)
{
    (void)state;
    assert_no_more((uintptr_t)reserved);
    assert_int_equal(
        pagemap_resident(&pagemap, (uintptr_t)reserved, (uintptr_t)reserved + RESERVED_BYTES), 0);
}

/* First and last page, and both sides of a window's border. */
static void test_runs_between_holes(void **state)
{
    (void)state;
    const size_t border = 97 * WINDOW_BYTES, last = RESERVED_BYTES - PAGE_BYTES;
    const size_t touched[] = {0, border - PAGE_BYTES, border, border + 5 * PAGE_BYTES, last};
    for (size_t i = 0; i < sizeof(touched) / sizeof(touched[0]); i++)
        reserved[touched[i]] = 1;
    assert_runs(border);
    assert_int_equal(pagemap.hole_count, 2);
    assert_runs(border); /* where its holes are known */
    assert_int_equal(pagemap.hole_count, 2);
    assert_int_equal(
        pagemap_resident(&pagemap, (uintptr_t)reserved, (uintptr_t)reserved + RESERVED_BYTES),
        5 * PAGE_BYTES);
}

/* Which has no PAGEMAP_SCAN; nor has this one, perhaps. */
static void test_runs_on_an_older_kernel(void **state)
{
    pagemap.scans = false;
    pagemap.hole_count = 0;
    test_runs_between_holes(state);
    assert_false(pagemap.scans);
    pagemap.scans = true;
    pagemap.hole_count = 0;
    test_runs_between_holes(state);
}

static void test_a_run_is_clipped_to_what_was_asked_for(void **state)
{
    (void)state;
    const uintptr_t page = (uintptr_t)reserved + 3 * WINDOW_BYTES;
    struct range run;
    *(char *)page = 1;
    assert_true(pagemap_touched(&pagemap, page + 8, page + 24, false, &run));
    assert_true(run.start == page + 8 && run.end == page + 24);
    assert_false(pagemap_touched(&pagemap, page - 64, page, false, &run));
}

static void test_where_nothing_is_known_all_was_touched(void **state)
{
    (void)state;
    struct pagemap unknown;
    struct range run;
    pagemap_init(&unknown, -1);
    assert_true(pagemap_touched(&unknown, 4096, 8192, false, &run));
    assert_true(run.start == 4096 && run.end == 8192);
    assert_false(pagemap_touched(&unknown, 4096, 8192, true, &run));
}

#define WITH_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_MEMORY(test_nothing_was_touched),
        WITH_MEMORY(test_runs_between_holes),
        WITH_MEMORY(test_runs_on_an_older_kernel),
        WITH_MEMORY(test_a_run_is_clipped_to_what_was_asked_for),
        cmocka_unit_test(test_where_nothing_is_known_all_was_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
