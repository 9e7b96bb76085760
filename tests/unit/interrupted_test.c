/*
 * Calls that return EINTR after any handler go on when the handler asks for it:
 * each is begun in a thread, interrupted while it waits, and then given what it waits for.
 */
#include "preload/interrupted.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "preload/signals.h"
#include "preload/timed_wait.h"
#include "tests/support/asleep.h"

enum { INTERRUPTIONS = 3 };

static int wake[2]; /* what makes the waiting call return */
static _Atomic int handled;
static _Atomic pid_t waiting_tid;
static bool restart = true;
static int extra; /* a System V object of the case */

static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    int saved_errno = errno;
    if (restart) {
        int call = interrupted_restart(context);
        interrupted_resume(context, call, signal_bit(SIGUSR1));
    }
    handled++;
    errno = saved_errno;
}

static long wait_in_poll(void)
{
    struct pollfd fd = {.fd = wake[0], .events = POLLIN};
    return poll(&fd, 1, -1);
}

static long wait_in_ppoll(void)
{
    struct pollfd fd = {.fd = wake[0], .events = POLLIN};
    return ppoll(&fd, 1, NULL, NULL);
}

static long wait_in_select(void)
{
    fd_set set;
    FD_ZERO(&set);
    FD_SET(wake[0], &set);
    return select(wake[0] + 1, &set, NULL, NULL, NULL);
}

static long wait_in_epoll(void)
{
    int epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, wake[0], &event);
    long result = epoll_wait(epoll, &event, 1, -1);
    int saved_errno = errno;
    close(epoll);
    errno = saved_errno;
    return result;
}

static long wait_in_recv_with_timeout(void)
{
    char byte;
    struct timeval timeout = {.tv_sec = 600};
    setsockopt(wake[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    return recv(wake[0], &byte, 1, 0);
}

static long wait_in_semop(void)
{
    struct sembuf down = {.sem_op = -1};
    return semop(extra, &down, 1) == 0 ? 1 : -1;
}

static long wait_in_msgrcv(void)
{
    struct {
        long type;
        char text[8];
    } message;
    return msgrcv(extra, &message, sizeof(message.text), 0, 0) >= 0 ? 1 : -1;
}

static long wait_in_sigtimedwait(void)
{
    sigset_t set;
    struct timespec timeout = {.tv_sec = 600};
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return sigtimedwait(&set, NULL, &timeout) == SIGUSR2 ? 1 : -1;
}

struct waiting {
    const char *name;
    long (*wait)(void);
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

static void give(const struct waiting *waiting)
{
    struct sembuf up = {.sem_op = 1};
    struct {
        long type;
        char text[1];
    } message = {1, "m"};
    if (waiting->wait == wait_in_semop)
        assert_int_equal(semop(extra, &up, 1), 0);
    else if (waiting->wait == wait_in_msgrcv)
        assert_int_equal(msgsnd(extra, &message, 1, 0), 0);
    else if (waiting->wait == wait_in_sigtimedwait)
        assert_int_equal(syscall(SYS_tgkill, getpid(), waiting_tid, SIGUSR2), 0);
    else
        assert_int_equal(write(wake[1], "x", 1), 1);
}

static void interrupt_and_give(struct waiting *waiting, int interruptions)
{
    pthread_t thread;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, wake), 0);
    waiting_tid = 0;
    handled = 0;
    assert_int_equal(pthread_create(&thread, NULL, run, waiting), 0);
    while (!waiting_tid)
        sched_yield();
    for (int i = 0; i < interruptions; i++) {
        until_asleep(waiting_tid);
        assert_int_equal(pthread_kill(thread, SIGUSR1), 0);
        while (handled <= i)
            sched_yield();
    }
    if (restart) {
        until_asleep(waiting_tid);
        give(waiting);
    }
    pthread_join(thread, NULL);
    close(wake[0]);
    close(wake[1]);
}

static void test_calls_go_on(void **state)
{
    (void)state;
    struct waiting calls[] = {
        {.name = "poll", .wait = wait_in_poll},
        {.name = "ppoll", .wait = wait_in_ppoll},
        {.name = "select", .wait = wait_in_select},
        {.name = "epoll_wait", .wait = wait_in_epoll},
        {.name = "recv", .wait = wait_in_recv_with_timeout},
        {.name = "semop", .wait = wait_in_semop},
        {.name = "msgrcv", .wait = wait_in_msgrcv},
        {.name = "sigtimedwait", .wait = wait_in_sigtimedwait},
    };
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        if (calls[i].wait == wait_in_semop)
            extra = semget(IPC_PRIVATE, 1, 0600);
        if (calls[i].wait == wait_in_msgrcv)
            extra = msgget(IPC_PRIVATE, 0600);
        interrupt_and_give(&calls[i], INTERRUPTIONS);
        if (calls[i].wait == wait_in_semop)
            semctl(extra, 0, IPC_RMID);
        if (calls[i].wait == wait_in_msgrcv)
            msgctl(extra, IPC_RMID, NULL);
        if (calls[i].result != 1)
            fail_msg("%s: %ld, %s", calls[i].name, calls[i].result, strerror(calls[i].error));
    }
}

