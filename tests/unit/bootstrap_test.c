#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <errno.h>

#include "preload/bootstrap.h"

static const struct allocator *const arena = &bootstrap_allocator;

static void blocks_are_aligned_zeroed_and_known(void **state)
{
    (void)state;
    unsigned char *block = arena->calloc(3, 5);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % 16, 0);
    for (int i = 0; i < 15; i++)
        assert_int_equal(block[i], 0);
    assert_true(bootstrap_owns(block));
    assert_int_equal(bootstrap_size(block), 15);
    assert_int_equal(arena->malloc_usable_size(block), 15);
    assert_false(bootstrap_owns(&block));
    assert_false(bootstrap_owns(NULL));
    arena->free(block);
    assert_ptr_not_equal(arena->malloc(15), block);
}

static void realloc_copies(void **state)
{
    (void)state;
    char *block = arena->malloc(6);
    strcpy(block, "hello");
    char *moved = arena->realloc(block, 100);
    assert_string_equal(moved, "hello");
    assert_string_equal(arena->reallocarray(moved, 6, 1), "hello");
    assert_non_null(arena->realloc(NULL, 1));
}

static void alignments_are_kept(void **state)
{
    (void)state;
    for (size_t alignment = 8; alignment <= 4096; alignment *= 2) {
        void *block = NULL;
        assert_int_equal(arena->posix_memalign(&block, alignment, 1), 0);
        assert_int_equal((uintptr_t)block % alignment, 0);
        assert_int_equal(bootstrap_size(block), 1);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    const size_t half = SIZE_MAX / 2 + 1;
    errno = 0;
    assert_null(arena->malloc(SIZE_MAX));
    assert_int_equal(errno, ENOMEM);
    assert_null(arena->calloc(half, 2));
    assert_null(arena->reallocarray(NULL, half, 2));
    assert_null(arena->malloc(1 << 20));
    void *untouched = &errno;
    assert_int_equal(arena->posix_memalign(&untouched, 16, 1 << 20), ENOMEM);
    assert_ptr_equal(untouched, &errno);
}

static void the_allocator_below_is_found(void **state)
{
    (void)state;
    const struct allocator *below = allocator_below();
#ifdef __SANITIZE_ADDRESS__
    assert_false(below->is_glibc);
    assert_non_null(strstr(below->name, "asan"));
#else
    assert_true(below->is_glibc);
    assert_int_equal(strncmp(below->name, "glibc 2.", 8), 0);
#endif
    void *block = below->malloc(100);
    assert_true(below->malloc_usable_size(block) >= 100);
    assert_false(bootstrap_owns(block));
    below->free(block);
    assert_true((uintptr_t)below->malloc >= below->module_start);
    assert_true((uintptr_t)below->malloc < below->module_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_aligned_zeroed_and_known),
        cmocka_unit_test(realloc_copies),
        cmocka_unit_test(alignments_are_kept),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(the_allocator_below_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
