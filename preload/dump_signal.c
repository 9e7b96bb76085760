#include "preload/dump_signal.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libcaulk/status_format.h"
#include "preload/interrupted.h"
#include "preload/log.h"
#include "preload/own_stack.h"
#include "preload/program_action.h"
#include "preload/signals.h"
#include "preload/snapshot_request.h"
#include "preload/status.h"
#include "preload/thread.h"
#include "preload/tracker.h"

enum owner { OURS, PROGRAMS };

static int number;
static bool started; /* the control signal's handler is installed */
static _Atomic int owner = PROGRAMS;
static _Atomic bool ever_blocked; /* a thread's virtual mask differs from its real one, or did */
static struct kernel_sigaction libc_control; /* libc's cancellation handler, once it has one */
static __thread bool blocked;                /* this thread's virtual mask */
static __thread pid_t real_in;               /* the vfork child on this thread with a real one */

/* Masks follow the owner: virtual while the signal is ours, real while it is the program's. */
static void settle_mask(uint64_t *mask)
{
    uint64_t bit = number ? signal_bit(number) : 0;
    if (owner == PROGRAMS && blocked) {
        *mask |= bit;
        blocked = false;
    } else if (owner == OURS && (*mask & bit)) {
        *mask &= ~bit;
        blocked = true;
        ever_blocked = true;
    }
}

static uint64_t own_signals(void)
{
    return signal_bit(CONTROL_SIGNAL) | (owner == OURS ? signal_bit(number) : 0);
}

static bool carries(const siginfo_t *info, uint64_t tag)
{
    return info->si_code == SI_QUEUE && (uint64_t)info->si_value.sival_ptr >> 48 == tag;
}

/* Parks or takes a snapshot now, or on the way out of the tracker where the thread is inside. */
static void serve(uint32_t what, void *context)
{
    if (thread_is_busy(interrupted_sp(context))) {
        atomic_fetch_or(&thread_self.pending, what);
        return;
    }
    struct stopped_at place;
    interrupted_place(context, &place);
    if (what & PENDING_PARK)
        park_self(&place);
    if (what & PENDING_DUMP)
        snapshot_serve(&place);
}

static void on_dump_signal(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number;
    int saved_errno = errno;
    int call = interrupted_restart(context);
    if (owner == OURS) {
        if (info->si_code > 0) /* no process's: the dump's child has ended */
            snapshot_child_ended();
        else
            snapshot_want(0);
        serve(PENDING_DUMP, context);
    } else { /* it was just given to the program, which has blocked it here or will take it */
        settle_mask(signals_context_mask(context));
        signals_queue(0, number, (uint64_t)info->si_value.sival_ptr);
    }
    interrupted_resume(context, call, own_signals());
    errno = saved_errno;
}

/* Cancellation: libc's handler may unwind the stack and never return. */
static void pass_to_libc(int signal_number, siginfo_t *info, void *context)
{
    if (!libc_control.handler)
        return;
    signals_restore(*signals_context_mask(context) | signal_bit(CONTROL_SIGNAL));
    libc_control.handler(signal_number, info, context);
}

static void on_park_signal(void *context)
{
    int saved_errno = errno;
    int call = interrupted_restart(context);
    serve(PENDING_PARK, context);
    settle_mask(signals_context_mask(context));
    interrupted_resume(context, call, own_signals());
    errno = saved_errno;
}

static void on_dump_request(siginfo_t *info, void *context)
{
    int saved_errno = errno;
    int call = interrupted_restart(context);
    if (carries(info, STATUS_COOKIE_TAG))
        snapshot_want((uint64_t)info->si_value.sival_ptr);
    else
        snapshot_child_ended();
    serve(PENDING_DUMP, context);
    interrupted_resume(context, call, own_signals());
    errno = saved_errno;
}

static void on_control_signal(int signal_number, siginfo_t *info, void *context)
{
    if (carries(info, PARK_TAG))
        parked_stack_call(on_park_signal, context);
    else if (carries(info, STATUS_COOKIE_TAG) || info->si_code > 0)
        on_dump_request(info, context);
    else
        pass_to_libc(signal_number, info, context);
}

static void settle_own_mask(void)
{
    uint64_t mask = signals_block_all();
    settle_mask(&mask);
    signals_restore(mask);
}

/* Every thread passes through its control signal's handler, where settle_mask() is called. */
static void settle_all_masks(void)
{
    if (ever_blocked) {
        uint64_t mask = signals_block_all();
        struct snapshot_thread *threads;
        uint32_t count;
        if (park_others(&(struct stopped_at){0}, &threads, &count))
            park_release();
        signals_restore(mask);
    }
    settle_own_mask();
}

