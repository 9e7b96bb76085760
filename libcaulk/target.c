/*
 * Inspects first, sends last: what is known of the process comes from /proc and from its memory,
 * both without its help, and only one that will catch the request signal is sent one. The signal
 * goes through a PID file descriptor opened before the inspection of what it then names, so a
 * process that took the PID over in between is never hit.
 */
#include "libcaulk/target.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libcaulk/memory.h"
#include "libcaulk/proc.h"
#include "libcaulk/process_memory.h"
#include "libcaulk/remote_image.h"

/* A writer holds the lock for a few stores; one that is stopped in between holds it for ever. */
#define LOCK_TRIES 1000

/* More counters than any process has threads: a number beyond is damage. */
#define MAX_COUNTERS (1u << 20)
#define COUNTERS_AT_ONCE 256

/* Errors are about a process, so its PID stands where others have a file. */
struct pid_name {
    char s[16];
};

static struct pid_name pid_name(pid_t pid)
{
    struct pid_name name;
    snprintf(name.s, sizeof(name.s), "%d", (int)pid);
    return name;
}

/* It is no more what it was found to be. */
static bool gone_error(struct error *err, pid_t pid)
{
    struct proc_status process;
    bool runs = proc_status(proc_task(pid), &process) && process.has_memory;
    return error_set(err, pid_name(pid).s,
                     runs ? "it executes another program by now" : "it has ended");
}

static bool process_error(struct error *err, pid_t pid, int failure)
{
    switch (failure) {
    case ENOENT:
    case ESRCH:
        return error_set(err, pid_name(pid).s, "no such process (tracked ones: caulk ps)");
    case EACCES:
    case EPERM:
        return error_set(err, pid_name(pid).s,
                         "its memory may not be read: another user's process, or reading is "
                         "restricted (kernel.yama.ptrace_scope); try as root");
    default:
        return error_set(err, pid_name(pid).s, "it can't be inspected: %s", strerror(failure));
    }
}

/* ---- the status block ---- */

static bool read_lock(const struct target *target, uint32_t *ret_lock)
{
    return process_memory_read(target->task,
                               target->status_address + offsetof(struct tracker_status, lock),
                               ret_lock, sizeof(*ret_lock));
}

static bool read_block(struct target *target)
{
    uint32_t before, after;
    for (int i = 0; i < LOCK_TRIES; i++) {
        struct tracker_status status;
        if (!read_lock(target, &before) ||
            !process_memory_read(target->task, target->status_address, &status, sizeof(status)) ||
            !read_lock(target, &after))
            return false;
        if (before == after && !(before & 1)) {
            target->status = status;
            for (int r = 0; r < STATUS_REPLIES; r++) {
                target->status.replies[r].path[STATUS_PATH_BYTES - 1] = '\0';
                target->status.replies[r].reason[STATUS_REASON_BYTES - 1] = '\0';
            }
            target->status.off_reason[STATUS_REASON_BYTES - 1] = '\0';
            target->status.dump[STATUS_PATH_BYTES - 1] = '\0';
            return true;
        }
        sched_yield();
    }
    errno = EBUSY;
    return false;
}

static bool add_counters(struct target *target, const struct status_chunk *chunk)
{
    struct status_counter counters[COUNTERS_AT_ONCE];
    for (uint64_t done = 0; done < chunk->count;) {
        uint64_t left = chunk->count - done;
        size_t count = left < COUNTERS_AT_ONCE ? left : COUNTERS_AT_ONCE;
        if (!process_memory_read(target->task, chunk->address + done * sizeof(*counters), counters,
                                 count * sizeof(*counters)))
            return false;
        for (size_t i = 0; i < count; i++) {
            target->live_bytes += counters[i].allocated_bytes - counters[i].freed_bytes;
            target->live_blocks += counters[i].allocated_blocks - counters[i].freed_blocks;
        }
        done += count;
    }
    return true;
}

static bool read_counters(struct target *target)
{
    target->live_bytes = target->live_blocks = 0;
    if (!process_memory_read(target->task, target->status.stack_frames, &target->stack_frames,
                             sizeof(target->stack_frames)))
        return false;
    for (int i = 0; i < STATUS_COUNTER_CHUNKS && target->status.chunks[i].count; i++) {
        const struct status_chunk *chunk = &target->status.chunks[i];
        if (chunk->count > MAX_COUNTERS) {
            errno = EINVAL;
            return false;
        }
        if (!add_counters(target, chunk))
            return false;
    }
    return true;
}

static bool catches(const struct proc_status *process, uint32_t signal)
{
    return signal >= 1 && signal <= 64 && (process->caught >> (signal - 1) & 1);
}

static enum target_state find_state(const struct tracker_status *status,
                                    const struct proc_status *process)
{
    if (status->magic != STATUS_MAGIC)
        return TARGET_STARTING;
    if (status->version != STATUS_VERSION)
        return TARGET_OTHER;
    if (!status->tracking)
        return TARGET_OFF;
    return catches(process, status->request_signal) ? TARGET_TRACKED : TARGET_STARTING;
}

static bool read_status(struct target *target, uint64_t library)
{
    return remote_symbol(target->task, library, STATUS_SYMBOL, &target->status_address) &&
           read_block(target);
}

