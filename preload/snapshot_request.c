/*
 * One dump at a time. What is wanted meanwhile waits in a small table, and is served by whichever
 * thread learns of the child's end. The state lies in memory that a forked child finds wiped: a
 * dump under way is its parent's.
 */
#include "preload/snapshot_request.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "libcaulk/status_format.h"
#include "preload/block_regions.h"
#include "preload/child_usage.h"
#include "preload/clock.h"
#include "preload/dump_child.h"
#include "preload/dump_wants.h"
#include "preload/log.h"
#include "preload/own_stack.h"
#include "preload/pages.h"
#include "preload/plain_text.h"
#include "preload/program_frame.h"
#include "preload/seccomp.h"
#include "preload/signals.h"
#include "preload/snapshot_capture.h"
#include "preload/status.h"
#include "preload/tracker.h"
#include "preload/unforked.h"

enum { REASON_BYTES = 64 };

/* Of a millisecond: longer than threads take to be parked, or given up. */
enum { GIVE_UP_RESTS = 2000 };

struct request {
    uint64_t cookie;  /* of `caulk dump`, or 0 */
    const char *path; /* caulk_dump()'s, or NULL for the option's */
};

static struct dumping {
    _Atomic uint32_t active; /* a dump is under way; also what snapshot_now() waits on */
    struct dump_wants wants;
    _Atomic pid_t child; /* to be reaped; 0 while it isn't known yet, or a thread is at it */
    _Atomic bool looked; /* somebody wanted to reap while another thread was at it */
    const char *_Atomic given_up; /* why, or NULL */
    uint64_t cookie;              /* of the dump under way */
    int error;                    /* of the last one that ended: errno, or 0 */
    struct dump_outcome *outcome;
} * dumping;

bool snapshot_start(void)
{
    dumping = pages_map(sizeof(*dumping));
    if (!dumping || !own_stack_init() || !unforked_start() || !child_usage_start())
        return false;
    syscall(SYS_madvise, dumping, sizeof(*dumping), MADV_WIPEONFORK);
    return true;
}

void snapshot_want(uint64_t cookie)
{
    if (!dump_wants_add(&dumping->wants, cookie))
        log_line("no dump: %d requests wait already", WANTED_COOKIES_MAX);
}

/* Answers a request for which nothing could be begun. */
static void answer_refusal(uint64_t cookie, int error, const char *reason)
{
    status_answer(&(struct status_answer){
        .cookie = cookie,
        .result = STATUS_FAILED,
        .error = (uint32_t)error,
        .reason = reason,
    });
}

static void answer(const struct dump_outcome *outcome, uint64_t cookie)
{
    status_answer(&(struct status_answer){
        .cookie = cookie,
        .result = outcome->result,
        .error = (uint32_t)outcome->error,
        .sequence = outcome->sequence,
        .path = outcome->path,
        .reason = outcome->reason,
    });
}

/* Ends the dump under way, whatever came of it. */
static void finish(void)
{
    struct dump_outcome *outcome = dumping->outcome;
    dumping->error = outcome->error;
    block_regions_give_back(&tracker.blocks, &outcome->empty_regions);
    if (outcome->result == STATUS_WRITTEN) {
        tracker.process->sequence = outcome->sequence;
        tracker.process->dumped_until = outcome->tick + 1;
    }
    answer(outcome, dumping->cookie);
    status_dumping(false);
    pages_unmap(outcome, sizeof(*outcome));
    dumping->outcome = NULL;
    dumping->active = 0;
}

static void fail(int error, const char *what)
{
    struct dump_outcome *outcome = dumping->outcome;
    text_format(outcome->reason, sizeof(outcome->reason), "%s: %s", what, strerrordesc_np(error));
    outcome->error = error;
    outcome->result = STATUS_FAILED;
    log_line("no dump: %s", outcome->reason);
}

static bool wants_only_lost(const struct request *request)
{
    return request->cookie & STATUS_COOKIE_DETAIL ? request->cookie & STATUS_COOKIE_LOST
                                                  : tracker.options.only_lost;
}

/*
 * Makes the snapshot; the caller holds `active`. 0 when the child is at work, else an errno. Only
 * when nothing of the dump is used here any more can the child be reaped: all threads run again,
 * and one of them would give back the outcome and the stack. The caller looks whether the child
 * ended before that, unnoticed.
 */
static int begin(const struct request *request, const struct stopped_at *place)
{
    struct snapshot_capture details = {
        .template = request->path ? request->path : tracker.options.dump,
        .only_lost = wants_only_lost(request),
        .place = place,
        .begin_ns = clock_monotonic_ns(),
    };
    struct dump_outcome *outcome = pages_map_shared(sizeof(*outcome));
    if (!outcome) {
        int error = errno;
        char reason[REASON_BYTES];
        text_format(reason, sizeof(reason), "mmap: %s", strerrordesc_np(error));
        log_line("no dump: %s", reason);
        answer_refusal(request->cookie, error, reason);
        dumping->active = 0;
        return error;
    }
    details.outcome = dumping->outcome = outcome;
    dumping->cookie = request->cookie;
    status_dumping(true);
    own_stack_call(snapshot_capture, &details);
    if (details.error) {
        fail(details.error, details.what);
        finish();
    } else {
        dumping->child = details.child;
    }
    return details.error;
}

static bool become_active(void)
{
    uint32_t idle = 0;
    return atomic_compare_exchange_strong(&dumping->active, &idle, 1);
}

static const char *forbidden(char *ret_reason, size_t capacity)
{
    const char *call = tracker_on() ? seccomp_forbidden() : NULL;
    if (!call)
        return NULL;
    text_format(ret_reason, capacity, "seccomp: %s would end the process", call);
    log_line("no dump: %s", ret_reason);
    return ret_reason;
}