int dump_signal_number(void)
{
    return number;
}

bool dump_signal_is_ours(void)
{
    return owner == OURS;
}

void dump_signal_yield(const char *does)
{
    int expected = OURS;
    if (!atomic_compare_exchange_strong(&owner, &expected, PROGRAMS))
        return;
    status_dump_signal(number, true);
    program_actions_settle(number, false);
    settle_all_masks();
    struct kernel_sigaction now;
    if (signals_get_action(number, &now) && now.handler == on_dump_signal)
        signals_set_action(number, &(struct kernel_sigaction){0});
    log_line("the program %s signal %d and keeps it; for a dump: caulk dump %d", does, number,
             (int)getpid());
}

/* Threads' masks are settled by the caller, or in each thread's next control signal. */
static bool become_ours(void)
{
    int expected = PROGRAMS;
    if (!number || !atomic_compare_exchange_strong(&owner, &expected, OURS))
        return false;
    if (!signals_install(number, on_dump_signal)) {
        owner = PROGRAMS;
        return false;
    }
    status_dump_signal(number, false);
    program_actions_settle(number, true);
    return true;
}

void dump_signal_reclaim(void)
{
    if (become_ours())
        settle_all_masks();
}

/* The signal is ours before the program's handler is taken away, for it may come again at any
 * point. Where the thread was interrupted it may hold what other threads wait for: they are not
 * stopped for their masks here. A vfork child has a copy of the action and not of its handler. */
void dump_signal_once(int signal_number, siginfo_t *info, void *context)
{
    int saved_errno = errno;
    bool borrowed = tracker_is_borrowed();
    if (!borrowed)
        become_ours();
    signal_handler *programs =
        borrowed ? program_action_get(signal_number).once : program_action_take_once(signal_number);
    errno = saved_errno;
    if (programs)
        programs(signal_number, info, context);
    else if (owner == OURS)
        on_dump_signal(signal_number, info, context);
}

bool dump_signal_is_handler(signal_handler *handler)
{
    return handler == on_dump_signal || handler == dump_signal_once;
}

bool dump_signal_blocked(void)
{
    return blocked;
}

void dump_signal_set_blocked(bool now)
{
    blocked = now;
    if (now)
        ever_blocked = true;
}

static bool is_real_here(void)
{
    return real_in && real_in == (pid_t)syscall(SYS_getpid);
}

bool dump_signal_mask_is_real(void)
{
    if (!tracker_is_borrowed())
        return false;
    if (!is_real_here()) {
        dump_signal_mask_real();
        real_in = (pid_t)syscall(SYS_getpid);
    }
    return true;
}

void dump_signal_mask_real(void)
{
    if (blocked && !is_real_here())
        signals_change_mask(SIG_BLOCK, signal_bit(number));
}

void dump_signal_mask_virtual(void)
{
    if (blocked && !is_real_here())
        signals_change_mask(SIG_UNBLOCK, signal_bit(number));
}

void control_signal_keep(void)
{
    struct kernel_sigaction now;
    if (signals_get_action(CONTROL_SIGNAL, &now) && now.handler != on_control_signal) {
        libc_control = now;
        signals_install(CONTROL_SIGNAL, on_control_signal);
    }
}

bool dump_signal_start(int dump_number, bool launched_blocked)
{
    if (!signals_install(CONTROL_SIGNAL, on_control_signal))
        return false;
    started = true;
    interrupted_start();
    struct kernel_sigaction inherited;
    if (!dump_number || !signals_get_action(dump_number, &inherited))
        return true;
    number = dump_number;
    if ((uintptr_t)inherited.handler == (uintptr_t)SIG_DFL) {
        dump_signal_reclaim();
        if (launched_blocked)
            blocked = false;
    } else {
        status_dump_signal(number, true);
        log_line("signal %d was ignored when the program started; for a dump: caulk dump %d",
                 number, (int)getpid());
    }
    return true;
}

bool dump_signal_started(void)
{
    return started;
}

static _Atomic bool ignored;

/* libc's own handler for cancellation is the program's matter. */
void dump_signals_ignore(void)
{
    struct kernel_sigaction ignore = {.handler = (signal_handler *)(uintptr_t)SIG_IGN};
    if (!started || atomic_exchange(&ignored, true))
        return;
    signals_set_action(CONTROL_SIGNAL, libc_control.handler ? &libc_control : &ignore);
    if (owner == OURS)
        signals_set_action(number, &ignore);
}

void dump_signals_heed(void)
{
    if (!atomic_exchange(&ignored, false))
        return;
    signals_install(CONTROL_SIGNAL, on_control_signal);
    if (owner == OURS)
        signals_install(number, on_dump_signal);
}