bool target_inspect(pid_t pid, struct target *ret_target, struct error *err)
{
    struct proc_status process;
    uint64_t base;
    if (!proc_status(pid, &process))
        return process_error(err, pid, errno);
    pid_t task = proc_task(pid);
    if (!process.has_memory && !process.kernel_thread && task == pid)
        return error_set(err, pid_name(pid).s, "it has ended");
    if (!proc_find_library(task, TARGET_LIBRARY, &base))
        return errno == ENOENT
                   ? error_set(err, pid_name(pid).s,
                               "not tracked (why, and what can be done: caulk doctor %d)", (int)pid)
                   : process_error(err, pid, errno);
    struct target target = {.pid = pid,
                            .task = task,
                            .parent = process.parent,
                            .inner_pid = process.inner_pid,
                            .uid = process.uid,
                            .stopped = process.state == 'T' || process.state == 't'};
    proc_program(task, target.program);
    if (read_status(&target, base)) {
        target.state = find_state(&target.status, &process);
    } else if ((errno == EPERM || errno == EACCES) && catches(&process, STATUS_REQUEST_SIGNAL)) {
        target.state = TARGET_SILENT;
        target.status.request_signal = STATUS_REQUEST_SIGNAL;
    } else {
        return process_error(err, pid, errno);
    }
    if (target.state == TARGET_TRACKED && !read_counters(&target))
        return process_error(err, pid, errno);
    /* A child that has just been forked still has a copy of its parent's block. */
    if (target.status.pid != (uint32_t)process.inner_pid)
        target.status.dumps_made = 0;
    *ret_target = target;
    return true;
}

bool target_refresh(struct target *target, struct error *err)
{
    if (read_block(target) && target->status.magic == STATUS_MAGIC)
        return true;
    pid_t before = target->task;
    target->task = proc_task(target->pid);
    if (target->task != before)
        return target_refresh(target, err);
    return gone_error(err, target->pid);
}

bool target_list(struct target **ret_targets, size_t *ret_count, struct error *err)
{
    pid_t *pids;
    size_t pid_count, count = 0;
    if (!proc_list(&pids, &pid_count))
        return error_set(err, "/proc", "%s", strerror(errno));
    struct target *targets = NULL, target;
    for (size_t i = 0; i < pid_count; i++) {
        if (!target_inspect(pids[i], &target, NULL))
            continue;
        targets = need_room(targets, count, sizeof(*targets));
        targets[count++] = target;
    }
    free(pids);
    *ret_targets = targets;
    *ret_count = count;
    return true;
}

/* ---- requests ---- */

static bool still_catches(const struct target *target)
{
    struct proc_status process;
    uint64_t base, address;
    if (!proc_status(target->pid, &process) || !catches(&process, target->status.request_signal) ||
        !proc_find_library(target->task, TARGET_LIBRARY, &base))
        return false;
    return target->state == TARGET_SILENT ||
           (remote_symbol(target->task, base, STATUS_SYMBOL, &address) &&
            address == target->status_address);
}

/* Kernels before 5.3, and some containers' filters, know no PID file descriptors. */
static int send_signal(const struct target *target, int pidfd, siginfo_t *info)
{
    if (pidfd >= 0)
        return pidfd_send_signal(pidfd, info->si_signo, info, 0);
    return (int)syscall(SYS_rt_sigqueueinfo, target->pid, info->si_signo, info);
}

bool target_request(const struct target *target, uint64_t detail, uint64_t *ret_cookie,
                    struct error *err)
{
    uint64_t cookie;
    if (getrandom(&cookie, sizeof(cookie), 0) != sizeof(cookie))
        return error_set(err, pid_name(target->pid).s, "no random number for the request: %s",
                         strerror(errno));
    cookie = cookie >> (64 - STATUS_COOKIE_SHIFT) | STATUS_COOKIE_TAG << STATUS_COOKIE_SHIFT;
    cookie = (cookie & ~STATUS_COOKIE_DETAIL) | detail;

    siginfo_t info = {.si_signo = (int)target->status.request_signal, .si_code = SI_QUEUE};
    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value.sival_ptr = (void *)(uintptr_t)cookie;

    int pidfd = pidfd_open(target->pid, 0);
    bool catches = still_catches(target);
    int failed = catches ? send_signal(target, pidfd, &info) : 0;
    int failure = errno;
    if (pidfd >= 0)
        close(pidfd);
    if (!catches)
        return gone_error(err, target->pid);
    if (failed)
        return error_set(err, pid_name(target->pid).s, "it can't be asked: %s",
                         failure == EAGAIN ? "too many signals are queued (RLIMIT_SIGPENDING)"
                                           : strerror(failure));
    *ret_cookie = cookie;
    return true;
}

const struct status_reply *target_reply(const struct target *target, uint64_t cookie)
{
    for (int r = 0; r < STATUS_REPLIES; r++)
        if (target->status.replies[r].cookie == cookie)
            return target->status.replies[r].result == STATUS_PENDING ? NULL
                                                                      : &target->status.replies[r];
    return NULL;
}

bool target_path(const struct target *target, const char *path, char ret_path[PATH_MAX])
{
    char inside[PATH_MAX];
    int length = snprintf(inside, sizeof(inside), "/proc/%d/root%s", (int)target->task, path);
    bool reached = length < PATH_MAX && access(inside, F_OK) == 0;
    bool plain = strlen(path) < PATH_MAX && access(path, F_OK) == 0;
    if (plain && (!reached || proc_same_file(path, inside)))
        strcpy(ret_path, path);
    else if (reached)
        proc_plain_path(inside, ret_path);
    else
        return false;
    return true;
}
