/* Threads stop where they are, with their registers and stack pointer known, and go on unharmed. */
#include "preload/park.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "libcaulk/dump_format.h"
#include "preload/interrupted.h"
#include "preload/own_stack.h"
#include "preload/signals.h"

enum { THREADS = 64, ROUNDS = 5 };
#define MARKER UINT64_C(0x5ca1ab1e0ddba11)

struct worker {
    pthread_t thread;
    _Atomic pid_t tid;
    _Atomic uint64_t steps;
    bool deaf; /* blocks the control signal */
};

static struct worker workers[THREADS];
static _Atomic bool over;

static void on_park(void *context)
{
    struct stopped_at place;
    int call = interrupted_restart(context);
    interrupted_place(context, &place);
    park_self(&place);
    interrupted_resume(context, call, signal_bit(CONTROL_SIGNAL));
}

static void on_control(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    parked_stack_call(on_park, context);
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    prctl(PR_SET_NAME, "worker");
    if (worker->deaf)
        signals_change_mask(SIG_BLOCK, signal_bit(CONTROL_SIGNAL));
    worker->tid = (pid_t)syscall(SYS_gettid);
    uint64_t marker = MARKER;
    while (!over) { /* the marker lives in a register while the loop runs */
        __asm__ volatile("" : "+b"(marker));
        worker->steps++;
    }
    return NULL;
}

static void start(int count, bool deaf)
{
    over = false;
    memset(workers, 0, sizeof(workers));
    for (int i = 0; i < count; i++) {
        workers[i].deaf = deaf && i == 0;
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < count; i++)
        while (!workers[i].tid)
            sched_yield();
}

static void stop(int count)
{
    over = true;
    for (int i = 0; i < count; i++)
        pthread_join(workers[i].thread, NULL);
}

static const struct snapshot_thread *find(const struct snapshot_thread *threads, uint32_t count,
                                          pid_t tid)
{
    for (uint32_t i = 0; i < count; i++)
        if (threads[i].tid == tid)
            return &threads[i];
    fail_msg("thread %d is missing", tid);
    return NULL;
}

static bool holds(const uint64_t *words, size_t count, uint64_t value)
{
    for (size_t i = 0; i < count; i++)
        if (words[i] == value)
            return true;
    return false;
}

static uint32_t park(struct snapshot_thread **ret_threads)
{
    uint32_t count = 0;
    struct stopped_at own = {.sp = (uintptr_t)__builtin_frame_address(0)};
    uint64_t mask = signals_block_all();
    assert_true(park_others(&own, ret_threads, &count));
    signals_restore(mask);
    return count;
}

static void check_stands_still(const struct snapshot_thread *threads, uint32_t count)
{
    uint64_t steps[THREADS];
    for (int i = 0; i < THREADS; i++) {
        const struct snapshot_thread *thread = find(threads, count, workers[i].tid);
        assert_int_equal(thread->state, DUMP_THREAD_PARKED);
        assert_string_equal(thread->name, "worker");
        assert_true(thread->red_zone && thread->tcb == (uintptr_t)workers[i].thread);
        assert_true(holds(thread->registers, thread->register_words, MARKER));
        assert_true(thread->vector_words >= 64);
        steps[i] = workers[i].steps;
    }
    for (int i = 0; i < 1000; i++)
        sched_yield();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(workers[i].steps, steps[i]);
}

static void test_all_stop_and_go_on(void **state)
{
    (void)state;
    struct snapshot_thread *threads;
    start(THREADS, false);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count = park(&threads);
        assert_int_equal(count, THREADS + 1);
        assert_int_equal(threads[0].state, DUMP_THREAD_DUMPING);
        check_stands_still(threads, count);
        park_release();
        uint64_t steps = workers[0].steps;
        while (workers[0].steps == steps)
            sched_yield();
    }
    stop(THREADS);
}

static void test_deaf_thread_is_recorded(void **state)
{
    (void)state;
    struct snapshot_thread *threads;
    start(2, true);
    uint32_t count = park(&threads);
    assert_int_equal(count, 3);
    assert_int_equal(find(threads, count, workers[0].tid)->state, DUMP_THREAD_UNPARKED);
    assert_string_equal(find(threads, count, workers[0].tid)->name, "worker");
    assert_int_equal(find(threads, count, workers[1].tid)->state, DUMP_THREAD_PARKED);
    park_release();
    stop(2);
}

static void *wait_in_libc(void *argument)
{
    struct worker *worker = argument;
    worker->tid = (pid_t)syscall(SYS_gettid);
    while (!over)
        poll(NULL, 0, 1);
    return NULL;
}

/* What earlier code left in the vector registers is no root while libc waits in the kernel. */
static void test_waiting_thread_has_no_vectors(void **state)
{
    (void)state;
    struct snapshot_thread *threads;
    over = false;
    memset(workers, 0, sizeof(workers));
    assert_int_equal(pthread_create(&workers[0].thread, NULL, wait_in_libc, &workers[0]), 0);
    while (!workers[0].tid)
        sched_yield();
    size_t words = 1;
    while (words) { /* until it is caught inside the call */
        uint32_t count = park(&threads);
        words = find(threads, count, workers[0].tid)->vector_words;
        park_release();
    }
    stop(1);
}

static void on_timer(union sigval unused)
{
    (void)unused;
}

/* libc's thread for such timers waits for the control signal itself, and counts as stopped. */
static void test_libcs_timer_thread_counts_as_stopped(void **state)
{
    (void)state;
    struct snapshot_thread *threads;
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = on_timer};
    assert_int_equal(timer_create(CLOCK_MONOTONIC, &event, &timer), 0);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t count = park(&threads);
        assert_int_equal(count, 2);
        assert_int_equal(threads[1].state, DUMP_THREAD_PARKED);
        assert_true(threads[1].sp);
        park_release();
    }
    timer_delete(timer);
}

static void *come_and_go(void *argument)
{
    return argument;
}

static void *start_threads(void *argument)
{
    while (!over) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, come_and_go, argument) == 0)
            pthread_join(thread, NULL);
    }
    return NULL;
}

static void test_threads_that_come_and_go(void **state)
{
    (void)state;
    struct snapshot_thread *threads;
    pthread_t starters[4];
    over = false;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&starters[i], NULL, start_threads, NULL), 0);
    for (int round = 0; round < 10 * ROUNDS; round++) {
        uint32_t count = park(&threads);
        for (uint32_t i = 0; i < count; i++)
            assert_int_not_equal(threads[i].state, DUMP_THREAD_UNPARKED);
        park_release();
    }
    over = true;
    for (int i = 0; i < 4; i++)
        pthread_join(starters[i], NULL);
}

static void test_forked_child_does_not_wait(void **state)
{
    (void)state;
    struct snapshot_thread *threads;
    park(&threads);
    pid_t child = fork();
    if (child == 0)
        _exit(park_asked() ? 1 : 0);
    park_release();
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_stop_and_go_on),
        cmocka_unit_test(test_deaf_thread_is_recorded),
        cmocka_unit_test(test_waiting_thread_has_no_vectors),
        cmocka_unit_test(test_threads_that_come_and_go),
        cmocka_unit_test(test_forked_child_does_not_wait),
        cmocka_unit_test(test_libcs_timer_thread_counts_as_stopped),
    };
    interrupted_start();
    if (!signals_install(CONTROL_SIGNAL, on_control))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
