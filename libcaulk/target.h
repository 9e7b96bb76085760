/*
 * A running process, as far as the tracker in it is concerned: whether it is tracked, what its
 * status block says, and how a dump is asked for.
 *
 * Tracked means: libcaulk.so is mapped, and the request signal has a handler. Any other process
 * would die of the signal, so target_request() is for TARGET_TRACKED and TARGET_SILENT only.
 */
#ifndef CAULK_TARGET_H
#define CAULK_TARGET_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "libcaulk/error.h"
#include "libcaulk/status_format.h"

/* The tracker's file. */
#define TARGET_LIBRARY "libcaulk.so"

enum target_state {
    TARGET_TRACKED,
    TARGET_STARTING, /* the library is mapped, but takes no requests: not yet, or not any more */
    TARGET_OFF,      /* the tracker has given up; status.off_reason says why */
    TARGET_OTHER,    /* the library is of a version that this one doesn't know */
    TARGET_SILENT,   /* tracked, but its memory may not be read: no status, no answers */
};

struct target {
    pid_t pid;
    pid_t task; /* a thread through which its memory and files are seen, see proc_task() */
    pid_t parent;
    pid_t inner_pid; /* in its own PID namespace */
    uid_t uid;
    char program[PATH_MAX];
    enum target_state state;
    bool stopped; /* by a signal or a debugger: answers nothing until it is continued */
    uint64_t status_address;
    struct tracker_status status;
    uint64_t live_bytes, live_blocks;
    uint32_t stack_frames; /* distinct ones, of all stacks so far */
};

/* Fills *ret_target for a process that has the library mapped. False for any other: "no such
 * process", "not tracked", "it is another user's", or that its memory may not be read. */
bool target_inspect(pid_t pid, struct target *ret_target, struct error *err);

/* Reads the status block again, nothing else. False where the process has gone, or is executing
 * another program. Cheap enough to poll. */
bool target_refresh(struct target *target, struct error *err);

/* All processes that have the library mapped and can be read, by PID; the caller frees them. */
bool target_list(struct target **ret_targets, size_t *ret_count, struct error *err);

/* Queues a request for a dump; the answer will be in the status block (status_format.h), under a
 * cookie that is set before. detail: STATUS_COOKIE_LOST, STATUS_COOKIE_FULL, or 0 for
 * what the process's options say. */
bool target_request(const struct target *target, uint64_t detail, uint64_t *ret_cookie,
                    struct error *err);

/* How this request was answered: a dump is whole, or has failed. NULL: not yet. */
const struct status_reply *target_reply(const struct target *target, uint64_t cookie);

/* The path under which this process can open what the target calls `path`: the same, the path of
 * its chroot in front, or through /proc/PID/root. False where it can be reached in no way. */
bool target_path(const struct target *target, const char *path, char ret_path[PATH_MAX]);

#endif
