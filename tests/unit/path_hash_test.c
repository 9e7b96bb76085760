#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "preload/path_hash.h"

#define WORDS 8u

static struct path_keys keys;
static const uint16_t in_order[WORDS] = {0, 1, 2, 3, 4, 5, 6, 7};

static uint64_t polynomial(const uintptr_t *addresses, unsigned count, uint64_t point)
{
    unsigned __int128 value = 0;
    for (unsigned i = 0; i < count; i++)
        value = (value * point + addresses[i]) % PATH_HASH_PRIME;
    return (uint64_t)value;
}

static void addresses_are_coefficients(void **state)
{
    (void)state;
    const uintptr_t addresses[] = {0x401000, 0x7fffffffefff, 1, 0x555555554000, 0x7f0000000001};
    struct path_hash hash = {0, 0};
    for (unsigned i = 0; i < 5; i++) {
        hash = path_hash_on(&keys, hash, addresses[i]);
        assert_int_equal(hash.first, polynomial(addresses, i + 1, keys.first_point));
        assert_int_equal(hash.second, polynomial(addresses, i + 1, keys.second_point));
    }
}

static void the_largest_values_are_reduced(void **state)
{
    (void)state;
    const struct path_keys largest = {.first_point = PATH_HASH_PRIME - 1,
                                      .second_point = PATH_HASH_PRIME - 2};
    const struct path_hash outer = {PATH_HASH_PRIME - 1, PATH_HASH_PRIME - 1};
    struct path_hash hash = path_hash_on(&largest, outer, PATH_HASH_PRIME - 1);
    assert_int_equal(hash.first, 0);  /* (-1) (-1) - 1 */
    assert_int_equal(hash.second, 1); /* (-1) (-2) - 1 */
}

static void without_outer_frames_it_is_that_of_the_inner(void **state)
{
    (void)state;
    struct path_hash whole[101] = {{0, 0}};
    uint64_t address = 1;
    for (unsigned i = 0; i < 100; i++) {
        address = address * 0x9e3779b97f4a7c15u >> 3;
        whole[i + 1] = path_hash_on(&keys, whole[i], address);
    }
    address = 1;
    for (unsigned outer = 0; outer <= 100; outer++) {
        struct path_hash inner = {0, 0};
        uint64_t next = address;
        for (unsigned i = outer; i < 100; i++) {
            next = next * 0x9e3779b97f4a7c15u >> 3;
            inner = path_hash_on(&keys, inner, next);
        }
        struct path_hash hash = path_hash_without(&keys, whole[100], whole[outer], 100 - outer);
        assert_int_equal(hash.first, inner.first);
        assert_int_equal(hash.second, inner.second);
        address = address * 0x9e3779b97f4a7c15u >> 3;
    }
}

static bool differ(struct path_hash a, struct path_hash b)
{
    return a.first != b.first || a.second != b.second;
}

static void every_bit_of_every_word_counts(void **state)
{
    (void)state;
    uintptr_t words[WORDS] = {1, 2, 3, 4, 0x7fffffffefff, 6, UINTPTR_MAX, 0}, others[WORDS];
    memcpy(others, words, sizeof(words));
    struct path_hash hash = path_hash_words(&keys, 1, words, in_order, WORDS);
    for (unsigned i = 0; i < WORDS; i++)
        for (unsigned bit = 0; bit < 64; bit++) {
            others[i] ^= (uintptr_t)1 << bit;
            assert_true(differ(hash, path_hash_words(&keys, 1, others, in_order, WORDS)));
            others[i] = words[i];
            assert_false(differ(hash, path_hash_words(&keys, 1, others, in_order, WORDS)));
        }
}

static void words_are_taken_from_their_places(void **state)
{
    (void)state;
    const uintptr_t spread[] = {10, 0, 11, 0, 12, 0, 13};
    const uintptr_t dense[] = {10, 11, 12, 13};
    const uint16_t places[] = {0, 2, 4, 6};
    assert_false(differ(path_hash_words(&keys, 5, spread, places, 4),
                        path_hash_words(&keys, 5, dense, in_order, 4)));
}

static void equal_words_in_two_layouts_differ(void **state)
{
    (void)state;
    const uintptr_t words[] = {10, 11, 12, 13};
    assert_true(differ(path_hash_words(&keys, 1, words, in_order, 4),
                       path_hash_words(&keys, 2, words, in_order, 4)));
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
        cmocka_unit_test(addresses_are_coefficients),
        cmocka_unit_test(the_largest_values_are_reduced),
        cmocka_unit_test(without_outer_frames_it_is_that_of_the_inner),
        cmocka_unit_test(every_bit_of_every_word_counts),
        cmocka_unit_test(words_are_taken_from_their_places),
        cmocka_unit_test(equal_words_in_two_layouts_differ),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