/* The test itself can fail: without the restart, poll is interrupted. */
static void test_without_it_they_end(void **state)
{
    (void)state;
    struct waiting call = {.name = "poll", .wait = wait_in_poll};
    restart = false;
    interrupt_and_give(&call, 1);
    restart = true;
    assert_int_equal(call.result, -1);
    assert_int_equal(call.error, EINTR);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long wait_in_sleep(void)
{
    return sleep(1) == 0 ? 1 : -1;
}

static void test_sleep_is_not_shortened(void **state)
{
    (void)state;
    struct waiting call = {.name = "sleep", .wait = wait_in_sleep};
    pthread_t thread;
    double begin = seconds();
    waiting_tid = 0;
    assert_int_equal(pthread_create(&thread, NULL, run, &call), 0);
    while (!waiting_tid)
        sched_yield();
    until_asleep(waiting_tid);
    pthread_kill(thread, SIGUSR1);
    pthread_join(thread, NULL);
    assert_int_equal(call.result, 1);
    assert_true(seconds() - begin >= 1.0);
}

enum { TIMEOUT_MS = 300, MANY_TIMEOUTS = 10 };

static long time_out_in_poll(void)
{
    timed_wait_begin_ms(TIMEOUT_MS);
    int ready = poll(NULL, 0, TIMEOUT_MS);
    timed_wait_end();
    return ready;
}

static long time_out_in_epoll(void)
{
    int epoll = epoll_create1(0);
    struct epoll_event event;
    timed_wait_begin_ms(TIMEOUT_MS);
    int ready = epoll_wait(epoll, &event, 1, TIMEOUT_MS);
    timed_wait_end();
    close(epoll);
    return ready;
}

static const struct timespec timeout = {.tv_nsec = TIMEOUT_MS * 1000000};

static long time_out_in_semtimedop(void)
{
    struct sembuf down = {.sem_op = -1};
    int set = semget(IPC_PRIVATE, 1, 0600);
    timed_wait_begin();
    int result = semtimedop(set, &down, 1, &timeout);
    timed_wait_end();
    bool timed_out = result == -1 && errno == EAGAIN;
    semctl(set, 0, IPC_RMID);
    return timed_out ? 0 : -1;
}

static long time_out_in_nanosleep(void)
{
    struct timespec left;
    return nanosleep(&timeout, &left);
}

static _Atomic bool over;

static void *run_once(void *argument)
{
    run(argument);
    over = true;
    return NULL;
}

/* However often they are interrupted. */
static void end_in_time(const char *name, long (*wait)(void))
{
    struct waiting call = {.name = name, .wait = wait};
    pthread_t thread;
    double begin = seconds(), took;
    over = false;
    assert_int_equal(pthread_create(&thread, NULL, run_once, &call), 0);
    while (!over && seconds() - begin < MANY_TIMEOUTS * TIMEOUT_MS / 1e3) {
        pthread_kill(thread, SIGUSR1);
        poll(NULL, 0, TIMEOUT_MS / 30);
    }
    took = seconds() - begin;
    pthread_join(thread, NULL);
    if (call.result != 0 || took < TIMEOUT_MS / 1e3 || took >= MANY_TIMEOUTS * TIMEOUT_MS / 1e3)
        fail_msg("%s: %ld after %.3f s", name, call.result, took);
}

static void test_timeouts_are_not_prolonged(void **state)
{
    (void)state;
    end_in_time("poll", time_out_in_poll);
    end_in_time("epoll", time_out_in_epoll);
    end_in_time("semtimedop", time_out_in_semtimedop);
    end_in_time("nanosleep", time_out_in_nanosleep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_go_on),
        cmocka_unit_test(test_without_it_they_end),
        cmocka_unit_test(test_sleep_is_not_shortened),
        cmocka_unit_test(test_timeouts_are_not_prolonged),
    };
    interrupted_start();
    if (!signals_install(SIGUSR1, on_signal))
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
