/* Thread states with a stack of frames each, as CPython 3.11 and later have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "preload/pagemap.h"
#include "preload/python_stacks.h"
#include "tests/support/fake_memory.h"

enum { STATE_WORDS = 40, NEXT = 1, CHUNK = 20, TOP, LIMIT };

static struct fake_memory memory;
static struct block_table table;
static struct heap_blocks heap;
static struct python python;
static struct ranges unused;
static uint64_t *state_words;

static int start(void **state)
{
    (void)state;
    fake_memory_init(&memory);
    block_table_init(&table, 4, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ranges_finish(&unused);
    fake_memory_finish(&memory);
    return 0;
}

/* A page as a chunk whose first half is in use, and a state that says so. */
static uint64_t *add_thread(unsigned page)
{
    const uint64_t zeros[STATE_WORDS] = {0};
    uint64_t *thread = (uint64_t *)fake_variables(&memory, zeros, STATE_WORDS);
    uintptr_t chunk = (uintptr_t)memory.variables + page * PAGE_BYTES;
    ((uint64_t *)chunk)[1] = PAGE_BYTES;
    thread[CHUNK] = chunk;
    thread[TOP] = chunk + PAGE_BYTES / 2;
    thread[LIMIT] = chunk + PAGE_BYTES;
    return thread;
}

static void find(const uint64_t *runtime, size_t count)
{
    struct ranges none = {0};
    assert_true(heap_blocks_init(&heap, &table, &none));
    python = (struct python){
        .type_type = 1,
        .runtime = (uintptr_t)runtime,
        .runtime_bytes = count * sizeof(*runtime),
    };
    assert_true(python_stacks_unused(&python, &memory.maps, &heap, &unused));
    ranges_settle(&unused);
}

static void assert_unused(size_t index, unsigned page)
{
    uintptr_t chunk = (uintptr_t)memory.variables + page * PAGE_BYTES;
    assert_true(index < unused.count);
    assert_int_equal(unused.items[index].start, chunk + PAGE_BYTES / 2);
    assert_int_equal(unused.items[index].end, chunk + PAGE_BYTES);
}

static void in_the_runtime_itself(void **state)
{
    (void)state;
    state_words = add_thread(4);
    find(state_words, STATE_WORDS);
    assert_int_equal(unused.count, 1);
    assert_unused(0, 4);
}

static void add_block(const uint64_t *words)
{
    struct block block = {.address = (uintptr_t)words, .bytes = STATE_WORDS * sizeof(*words)};
    block_table_insert(&table, &block);
}

/* The runtime points to the newest thread, which leads to the one before it. */
static void of_all_threads(void **state)
{
    (void)state;
    uint64_t *newest = add_thread(4), *older = add_thread(6);
    newest[NEXT] = (uintptr_t)older;
    add_block(newest);
    add_block(older);
    uintptr_t runtime = fake_variables(&memory, (uint64_t[]){0, 0, (uintptr_t)newest, 0}, 4);
    find((const uint64_t *)runtime, 4);
    assert_int_equal(unused.count, 2);
    assert_unused(0, 4);
    assert_unused(1, 6);
}

static void a_list_without_end(void **state)
{
    (void)state;
    uint64_t *thread = add_thread(4);
    thread[NEXT] = (uintptr_t)thread;
    add_block(thread);
    uintptr_t runtime = fake_variables(&memory, (uint64_t[]){0, 0, (uintptr_t)thread, 0}, 4);
    find((const uint64_t *)runtime, 4);
    assert_unused(0, 4);
}

static void what_is_no_stack(void **state)
{
    (void)state;
    for (unsigned word = CHUNK; word <= LIMIT; word++) {
        state_words = add_thread(4);
        state_words[word] += word == TOP ? PAGE_BYTES : 8;
        find(state_words, STATE_WORDS);
        assert_int_equal(unused.count, 0);
    }
    state_words = add_thread(4);
    ((uint64_t *)state_words[CHUNK])[1] = 1;
    find(state_words, STATE_WORDS);
    assert_int_equal(unused.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_the_runtime_itself, start, end),
        cmocka_unit_test_setup_teardown(of_all_threads, start, end),
        cmocka_unit_test_setup_teardown(a_list_without_end, start, end),
        cmocka_unit_test_setup_teardown(what_is_no_stack, start, end),
    };
    return cmocka_run_group_tests_name("python_stacks", tests, NULL, NULL);
}
