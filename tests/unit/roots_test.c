#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "preload/allocator.h"
#include "preload/thread_registry.h"
#include "tests/support/own_dump.h"

#define PAGE 4096u

static void *global;
static __thread void *local;

static void test_kinds_of_roots(void **state)
{
    (void)state;
    void *volatile on_stack = tracked(32);
    void **mapping = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void **shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    void *in_mapping = hide(tracked(32)), *in_shared = hide(tracked(32));
    global = tracked(32);
    local = tracked(32);
    mapping[7] = hide(in_mapping);
    shared[7] = hide(in_shared);
    struct dump *dump = take_dump();
    assert_true(references(dump, on_stack, ROOT_STACK) > 0);
    assert_int_equal(references(dump, global, ROOT_GLOBAL), 1);
    assert_true(references(dump, local, ROOT_TLS) > 0);
    assert_int_equal(references(dump, mapping[7], ROOT_MAPPING), 1);
    assert_int_equal(references(dump, shared[7], ROOT_MAPPING), 1);
    dump_close(dump);
    drop(on_stack), drop(global), drop(local);
    drop(mapping[7]), drop(shared[7]);
    munmap(mapping, PAGE), munmap(shared, PAGE);
}

/* Memory that was writable once: read-only now, or closed altogether. */
static void test_memory_that_was_writable(void **state)
{
    (void)state;
    void **pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *first = hide(tracked(32)), *second = hide(tracked(32));
    pages[1] = hide(first);
    pages[PAGE / sizeof(*pages)] = hide(second);
    mprotect(pages, PAGE, PROT_READ);
    mprotect((char *)pages + PAGE, PAGE, PROT_NONE);
    struct dump *dump = take_dump();
    assert_int_equal(references(dump, hide(first), ROOT_MAPPING), 1);
    assert_int_equal(references(dump, hide(second), ROOT_MAPPING), 1);
    dump_close(dump);
    drop(hide(first)), drop(hide(second));
    munmap(pages, 2 * PAGE);
}

/* What malloc keeps of freed blocks points to living ones, and counts for nothing. */
static void test_freed_memory_is_no_root(void **state)
{
    (void)state;
    if (!allocator_below()->is_glibc)
        skip(); /* a sanitizer's */
    void *lost = hide(tracked(48));
    for (size_t bytes = 32; bytes <= 8192; bytes *= 2) {
        void **stale = malloc(bytes);
        for (size_t i = 0; i < bytes / sizeof(*stale); i++)
            stale[i] = hide(lost);
        free(stale);
    }
    struct dump *dump = take_dump();
    void *block = hide(lost);
    assert_int_equal(all_references(dump, block) - references(dump, block, ROOT_STACK), 0);
    dump_close(dump);
    drop(block);
}

/* pthread_create() is no hook here: the registry is told by hand. */
static void test_a_thread_that_nobody_joined(void **state)
{
    (void)state;
    void *result = hide(tracked(32)), *argument = hide(tracked(32));
    struct thread_entry *created = thread_registry_add(NULL, hide(argument));
    struct thread_entry *ended = thread_registry_add(NULL, NULL);
    ended->result = hide(result);
    ended->state = THREAD_ENTRY_ENDED;
    struct dump *dump = take_dump();
    assert_int_equal(references(dump, hide(argument), ROOT_THREAD), 1);
    assert_int_equal(references(dump, hide(result), ROOT_THREAD), 1);
    dump_close(dump);
    thread_registry_drop(created), thread_registry_drop(ended);
    drop(hide(result)), drop(hide(argument));
}

static void test_registers(void **state)
{
    (void)state;
    void *first = hide(tracked(32)), *second = hide(tracked(32));
    struct snapshot_thread thread = this_thread();
    uint64_t *saved = calloc(4, sizeof(*saved)); /* where no scan comes by: not tracked */
    saved[1] = (uintptr_t)hide(first);
    saved[3] = (uintptr_t)hide(second);
    thread.registers = saved;
    thread.register_words = 2;
    thread.vector_registers = saved + 2;
    thread.vector_words = 2;
    struct dump *dump = take_dump_of(&thread);
    assert_int_equal(references(dump, hide(first), ROOT_REGISTERS), 1);
    assert_int_equal(references(dump, hide(second), ROOT_REGISTERS), 1);
    dump_close(dump);
    free(saved);
    drop(hide(first)), drop(hide(second));
}

/* The one root of the stack kind that begins at this address. */
static uint32_t stack_at(const struct dump *dump, uintptr_t start)
{
    for (uint32_t r = 0; r < dump->root_count; r++)
        if (dump->roots[r].kind == ROOT_STACK && dump->roots[r].start == start)
            return r;
    fail();
    return 0;
}

/* The thread runs on a stack in a block; where it left its own is not known, so all of that counts.
 */
static void test_coroutine(void **state)
{
    (void)state;
    enum { WORDS = 512 };
    void **stack = tracked(WORDS * sizeof(*stack)), *volatile on_own = tracked(32);
    stack[10] = stack[400] = on_own;
    struct snapshot_thread thread = this_thread();
    thread.sp = (uintptr_t)&stack[300];
    struct dump *dump = take_dump_of(&thread);
    uint32_t root = stack_at(dump, thread.sp);
    assert_int_equal(dump->roots[root].bytes, (WORDS - 300) * sizeof(*stack));
    assert_int_equal(dump->refs.begin[root + 1] - dump->refs.begin[root], 1);
    assert_int_equal(dump->refs.source_words[dump->refs.begin[root]], 100);
    assert_true(references(dump, on_own, ROOT_STACK) > 1);
    dump_close(dump);
    drop(stack), drop(on_own);
}

/* Globals and stacks are known all the same; the dump says that it is not all. */
static void test_without_proc(void **state)
{
    (void)state;
    void *volatile on_stack = tracked(32);
    global = tracked(32);
    struct dump *dump = take_dump_without_proc();
    assert_true(dump->process.no_proc);
    assert_true(references(dump, on_stack, ROOT_STACK) > 0);
    assert_int_equal(references(dump, global, ROOT_GLOBAL), 1);
    dump_close(dump);
    drop(on_stack), drop(global);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds_of_roots),
        cmocka_unit_test(test_memory_that_was_writable),
        cmocka_unit_test(test_freed_memory_is_no_root),
        cmocka_unit_test(test_a_thread_that_nobody_joined),
        cmocka_unit_test(test_registers),
        cmocka_unit_test(test_coroutine),
        cmocka_unit_test(test_without_proc),
    };
    return cmocka_run_group_tests(tests, own_dump_start, NULL);
}
