#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/fault_guard.h"
#include "preload/runtime_facts.h"
#include "preload/thread_memory.h"
#include "preload/thread_registry.h"

static __thread int local;

static struct snapshot_thread describe_self(void)
{
    struct snapshot_thread thread = {.tcb = (uintptr_t)pthread_self()};
    pthread_attr_t attributes;
    void *start;
    size_t bytes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &start, &bytes);
    pthread_attr_destroy(&attributes);
    thread.stack_start = (uintptr_t)start;
    thread.stack_end = (uintptr_t)start + bytes;
    thread.sp = (uintptr_t)__builtin_frame_address(0);
    return thread;
}

static bool in(const struct range *range, uintptr_t address)
{
    return address >= range->start && address < range->end;
}

static void expect_own_memory(void)
{
    struct maps maps;
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    assert_int_equal(maps_read(proc, &maps), 0);
    close(proc);
    struct snapshot_thread thread = describe_self();
    struct thread_memory memory = thread_memory_find(&maps, &thread);
    assert_true(in(&memory.stack, thread.sp));
    assert_false(in(&memory.stack, (uintptr_t)&local));
    assert_true(in(&memory.tls, (uintptr_t)&local));
    assert_true(in(&memory.tls, thread.tcb));
    maps_finish(&maps);
}

static void test_initial_thread(void **state)
{
    (void)state;
    expect_own_memory();
}

static void *run(void *unused)
{
    expect_own_memory();
    return unused;
}

static void test_further_thread(void **state)
{
    (void)state;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, run, NULL), 0);
    pthread_join(thread, NULL);
}

static void *remember(void *argument)
{
    *(struct snapshot_thread *)argument = describe_self();
    return NULL;
}

static void test_a_cached_stack(void **state)
{
    (void)state;
    pthread_t thread;
    struct snapshot_thread ended;
    pthread_create(&thread, NULL, remember, &ended);
    pthread_join(thread, NULL);
    fault_guard_init();
    struct snapshot_thread self = describe_self();
    struct snapshot snapshot = {.threads = &self, .thread_count = 1};
    struct thread_entry entry = {
        .state = THREAD_ENTRY_JOINED,
        .thread = (pthread_t)ended.tcb,
        .stack_start = ended.stack_start,
        .stack_end = ended.stack_end,
    };
    assert_true(thread_memory_is_cached(&snapshot, &entry));
    entry.stack_given = true;
    assert_false(thread_memory_is_cached(&snapshot, &entry));
    entry.state = THREAD_ENTRY_ENDED; /* and not yet joined */
    assert_true(thread_memory_is_cached(&snapshot, &entry));
    entry.stack_given = false;
    entry.state = THREAD_ENTRY_RUNNING;
    assert_false(thread_memory_is_cached(&snapshot, &entry));
    entry.state = THREAD_ENTRY_JOINED;
    self.tcb = ended.tcb; /* a living thread has taken it over */
    assert_false(thread_memory_is_cached(&snapshot, &entry));
}

static void test_facts_of_glibc(void **state)
{
    (void)state;
    assert_true(runtime_facts.static_tls_bytes > 0 && runtime_facts.static_tls_bytes < 65536);
    assert_true(runtime_facts.thread_bytes > 1024 && runtime_facts.thread_bytes < 65536);
    assert_true(runtime_facts.tsearch_end > runtime_facts.tsearch_start);
    assert_true(runtime_facts.loader_end > runtime_facts.loader_start);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_initial_thread),
        cmocka_unit_test(test_further_thread),
        cmocka_unit_test(test_a_cached_stack),
        cmocka_unit_test(test_facts_of_glibc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
