/*
 * The request is a queued signal with a cookie, the answer appears in the tracker's status block
 * (libcaulk/target.h).
 */
#include "cli/dump_ask.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/dump_watch.h"
#include "cli/options.h"
#include "cli/text.h"

/* How often the status block is looked at: a small dump takes a millisecond, a large one minutes.
 */
#define FIRST_WAIT_NS 500000
#define LONGEST_WAIT_NS 50000000

/* A process that hasn't begun to answer by then never will; one that has may take its time. */
#define PATIENCE_SECONDS 30.0
/* Time that a program just executed has to get past its tracker's constructor. */
#define START_SECONDS 2.0

uint64_t dump_ask_detail(const char *command, const char *detail)
{
    if (strcmp(detail, "lost") == 0)
        return STATUS_COOKIE_LOST;
    if (strcmp(detail, "full") == 0)
        return STATUS_COOKIE_FULL;
    options_fail(command, "--detail: '%s' is neither full nor lost", detail);
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Waits a little longer each time. */
static void wait_a_little(long *wait_ns)
{
    nanosleep(&(struct timespec){.tv_nsec = *wait_ns}, NULL);
    *wait_ns = *wait_ns * 2 < LONGEST_WAIT_NS ? *wait_ns * 2 : LONGEST_WAIT_NS;
}

static bool inspect_started(pid_t pid, struct target *ret_target, struct error *err)
{
    double begun = now_seconds();
    long wait_ns = FIRST_WAIT_NS;
    while (target_inspect(pid, ret_target, err)) {
        if (ret_target->state != TARGET_STARTING || now_seconds() - begun > START_SECONDS)
            return true;
        wait_a_little(&wait_ns);
    }
    return false;
}

static bool can_answer(const struct target *target, struct error *err)
{
    char pid[16];
    snprintf(pid, sizeof(pid), "%d", (int)target->pid);
    switch (target->state) {
    case TARGET_STARTING:
        return error_set(err, pid, "not tracked: its tracker takes no requests (caulk doctor %s)",
                         pid);
    case TARGET_OFF:
        return error_set(err, pid, "its tracker is off: %s", target->status.off_reason);
    case TARGET_OTHER:
        return error_set(
            err, pid,
            "its tracker is of another version than this caulk; restart it under this one's");
    case TARGET_TRACKED:
    case TARGET_SILENT:
        break;
    }
    if (target->stopped)
        return error_set(
            err, pid, "it is stopped, and answers only when it is continued (kill -CONT %s)", pid);
    return true;
}

bool dump_ask_inspect(pid_t pid, struct target *ret_target, struct error *err)
{
    return inspect_started(pid, ret_target, err) && can_answer(ret_target, err);
}

static const struct status_reply *wait_for_reply(struct target *target, uint64_t cookie,
                                                 struct error *err)
{
    const struct status_reply *reply;
    char pid[16], doing[64];
    snprintf(pid, sizeof(pid), "%d", (int)target->pid);
    snprintf(doing, sizeof(doing), "waiting for the dump of %s", pid);
    double last_sign = now_seconds();
    for (long wait_ns = FIRST_WAIT_NS; !(reply = target_reply(target, cookie));
         wait_a_little(&wait_ns)) {
        text_progress(doing);
        if (!target_refresh(target, err))
            return NULL;
        if (target->status.dumping)
            last_sign = now_seconds();
        else if (now_seconds() - last_sign > PATIENCE_SECONDS) {
            error_set(err, pid, "no answer within %.0f s (caulk doctor %s may say why)",
                      PATIENCE_SECONDS, pid);
            return NULL;
        }
    }
    text_progress(NULL);
    if (reply->result == STATUS_WRITTEN)
        return reply;
    error_set(err, pid, "no dump: %s%s%s (what to do: caulk doctor %s)", reply->path,
              reply->path[0] ? ": " : "", reply->reason, pid);
    return NULL;
}

static bool ask_by_signal(struct target *target, uint64_t detail, char ret_path[PATH_MAX],
                          struct error *err)
{
    uint64_t cookie;
    const struct status_reply *reply = NULL;
    if (target_request(target, detail, &cookie, err))
        reply = wait_for_reply(target, cookie, err);
    return reply &&
           (target_path(target, reply->path, ret_path) ||
            error_set(err, reply->path,
                      "written there by %d, but out of reach from here; try as root, or from its "
                      "container",
                      (int)target->pid));
}

bool dump_ask(pid_t pid, uint64_t detail, struct target *ret_target, char ret_path[PATH_MAX],
              struct error *err)
{
    struct target target;
    if (!dump_ask_inspect(pid, &target, err))
        return false;
    bool done = target.state == TARGET_SILENT ? dump_watch(&target, detail, ret_path, err)
                                              : ask_by_signal(&target, detail, ret_path, err);
    if (done)
        *ret_target = target;
    return done;
}