/* Answers what is wanted where a seccomp filter would end the process for a dump. */
static void refuse(void)
{
    uint64_t cookie;
    char reason[REASON_BYTES];
    while (seccomp_forbidden() && dump_wants_take(&dumping->wants, &cookie))
        answer_refusal(cookie, EPERM, forbidden(reason, sizeof(reason)));
}

static void note_death(int status)
{
    struct dump_outcome *outcome = dumping->outcome;
    if (outcome->result != STATUS_PENDING)
        return;
    if (dumping->given_up)
        text_format(outcome->reason, sizeof(outcome->reason), "%s", dumping->given_up);
    else if (WIFSIGNALED(status))
        text_format(outcome->reason, sizeof(outcome->reason),
                    "the dump's process was killed by signal %d%s", WTERMSIG(status),
                    WTERMSIG(status) == SIGKILL ? " (out of memory?)" : "");
    else
        text_format(outcome->reason, sizeof(outcome->reason), "the dump's process ended early");
    if (outcome->temporary[0])
        output_file_remove(outcome->temporary);
    outcome->error = ECHILD;
    outcome->result = STATUS_FAILED;
    log_line("no dump: %s", outcome->reason);
}

/* As wait4: the child once it has ended, else 0. Where that is not allowed, it has when it says
 * what came of the dump, and is never buried. */
static long wait_for(pid_t child, int *ret_status, int options)
{
    struct rusage usage;
    long ended;
    do
        ended = syscall(SYS_wait4, child, ret_status, __WCLONE | options, &usage);
    while (ended < 0 && errno == EINTR);
    if (ended > 0)
        child_usage_add(&usage);
    if (ended < 0 && errno != ECHILD && dumping->outcome->result == STATUS_PENDING)
        ended = 0;
    return ended;
}

/* Finishes the dump if its child has ended; without WNOHANG waits for that. False when there is
 * nothing to reap: no child yet or any more, or another thread is at it, which looks again. */
static bool reap(int options)
{
    int status = 0;
    pid_t child;
    long ended;
    do {
        dumping->looked = true;
        if ((child = atomic_exchange(&dumping->child, 0)) == 0)
            return false;
        dumping->looked = false;
        ended = wait_for(child, &status, options);
        if (ended != 0) {
            note_death(status);
            finish();
            return true;
        }
        dumping->child = child;
    } while (dumping->looked);
    return false;
}

/* The signal of a child's end may be lost, where the queue is full: whoever comes next looks. */
void snapshot_serve(const struct stopped_at *place)
{
    struct request request = {0};
    struct dump_wants *wants = &dumping->wants;
    if (!tracker_on())
        return;
    refuse();
    if (!dump_wants_any(wants) || !tracker_process())
        return;
    while (dump_wants_any(wants) && (become_active() || (reap(WNOHANG) && become_active()))) {
        if (!dump_wants_take(wants, &request.cookie))
            dumping->active = 0;
        else if (begin(&request, place) == 0 && !reap(WNOHANG))
            return;
    }
}

void snapshot_child_ended(void)
{
    reap(WNOHANG);
}

/* Until another thread is done. Not libc's nanosleep: no thread is cancelled here. */
static void rest(void)
{
    syscall(SYS_nanosleep, &(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* Nobody else reaps a child that is not known, so it can't be another process's number here. */
static void kill_child(void)
{
    pid_t child = atomic_exchange(&dumping->child, 0);
    if (!child)
        return;
    syscall(SYS_kill, child, SIGKILL);
    dumping->child = child;
}

/* Another thread may be just about to make the child known, or to reap it. It may also be this one,
 * whose caulk_dump() a signal's handler has interrupted to execute something: that can't be waited
 * for. */
void snapshot_give_up(const char *why)
{
    if (!dumping || !dumping->active || tracker_is_borrowed())
        return;
    dumping->given_up = why;
    for (int i = 0; dumping->active && i < GIVE_UP_RESTS; i++) {
        kill_child();
        if (!reap(0))
            rest();
    }
    dumping->given_up = NULL;
}

/* Begins a dump as soon as no other is under way; waits where the thread can be parked. */
static int begin_in_turn(const char *path, const struct stopped_at *place)
{
    char reason[REASON_BYTES];
    if (forbidden(reason, sizeof(reason)))
        return EPERM;
    if (!tracker_on() || !tracker_process())
        return EAGAIN;
    for (;;) {
        uint64_t mask = signals_block_all();
        bool turn = become_active();
        int error = turn ? begin(&(struct request){.path = path}, place) : 0;
        signals_restore(mask);
        if (turn)
            return error;
        if (!reap(0))
            rest();
    }
}

void snapshot_refuse_wanted(void)
{
    if (dump_wants_any(&dumping->wants))
        log_line("no dump: the program ended while another dump was written");
}

void snapshot_await(void)
{
    while (dumping->active && !reap(0))
        rest();
}

int snapshot_now_at(const struct program_frame *frame);

PROGRAM_FRAME_ENTRY(snapshot_now, snapshot_now_at);

static void serve_the_others(const struct stopped_at *place)
{
    uint64_t mask = signals_block_all();
    snapshot_serve(place);
    signals_restore(mask);
}

__attribute__((used)) int snapshot_now_at(const struct program_frame *frame)
{
    struct stopped_at place;
    program_frame_place(frame, &place);
    int error = begin_in_turn((const char *)frame->value, &place);
    if (!error) {
        snapshot_await();
        error = dumping->error;
    }
    serve_the_others(&place);
    if (!error)
        return 0;
    errno = error;
    return -1;
}
