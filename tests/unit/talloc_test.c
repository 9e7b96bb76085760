/* Chunks as libtalloc keeps them, and memory that only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/fault_guard.h"
#include "preload/talloc.h"
#include "tests/support/fake_memory.h"

#define MAGIC 0x24e969a0ul
#define FREED 1u
#define POOL 4u
#define OBJECT_BYTES 24u
#define POOL_OFFSET 32u

enum word { FLAGS, NEXT, PREVIOUS, PARENT, CHILD, NAME = 7, BYTES, CHUNK_WORDS = 12 };

static struct fake_memory memory;
static const struct talloc talloc = {.loaded = true};
static struct talloc_chunk found;
static uint64_t *chunk, *child, *sibling;

static uint64_t *add_chunk(uint64_t bytes)
{
    uint64_t words[CHUNK_WORDS + OBJECT_BYTES / 8] = {
        [FLAGS] = MAGIC, [NAME] = fake_text(&memory, "struct thing"), [BYTES] = bytes};
    return (uint64_t *)fake_variables(&memory, words, CHUNK_WORDS + OBJECT_BYTES / 8);
}

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    fault_guard_init();
    chunk = add_chunk(OBJECT_BYTES);
    child = add_chunk(OBJECT_BYTES);
    sibling = add_chunk(OBJECT_BYTES);
    chunk[CHILD] = (uintptr_t)child;
    child[PARENT] = (uintptr_t)chunk;
    child[NEXT] = (uintptr_t)sibling;
    sibling[PREVIOUS] = (uintptr_t)child;
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_memory_finish(&memory);
    return 0;
}

static bool is_chunk(const void *address, size_t bytes)
{
    fault_guard_init(); /* cmocka has handlers of its own for each test */
    return talloc_chunk_of(&talloc, (uintptr_t)address, bytes, &found);
}

static void an_object(void **state)
{
    (void)state;
    assert_true(is_chunk(chunk, TALLOC_CHUNK_BYTES + OBJECT_BYTES));
    assert_int_equal(found.kind, TALLOC_OBJECT);
    assert_int_equal(found.offset, TALLOC_CHUNK_BYTES);
    assert_string_equal((const char *)found.name, "struct thing");
    assert_true(is_chunk(child, TALLOC_CHUNK_BYTES + OBJECT_BYTES));
    assert_false(talloc_chunk_of(&(struct talloc){.loaded = false}, (uintptr_t)chunk,
                                 TALLOC_CHUNK_BYTES + OBJECT_BYTES, &found));
}

static void an_empty_object(void **state)
{
    (void)state;
    assert_true(is_chunk(add_chunk(0), TALLOC_CHUNK_BYTES));
    assert_int_equal(found.offset, 0);
}

static void a_text_is_its_own_name(void **state)
{
    (void)state;
    chunk[NAME] = (uintptr_t)&chunk[CHUNK_WORDS];
    assert_true(is_chunk(chunk, TALLOC_CHUNK_BYTES + OBJECT_BYTES));
    assert_int_equal(found.kind, TALLOC_TEXT);
}

static void a_pool(void **state)
{
    (void)state;
    uint64_t words[4 + CHUNK_WORDS + 100] = {[2] = 800, [4 + FLAGS] = MAGIC | POOL};
    uint64_t *pool = (uint64_t *)fake_variables(&memory, words, 4 + CHUNK_WORDS + 100);
    assert_true(is_chunk(pool, sizeof(words)));
    assert_int_equal(found.kind, TALLOC_POOL);
    assert_int_equal(found.offset, POOL_OFFSET + TALLOC_CHUNK_BYTES);
    pool[4 + PREVIOUS] = (uintptr_t)chunk;
    assert_true(is_chunk(pool, sizeof(words)));
    assert_int_equal(found.offset, POOL_OFFSET);
    assert_false(is_chunk(pool, sizeof(words) - 8));
}

static void what_is_no_chunk(void **state)
{
    (void)state;
    assert_false(is_chunk(chunk, TALLOC_CHUNK_BYTES + OBJECT_BYTES + 8));
    assert_false(is_chunk(chunk, TALLOC_CHUNK_BYTES - 8));
    assert_false(is_chunk((void *)8, TALLOC_CHUNK_BYTES));
    chunk[FLAGS] |= FREED;
    assert_false(is_chunk(chunk, TALLOC_CHUNK_BYTES + OBJECT_BYTES));
}

/* One that points to what does not point back, to no memory, or to another library's chunk. */
static void neighbours_that_know_nothing_of_it(void **state)
{
    (void)state;
    child[PARENT] = 0;
    assert_false(is_chunk(chunk, TALLOC_CHUNK_BYTES + OBJECT_BYTES));
    sibling[FLAGS] += 1u << 8;
    assert_false(is_chunk(child, TALLOC_CHUNK_BYTES + OBJECT_BYTES));
    child[NEXT] = 8;
    assert_false(is_chunk(child, TALLOC_CHUNK_BYTES + OBJECT_BYTES));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_object, start, end),
        cmocka_unit_test_setup_teardown(an_empty_object, start, end),
        cmocka_unit_test_setup_teardown(a_text_is_its_own_name, start, end),
        cmocka_unit_test_setup_teardown(a_pool, start, end),
        cmocka_unit_test_setup_teardown(what_is_no_chunk, start, end),
        cmocka_unit_test_setup_teardown(neighbours_that_know_nothing_of_it, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
