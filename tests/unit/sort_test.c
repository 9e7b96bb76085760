/* Sorting without the heap: order, and that no record is lost or torn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "preload/sort.h"

#define COUNT_MAX 300u

struct record {
    uint64_t key, number, copy;
};

static int compare(const void *a, const void *b)
{
    const struct record *left = a, *right = b;
    return (left->key > right->key) - (left->key < right->key);
}

static void assert_sorted(const struct record *records, size_t count)
{
    bool seen[COUNT_MAX] = {false};
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || records[i - 1].key <= records[i].key);
        assert_int_equal(records[i].number, records[i].copy);
        assert_false(seen[records[i].number]);
        seen[records[i].number] = true;
    }
}

/* keys: how many different ones. */
static void sort(size_t count, uint64_t keys, uint64_t factor)
{
    struct record records[COUNT_MAX];
    for (size_t i = 0; i < count; i++)
        records[i] = (struct record){i * factor % keys, i, i};
    sort_records(records, count, sizeof(*records), compare);
    assert_sorted(records, count);
}

static void every_length_in_any_order(void **state)
{
    (void)state;
    for (size_t count = 0; count < COUNT_MAX; count++) {
        sort(count, COUNT_MAX, 1);             /* ascending */
        sort(count, COUNT_MAX, COUNT_MAX - 1); /* descending */
        sort(count, 307, 101);                 /* neither */
    }
}

static void many_records_of_one_key(void **state)
{
    (void)state;
    sort(COUNT_MAX, 1, 1);
    sort(COUNT_MAX, 2, 1);
    sort(COUNT_MAX, 7, 3);
}

static int compare_words(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void records_of_a_single_word(void **state)
{
    (void)state;
    uint64_t words[] = {5, UINT64_MAX, 0, 5, 1};
    const uint64_t sorted[] = {0, 1, 5, 5, UINT64_MAX};
    sort_records(words, 5, sizeof(*words), compare_words);
    assert_memory_equal(words, sorted, sizeof(sorted));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_length_in_any_order),
        cmocka_unit_test(many_records_of_one_key),
        cmocka_unit_test(records_of_a_single_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
