/*
 * What a thread's call does when signals come while a handler of ours is at work in it: it ends
 * with EINTR where the program's handler would have ended it, and nowhere else.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "preload/interrupted.h"
#include "preload/signals.h"
#include "tests/support/asleep.h"

enum { OURS = SIGUSR1, PROGRAMS = SIGUSR2 };

static int wake[2];
static _Atomic pid_t waiting_tid;
static _Atomic bool hold; /* handlers wait for its end */
static _Atomic int held;

static void on_ours(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    int saved_errno = errno;
    int call = interrupted_restart(context);
    held++;
    while (hold)
        sched_yield();
    interrupted_resume(context, call, signal_bit(OURS));
    errno = saved_errno;
}

static _Atomic int handled;

static void on_programs(int number)
{
    (void)number;
    handled++;
}

static long wait_in_poll(void)
{
    struct pollfd fd = {.fd = wake[0], .events = POLLIN};
    return poll(&fd, 1, -1);
}

static long wait_in_read(void)
{
    char byte;
    return read(wake[0], &byte, 1);
}

struct waiting {
    long (*wait)(void);
    pthread_t thread;
    long result;
    int error;
};

static void *run(void *argument)
{
    struct waiting *waiting = argument;
    waiting_tid = (pid_t)syscall(SYS_gettid);
    waiting->result = waiting->wait();
    waiting->error = errno;
    return NULL;
}

/* Begins a call in a thread, and leaves it in our handler. */
static void begin_and_hold(struct waiting *waiting, int others)
{
    waiting_tid = 0;
    assert_int_equal(pthread_create(&waiting->thread, NULL, run, waiting), 0);
    while (!waiting_tid)
        sched_yield();
    until_asleep(waiting_tid);
    assert_int_equal(pthread_kill(waiting->thread, OURS), 0);
    while (held <= others)
        sched_yield();
}

static void begin(void)
{
    assert_int_equal(pipe(wake), 0);
    held = 0;
    hold = true;
}

static void end(struct waiting *calls, int count)
{
    assert_int_equal(write(wake[1], "xx", 2), 2);
    for (int i = 0; i < count; i++)
        pthread_join(calls[i].thread, NULL);
    close(wake[0]);
    close(wake[1]);
}

static void handle(int number, int flags)
{
    struct sigaction action = {.sa_handler = on_programs, .sa_flags = flags};
    assert_int_equal(sigaction(number, &action, NULL), 0);
}

/* Does a call end with EINTR when the signal comes while our handler is at work? */
static bool ends(long (*wait)(void), int number)
{
    struct waiting call = {.wait = wait};
    begin();
    begin_and_hold(&call, 0);
    signals_queue(waiting_tid, number, 0);
    hold = false;
    end(&call, 1);
    assert_true(call.result == 1 || (call.result == -1 && call.error == EINTR));
    return call.result == -1;
}

static void test_a_programs_signal_ends_what_is_never_restarted(void **state)
{
    (void)state;
    handle(PROGRAMS, SA_RESTART);
    assert_true(ends(wait_in_poll, PROGRAMS));
}

/* The kernel begins such a call anew after our handler, and would not have after the program's. */
static void test_without_sa_restart_it_ends_what_was_begun_anew(void **state)
{
    (void)state;
    handle(PROGRAMS, 0);
    assert_true(ends(wait_in_read, PROGRAMS));
}

static void test_no_other_signal_does(void **state)
{
    (void)state;
    handle(PROGRAMS, SA_RESTART);
    assert_false(ends(wait_in_read, PROGRAMS));
    assert_false(ends(wait_in_poll, OURS));
    assert_false(ends(wait_in_poll, SIGWINCH)); /* nobody handles it */
}

static void set_mask(int how, int number)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    pthread_sigmask(how, &set, NULL);
}

/* How many of two calls end with EINTR when the signal is sent to the whole process. */
static int ended_of_two(int number)
{
    struct waiting calls[2] = {{.wait = wait_in_poll}, {.wait = wait_in_poll}};
    begin();
    for (int i = 0; i < 2; i++)
        begin_and_hold(&calls[i], i);
    set_mask(SIG_BLOCK, number);
    signals_queue(0, number, 0);
    hold = false;
    while (signals_pending() & signal_bit(number))
        sched_yield();
    end(calls, 2);
    set_mask(SIG_UNBLOCK, number);
    return (calls[0].result == -1) + (calls[1].result == -1);
}

static void test_what_is_sent_to_the_process_ends_one_call(void **state)
{
    (void)state;
    handle(PROGRAMS, 0);
    assert_int_equal(ended_of_two(PROGRAMS), 1);
    assert_int_equal(ended_of_two(OURS), 0);
}

/* Stays in force. */
static void refuse_to_queue(void)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_tgsigqueueinfo, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(steps) / sizeof(steps[0]), steps};
    assert_int_equal(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    assert_int_equal(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

static void test_none_is_taken_that_cannot_be_sent_on(void **state)
{
    (void)state;
    refuse_to_queue();
    handle(PROGRAMS, 0);
    handled = 0;
    assert_in_range(ended_of_two(PROGRAMS), 1, 2);
    assert_int_equal(handled, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_programs_signal_ends_what_is_never_restarted),
        cmocka_unit_test(test_without_sa_restart_it_ends_what_was_begun_anew),
        cmocka_unit_test(test_no_other_signal_does),
        cmocka_unit_test(test_what_is_sent_to_the_process_ends_one_call),
        cmocka_unit_test(test_none_is_taken_that_cannot_be_sent_on),
    };
    interrupted_start();
    if (!signals_install(OURS, on_ours))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
