/* Blocks of syntax trees, in memory of the test's own. */
#include "preload/python_arenas.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "preload/fault_guard.h"

#define HEAD_WORDS 4
#define CONTENTS 8192u

static uint64_t words[HEAD_WORDS + CONTENTS / 8];
static struct ranges unused;

static void look_at(size_t bytes)
{
    const struct python python = {.type_type = 1};
    const struct heap_block block = {.address = (uintptr_t)words, .bytes = bytes};
    ranges_finish(&unused);
    assert_true(python_arena_unused(&python, &block, &unused));
}

static void what_is_above(void **state)
{
    (void)state;
    words[0] = CONTENTS, words[1] = 800, words[3] = (uintptr_t)&words[HEAD_WORDS];
    look_at(sizeof(words));
    assert_int_equal(unused.count, 1);
    assert_int_equal(unused.items[0].start, &words[HEAD_WORDS + 100]);
    assert_int_equal(unused.items[0].end, &words[HEAD_WORDS + CONTENTS / 8]);
}

static void what_is_none(void **state)
{
    (void)state;
    look_at(sizeof(words) - 8);
    assert_int_equal(unused.count, 0);
    words[1] = CONTENTS + 1; /* more than there is */
    look_at(sizeof(words));
    assert_int_equal(unused.count, 0);
    words[1] = 800, words[3] += 8; /* elsewhere */
    look_at(sizeof(words));
    assert_int_equal(unused.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_above),
        cmocka_unit_test(what_is_none),
    };
    return fault_guard_init() ? 1 : cmocka_run_group_tests_name("python_arenas", tests, NULL, NULL);
}
