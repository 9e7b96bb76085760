/* Arrays in pages: what they keep when they grow, and where there is no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "preload/page_array.h"
#include "preload/pages.h"

static void begins_with_what_is_asked_for(void **state)
{
    (void)state;
    size_t capacity = 0;
    uint64_t *items = page_array_grow(NULL, &capacity, sizeof(*items), 100);
    assert_non_null(items);
    assert_int_equal(capacity, 100);
    assert_int_equal(items[99], 0);
    pages_unmap(items, capacity * sizeof(*items));
}

static void doubles_and_keeps_its_items(void **state)
{
    (void)state;
    size_t capacity = 0;
    uint64_t *items = NULL;
    for (uint64_t count = 0; count < 100000; count++) {
        if (count == capacity)
            items = page_array_grow(items, &capacity, sizeof(*items), 100);
        items[count] = count;
    }
    assert_int_equal(capacity, 102400);
    for (uint64_t i = 0; i < 100000; i++)
        assert_int_equal(items[i], i);
    items = page_array_grow(items, &capacity, sizeof(*items), 1000000);
    assert_int_equal(capacity, 1000000);
    assert_int_equal(items[99999], 99999);
    assert_int_equal(items[999999], 0);
    pages_unmap(items, capacity * sizeof(*items));
}

static void without_memory_all_is_as_it_was(void **state)
{
    (void)state;
    size_t capacity = 0;
    uint64_t *items = page_array_grow(NULL, &capacity, sizeof(*items), 100);
    items[99] = 7;
    assert_null(page_array_grow(items, &capacity, sizeof(*items), SIZE_MAX / 16));
    assert_int_equal(capacity, 100);
    assert_int_equal(items[99], 7);
    pages_unmap(items, capacity * sizeof(*items));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_with_what_is_asked_for),
        cmocka_unit_test(doubles_and_keeps_its_items),
        cmocka_unit_test(without_memory_all_is_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
