/*
 * What the program says about the dump signal. Every other signal passes through untouched, and so
 * does the dump signal once it is the program's.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>

#include "preload/dump_signal.h"
#include "preload/export.h"
#include "preload/next.h"
#include "preload/program_action.h"
#include "preload/timed_wait.h"
#include "preload/tracker.h"

typedef void handler(int);

static int (*next_sigaction)(int, const struct sigaction *, struct sigaction *);
static handler *(*next_signal)(int, handler *);
static handler *(*next_sysv_signal)(int, handler *);
static handler *(*next_sigset)(int, handler *);
static int (*next_sigprocmask)(int, const sigset_t *, sigset_t *);
static int (*next_pthread_sigmask)(int, const sigset_t *, sigset_t *);
static int (*next_sigsuspend)(const sigset_t *);
static int (*next_sigwait)(const sigset_t *, int *);
static int (*next_sigwaitinfo)(const sigset_t *, siginfo_t *);
static int (*next_sigtimedwait)(const sigset_t *, siginfo_t *, const struct timespec *);
static int (*next_signalfd)(int, const sigset_t *, int);
static int (*next_ppoll)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
static int (*next_pselect)(int, fd_set *, fd_set *, fd_set *, const struct timespec *,
                           const sigset_t *);
static int (*next_epoll_pwait)(int, struct epoll_event *, int, int, const sigset_t *);
static int (*next_epoll_pwait2)(int, struct epoll_event *, int, const struct timespec *,
                                const sigset_t *);

__attribute__((constructor)) static void look_up(void)
{
    (void)NEXT(next_sigaction, "sigaction");
    (void)NEXT(next_signal, "signal");
    (void)NEXT(next_sysv_signal, "sysv_signal");
    (void)NEXT(next_sigset, "sigset");
    (void)NEXT(next_sigprocmask, "sigprocmask");
    (void)NEXT(next_pthread_sigmask, "pthread_sigmask");
    (void)NEXT(next_sigsuspend, "sigsuspend");
    (void)NEXT(next_sigwait, "sigwait");
    (void)NEXT(next_sigwaitinfo, "sigwaitinfo");
    (void)NEXT(next_sigtimedwait, "sigtimedwait");
    (void)NEXT(next_signalfd, "signalfd");
    (void)NEXT(next_ppoll, "ppoll");
    (void)NEXT(next_pselect, "pselect");
    (void)NEXT(next_epoll_pwait, "epoll_pwait");
    (void)NEXT(next_epoll_pwait2, "epoll_pwait2");
}

static bool is_dump_signal(int number)
{
    return number != 0 && number == dump_signal_number();
}

static bool is_ours(int number)
{
    return is_dump_signal(number) && dump_signal_is_ours();
}

static bool has_our_signal(const sigset_t *set)
{
    return set && dump_signal_is_ours() && sigismember(set, dump_signal_number()) == 1;
}

/* The set without the dump signal while that is ours. */
static const sigset_t *without_ours(const sigset_t *set, sigset_t *ret_copy)
{
    if (!has_our_signal(set))
        return set;
    *ret_copy = *set;
    sigdelset(ret_copy, dump_signal_number());
    return ret_copy;
}

/* After the program set the dump signal's disposition to `set`. */
static void disposition_changed(handler *set)
{
    if (set == SIG_DFL)
        dump_signal_reclaim();
    else
        dump_signal_yield(set == SIG_IGN ? "ignores" : "handles");
}

static const struct sigaction none = {.sa_handler = SIG_DFL};

/* A vfork child has actions of its own, which nobody is told of, and soon executes. */
static int borrowed_sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
    int result = next_sigaction(number, action, old);
    if (result == 0 && old && dump_signal_is_handler(old->sa_sigaction))
        *old = none;
    return result;
}

/* Tells the kernel what it is to know of the program's action, and the program its own words. */
static int translated_sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
    struct program_action before = program_action_get(number), after;
    struct sigaction told;
    int dump_number = dump_signal_number();
    if (action) {
        program_action_translate(action, dump_number,
                                 dump_signal_is_ours() && number != dump_number,
                                 number == dump_number ? dump_signal_once : NULL, &told, &after);
        program_action_set(number, &after);
    }
    int result = next_sigaction(number, action ? &told : NULL, old);
    if (result != 0 && action)
        program_action_set(number, &before);
    if (result == 0 && old)
        program_action_show(&before, dump_number, old);
    return result;
}

