#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <pthread.h>

#include "preload/counters.h"

#define THREADS 300
#define ROUNDS 1000

static void *count(void *with_cell)
{
    if (with_cell)
        thread_self.counters = counters_acquire();
    for (int i = 0; i < ROUNDS; i++) {
        counters_allocated(10);
        counters_freed(4);
    }
    counters_release(thread_self.counters);
    return NULL;
}

static void run_threads(void *with_cell)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count, with_cell), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

static void the_sum_is_exact_and_outlives_threads(void **state)
{
    (void)state;
    struct counters_sum before = counters_sum();
    run_threads(&before);
    run_threads(NULL); /* without cells: the shared one */
    struct counters_sum after = counters_sum();
    assert_int_equal(after.calls - before.calls, 2 * THREADS * ROUNDS);
    assert_int_equal(after.live_blocks - before.live_blocks, 0);
    assert_int_equal(after.live_bytes - before.live_bytes, 2 * THREADS * ROUNDS * 6);
}

static void cells_are_used_again(void **state)
{
    (void)state;
    struct counters *first = counters_acquire(), *second = counters_acquire();
    assert_non_null(first);
    assert_ptr_not_equal(first, second);
    counters_release(first);
    assert_ptr_equal(counters_acquire(), first);
    counters_release(NULL);
    counters_keep_only(second);
    assert_ptr_equal(counters_acquire(), first);
    assert_ptr_not_equal(counters_acquire(), second);
    counters_keep_only(NULL);
}

static void chunks_hold_every_cell(void **state)
{
    (void)state;
    size_t cells = 0;
    assert_ptr_equal(counters_chunk(0, &cells), &counters_shared);
    assert_int_equal(cells, 1);
    struct counters *own = counters_acquire();
    const struct counters *chunk = counters_chunk(1, &cells);
    assert_true(own >= chunk && own < chunk + cells);
    assert_null(counters_chunk(1000, &cells));
    counters_release(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sum_is_exact_and_outlives_threads),
        cmocka_unit_test(cells_are_used_again),
        cmocka_unit_test(chunks_hold_every_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
