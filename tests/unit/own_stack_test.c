/* What waits on a parked stack while the process is copied pays for no copies of it afterwards. */
#include "preload/own_stack.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { STACKS = 4, WRITTEN_BYTES = 6000 }; /* two pages at least */

/* Shared with the child, and so no page of it is copied at a fork. */
static struct shared {
    _Atomic bool waits, copied;
    struct rusage before, after;
} * shared;

static void write_to(volatile char *frame)
{
    for (int i = 0; i < WRITTEN_BYTES; i++)
        frame[i] = 1;
}

static void wait_for_the_copy(void *unused)
{
    (void)unused;
    volatile char frame[WRITTEN_BYTES];
    write_to(frame);
    getrusage(RUSAGE_THREAD, &shared->before);
    shared->waits = true;
    while (!shared->copied)
        sched_yield();
    write_to(frame);
    getrusage(RUSAGE_THREAD, &shared->after);
}

static void *wait_parked(void *unused)
{
    parked_stack_call(wait_for_the_copy, unused);
    return NULL;
}

static void *wait_on_own(void *unused)
{
    wait_for_the_copy(unused);
    return NULL;
}

/* The page faults of a thread that writes to its stack after a fork. */
static long faults_after_fork(void *(*waits)(void *))
{
    pthread_t thread;
    int child_may_end[2];
    assert_int_equal(pipe(child_may_end), 0);
    shared->waits = shared->copied = false;
    assert_int_equal(pthread_create(&thread, NULL, waits, NULL), 0);
    while (!shared->waits)
        sched_yield();
    pid_t child = fork();
    if (child == 0) {
        char byte;
        close(child_may_end[1]);
        _exit((int)read(child_may_end[0], &byte, 1));
    }
    shared->copied = true;
    pthread_join(thread, NULL);
    close(child_may_end[0]);
    close(child_may_end[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    return shared->after.ru_minflt - shared->before.ru_minflt;
}

/* One is: the kernel writes to the thread's storage when it has its turn again (rseq). */
static void test_no_page_of_it_is_copied(void **state)
{
    (void)state;
    assert_true(faults_after_fork(wait_on_own) >= 2); /* the test can fail */
    assert_true(faults_after_fork(wait_parked) <= 1);
}

struct nested {
    uintptr_t frame;
    int depth, switches;
};

static void go_deeper(void *argument)
{
    struct nested *nested = argument;
    uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    uintptr_t way = frame < nested->frame ? nested->frame - frame : frame - nested->frame;
    nested->switches += way >= PARKED_STACK_BYTES / 2;
    nested->frame = frame;
    if (++nested->depth < 3 * STACKS)
        parked_stack_call(go_deeper, nested);
}

/* Nobody is turned away: where all are taken the caller's own does. And they are given back. */
static void test_where_all_are_taken_the_own_is_used(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        struct nested nested = {0};
        parked_stack_call(go_deeper, &nested);
        assert_int_equal(nested.depth, 3 * STACKS);
        assert_in_range(nested.switches, STACKS, 3 * STACKS - 1);
    }
}

static void test_a_forked_child_has_them_too(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct nested nested = {0};
        parked_stack_call(go_deeper, &nested);
        _exit(nested.switches >= STACKS && nested.depth == 3 * STACKS ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static int start(void **state)
{
    (void)state;
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    parked_stacks_reserve(STACKS);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_page_of_it_is_copied),
        cmocka_unit_test(test_where_all_are_taken_the_own_is_used),
        cmocka_unit_test(test_a_forked_child_has_them_too),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