EXPORT int sigaction(int number, const struct sigaction *action, struct sigaction *old)
{
    NEXT(next_sigaction, "sigaction");
    if (tracker_is_borrowed())
        return borrowed_sigaction(number, action, old);
    if (!is_dump_signal(number))
        return translated_sigaction(number, action, old);
    if (dump_signal_is_ours() && (!action || action->sa_handler == SIG_DFL)) {
        if (old)
            *old = none;
        return 0;
    }
    bool ours = dump_signal_is_ours();
    handler *set = action ? action->sa_handler : NULL; /* old may be the same object */
    int result = translated_sigaction(number, action, old);
    if (result == 0 && ours && old)
        *old = none;
    if (result == 0 && action)
        disposition_changed(set);
    return result;
}

/* signal() and its like; next is the C library's, which knows no masks but the signal itself. */
static handler *set_plain_handler(handler *(*next)(int, handler *), int number, handler *set)
{
    handler *old = next(number, set);
    if (old != SIG_ERR && set != SIG_HOLD && !tracker_is_borrowed())
        program_action_set(number, &(struct program_action){0});
    return old;
}

/* The same for the dump signal. */
static handler *set_handler(handler *(*next)(int, handler *), int number, handler *set)
{
    bool borrowed = tracker_is_borrowed(), ours = is_ours(number);
    if (ours && !borrowed && set == SIG_DFL)
        return SIG_DFL;
    struct program_action before = program_action_get(number);
    handler *old = set_plain_handler(next, number, set);
    if (old == SIG_ERR)
        return old;
    if (!borrowed)
        disposition_changed(set);
    return ours ? SIG_DFL : before.once ? (handler *)(void *)before.once : old;
}

EXPORT handler *signal(int number, handler *set)
{
    NEXT(next_signal, "signal");
    return is_dump_signal(number) ? set_handler(next_signal, number, set)
                                  : set_plain_handler(next_signal, number, set);
}

EXPORT handler *bsd_signal(int number, handler *set) __attribute__((alias("signal"), copy(signal)));
EXPORT handler *ssignal(int number, handler *set) __attribute__((alias("signal"), copy(signal)));

EXPORT handler *sysv_signal(int number, handler *set)
{
    struct sigaction action = {.sa_handler = set, .sa_flags = (int)SA_RESETHAND | SA_NODEFER}, old;
    if (!is_dump_signal(number) || set == SIG_ERR)
        return set_plain_handler(NEXT(next_sysv_signal, "sysv_signal"), number, set);
    return sigaction(number, &action, &old) == 0 ? old.sa_handler : SIG_ERR;
}

EXPORT handler *__sysv_signal(int number, handler *set)
    __attribute__((alias("sysv_signal"), copy(sysv_signal)));

EXPORT int sigignore(int number)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    return sigaction(number, &ignore, NULL);
}

/* What both mask functions do around the C library's. */
static int change_mask(int (*next)(int, const sigset_t *, sigset_t *), int how, const sigset_t *set,
                       sigset_t *old)
{
    sigset_t copy;
    if (!dump_signal_is_ours())
        return next(how, set, old);
    bool was_blocked = dump_signal_blocked();
    bool names_ours = has_our_signal(set);
    if ((was_blocked || names_ours) && dump_signal_mask_is_real())
        return next(how, set, old);
    int result = next(how, how == SIG_UNBLOCK ? set : without_ours(set, &copy), old);
    if (result != 0)
        return result;
    if (set && (names_ours || how == SIG_SETMASK))
        dump_signal_set_blocked(how != SIG_UNBLOCK && names_ours);
    if (old && was_blocked)
        sigaddset(old, dump_signal_number());
    return 0;
}

EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
    return change_mask(NEXT(next_sigprocmask, "sigprocmask"), how, set, old);
}

EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
    return change_mask(NEXT(next_pthread_sigmask, "pthread_sigmask"), how, set, old);
}

static int change_one(int how, int number)
{
    sigset_t set;
    sigemptyset(&set);
    if (sigaddset(&set, number) != 0)
        return -1;
    return sigprocmask(how, &set, NULL);
}

