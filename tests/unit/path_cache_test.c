#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "preload/path_cache.h"

#define THREADS 4u
#define FIRST_ENTRIES (512u * PATH_CACHE_WAYS)
#define MANY (FIRST_ENTRIES * 8u)

static struct path_keys keys;

static struct path_hash number_of(uint32_t stack)
{
    struct path_hash none = {0, 0};
    return path_hash_on(&keys, path_hash_on(&keys, none, 0x400000 + stack), 0x500000);
}

static struct path_cache *new_cache(void)
{
    static struct path_cache caches[8];
    static unsigned used;
    struct path_cache *cache = &caches[used++];
    path_cache_init(cache);
    return cache;
}

static void finds_what_was_put(void **state)
{
    (void)state;
    struct path_cache *cache = new_cache();
    assert_int_equal(path_cache_get(cache, number_of(1)), 0);
    path_cache_put(cache, number_of(1), 77);
    assert_int_equal(path_cache_get(cache, number_of(1)), 77);
    assert_int_equal(path_cache_get(cache, number_of(2)), 0);
}

static void both_halves_of_the_number_count(void **state)
{
    (void)state;
    struct path_cache *cache = new_cache();
    struct path_hash hash = {0x123456789abcdefull, 0xfedcba9876543210ull};
    path_cache_put(cache, hash, 5);
    for (unsigned bit = 0; bit < 64; bit++) {
        struct path_hash other = hash;
        other.first ^= 1ull << bit;
        assert_int_equal(path_cache_get(cache, other), 0);
        other = hash;
        other.second ^= 1ull << bit;
        assert_int_equal(path_cache_get(cache, other), bit < STACK_NODE_BITS ? 5 : 0);
    }
}

static void a_stack_has_one_entry(void **state)
{
    (void)state;
    struct path_cache *cache = new_cache();
    path_cache_put(cache, number_of(1), 11);
    for (uint32_t i = 0; i < 100000; i++)
        path_cache_put(cache, number_of(2), i + 1);
    assert_int_equal(path_cache_get(cache, number_of(1)), 11);
    assert_int_equal(path_cache_get(cache, number_of(2)), 100000);
    assert_int_equal(cache->evicted, 0);
}

static uint32_t count_found(const struct path_cache *cache, uint32_t stacks)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < stacks; i++) {
        uint32_t node = path_cache_get(cache, number_of(i));
        assert_true(node == 0 || node == i + 1);
        found += node != 0;
    }
    return found;
}

static void put_missing(struct path_cache *cache)
{
    for (uint32_t i = 0; i < MANY; i++)
        if (!path_cache_get(cache, number_of(i)))
            path_cache_put(cache, number_of(i), i + 1);
}

/* More than it has room for at first, again and again: it grows until nearly all have room. */
static void it_grows_and_takes_its_entries_along(void **state)
{
    (void)state;
    struct path_cache *cache = new_cache();
    const struct path_sets *first = cache->newest;
    uint32_t found = 0;
    for (unsigned round = 0; round < 20 && found < MANY / 20 * 19; round++) {
        put_missing(cache);
        found = count_found(cache, MANY);
    }
    assert_true(found >= MANY / 20 * 19);
    assert_true(cache->newest->mask > first->mask);
}

static void *put_all(void *argument)
{
    struct path_cache *cache = argument;
    for (unsigned round = 0; round < 4; round++)
        for (uint32_t i = 0; i < MANY; i++) {
            uint32_t node = path_cache_get(cache, number_of(i));
            if (node != 0 && node != i + 1)
                return cache;
            if (!node)
                path_cache_put(cache, number_of(i), i + 1);
        }
    return NULL;
}

static void threads_never_see_another_stacks_node(void **state)
{
    (void)state;
    struct path_cache *cache = new_cache();
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, put_all, cache), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        assert_null(wrong);
    }
    put_missing(cache);
    put_missing(cache);
    assert_true(count_found(cache, MANY) > MANY / 2);
}

static void without_memory_nothing_is_found(void **state)
{
    (void)state;
    static struct path_cache cache;
    path_cache_put(&cache, number_of(1), 1);
    assert_int_equal(path_cache_get(&cache, number_of(1)), 0);
}

static int set_up(void **state)
{
    (void)state;
    path_keys_draw(&keys);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(both_halves_of_the_number_count),
        cmocka_unit_test(a_stack_has_one_entry),
        cmocka_unit_test(it_grows_and_takes_its_entries_along),
        cmocka_unit_test(threads_never_see_another_stacks_node),
        cmocka_unit_test(without_memory_nothing_is_found),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