EXPORT int sighold(int number)
{
    return change_one(SIG_BLOCK, number);
}

EXPORT int sigrelse(int number)
{
    return change_one(SIG_UNBLOCK, number);
}

EXPORT handler *sigset(int number, handler *set)
{
    NEXT(next_sigset, "sigset");
    if (!is_ours(number))
        return is_dump_signal(number) ? set_handler(next_sigset, number, set)
                                      : set_plain_handler(next_sigset, number, set);
    bool was_blocked = dump_signal_blocked();
    handler *old = SIG_DFL;
    if (set == SIG_HOLD)
        dump_signal_set_blocked(true);
    else {
        dump_signal_set_blocked(false);
        old = set_handler(next_sigset, number, set);
    }
    return was_blocked ? SIG_HOLD : old;
}

/* The old BSD masks are the low 32 bits of a set. */
static int change_bsd_mask(int how, int mask)
{
    sigset_t set, old;
    sigemptyset(&set);
    for (int number = 1; number <= 32; number++)
        if (mask & (int)(1u << (number - 1)))
            sigaddset(&set, number);
    if (sigprocmask(how, &set, &old) != 0)
        return -1;
    unsigned before = 0;
    for (int number = 1; number <= 32; number++)
        if (sigismember(&old, number) == 1)
            before |= 1u << (number - 1);
    return (int)before;
}

EXPORT int sigblock(int mask)
{
    return change_bsd_mask(SIG_BLOCK, mask);
}

EXPORT int sigsetmask(int mask)
{
    return change_bsd_mask(SIG_SETMASK, mask);
}

EXPORT int sigsuspend(const sigset_t *set)
{
    sigset_t copy;
    return NEXT(next_sigsuspend, "sigsuspend")(without_ours(set, &copy));
}

/* Waiting for the signal is handling it. */
static void about_to_wait(const sigset_t *set)
{
    if (has_our_signal(set))
        dump_signal_yield("waits for");
}

EXPORT int sigwait(const sigset_t *restrict set, int *restrict ret_number)
{
    about_to_wait(set);
    return NEXT(next_sigwait, "sigwait")(set, ret_number);
}

EXPORT int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict ret_info)
{
    about_to_wait(set);
    return NEXT(next_sigwaitinfo, "sigwaitinfo")(set, ret_info);
}

EXPORT int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict ret_info,
                        const struct timespec *restrict timeout)
{
    about_to_wait(set);
    timed_wait_begin();
    int number = NEXT(next_sigtimedwait, "sigtimedwait")(set, ret_info, timeout);
    timed_wait_end();
    return number;
}

EXPORT int signalfd(int fd, const sigset_t *set, int flags)
{
    about_to_wait(set);
    return NEXT(next_signalfd, "signalfd")(fd, set, flags);
}

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
                 const sigset_t *mask)
{
    sigset_t copy;
    return NEXT(next_ppoll, "ppoll")(fds, count, timeout, without_ours(mask, &copy));
}

EXPORT int pselect(int count, fd_set *restrict read, fd_set *restrict write,
                   fd_set *restrict except, const struct timespec *restrict timeout,
                   const sigset_t *restrict mask)
{
    sigset_t copy;
    return NEXT(next_pselect, "pselect")(count, read, write, except, timeout,
                                         without_ours(mask, &copy));
}

EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int count, int timeout,
                       const sigset_t *mask)
{
    sigset_t copy;
    timed_wait_begin_ms(timeout);
    int ready = NEXT(next_epoll_pwait, "epoll_pwait")(epoll, events, count, timeout,
                                                      without_ours(mask, &copy));
    timed_wait_end();
    return ready;
}

/* glibc has it since 2.35; a program that calls it was linked against one. */
EXPORT int epoll_pwait2(int epoll, struct epoll_event *events, int count,
                        const struct timespec *timeout, const sigset_t *mask)
{
    sigset_t copy;
    if (!NEXT(next_epoll_pwait2, "epoll_pwait2")) {
        errno = ENOSYS;
        return -1;
    }
    timed_wait_begin();
    int ready = next_epoll_pwait2(epoll, events, count, timeout, without_ours(mask, &copy));
    timed_wait_end();
    return ready;
}
