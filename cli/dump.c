/*
 * `caulk dump PID`: asks the tracker in a process for a dump, waits for it, and says where it is.
 *
 * The request is a queued signal with a cookie, the answer appears in the tracker's status block
 * (libcaulk/target.h). With --tree the process's descendants follow one after another: all of a
 * daemon's workers stopped at once would be noticed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/copy.h"
#include "cli/dump_watch.h"
#include "cli/fatal.h"
#include "cli/forecast.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/text.h"
#include "libcaulk/proc.h"
#include "libcaulk/target.h"

/* How often the status block is looked at: a small dump takes a millisecond, a large one minutes.
 */
#define FIRST_WAIT_NS 500000
#define LONGEST_WAIT_NS 50000000

/* A process that hasn't begun to answer by then never will; one that has may take its time. */
#define PATIENCE_SECONDS 30.0
/* Time that a program just executed has to get past its tracker's constructor. */
#define START_SECONDS 2.0

struct dump_options {
    pid_t pid;
    const char *output;
    bool tree, dry_run, json;
    uint64_t detail; /* STATUS_COOKIE_… as target_request() takes it */
};

enum { OPTION_TREE = OPTION_FIRST_FREE, OPTION_DRY_RUN, OPTION_DETAIL };

static void parse_detail(const char *detail, struct dump_options *options)
{
    if (strcmp(detail, "lost") == 0)
        options->detail = STATUS_COOKIE_LOST;
    else if (strcmp(detail, "full") == 0)
        options->detail = STATUS_COOKIE_FULL;
    else
        options_fail("dump", "--detail: '%s' is neither full nor lost", detail);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct dump_options *options = state->input;
    switch (key) {
    case 'o':
        options->output = argument;
        return 0;
    case OPTION_TREE:
        options->tree = true;
        return 0;
    case OPTION_DRY_RUN:
        options->dry_run = true;
        return 0;
    case OPTION_DETAIL:
        parse_detail(argument, options);
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->pid)
            options_fail("dump", "one PID, not also '%s' (descendants: --tree)", argument);
        options->pid = (pid_t)options_number("dump", "PID", argument, 1, INT32_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- one process ---- */

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
        return error_set(err, pid, "its tracker is off: %s", target->status.last_reason);
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

static bool wait_for_answer(struct target *target, uint64_t cookie, struct error *err)
{
    char pid[16], doing[64];
    snprintf(pid, sizeof(pid), "%d", (int)target->pid);
    snprintf(doing, sizeof(doing), "waiting for the dump of %s", pid);
    double last_sign = now_seconds();
    for (long wait_ns = FIRST_WAIT_NS; !target_answered(target, cookie); wait_a_little(&wait_ns)) {
        text_progress(doing);
        if (!target_refresh(target, err))
            return false;
        if (target->status.dumping)
            last_sign = now_seconds();
        else if (now_seconds() - last_sign > PATIENCE_SECONDS)
            return error_set(err, pid, "no answer within %.0f s (caulk doctor %s may say why)",
                             PATIENCE_SECONDS, pid);
    }
    text_progress(NULL);
    const struct tracker_status *status = &target->status;
    if (status->last_result != STATUS_WRITTEN)
        return error_set(err, pid, "no dump: %s%s%s (what to do: caulk doctor %s)",
                         status->last_path, status->last_path[0] ? ": " : "", status->last_reason,
                         pid);
    return true;
}

static bool dump_process(pid_t pid, uint64_t detail, struct target *ret_target,
                         char ret_path[PATH_MAX], struct error *err)
{
    struct target target;
    uint64_t cookie;
    if (!inspect_started(pid, &target, err) || !can_answer(&target, err))
        return false;
    if (target.state == TARGET_SILENT) {
        if (!dump_watch(&target, detail, ret_path, err))
            return false;
    } else if (!target_request(&target, detail, &cookie, err) ||
               !wait_for_answer(&target, cookie, err)) {
        return false;
    } else if (!target_path(&target, target.status.last_path, ret_path)) {
        return error_set(
            err, target.status.last_path,
            "written there by %d, but out of reach from here; try as root, or from its container",
            (int)pid);
    }
    *ret_target = target;
    return true;
}

/* ---- the command ---- */

struct result {
    struct json *json; /* NULL: text */
    const char *output;
};

static void report(const struct result *result, const struct target *target, const char *path)
{
    if (result->output) {
        copy_file(path, result->output);
        path = result->output;
    }
    if (result->json) {
        json_object(result->json, NULL);
        json_number(result->json, "pid", (uint64_t)target->pid);
        json_string(result->json, "program", target->program);
        json_string(result->json, "path", path);
        json_end(result->json);
    } else if (!result->output || strcmp(result->output, "-")) {
        puts(path);
    }
}

/* What is not tracked among the descendants (a shell, a helper) is passed over. */
static enum exit_status dump_descendants(const struct dump_options *options,
                                         const struct result *result)
{
    enum exit_status status = EXIT_DONE;
    pid_t *pids;
    size_t count;
    if (!proc_descendants(options->pid, &pids, &count))
        fatal("/proc", "descendants can't be listed");
    for (size_t i = 1; i < count; i++) {
        struct target target;
        char path[PATH_MAX];
        struct error err;
        if (!target_inspect(pids[i], &target, &err))
            continue;
        if (dump_process(pids[i], options->detail, &target, path, &err)) {
            report(result, &target, path);
        } else {
            warn(err.file, "%s", err.message);
            status = EXIT_FAILED;
        }
    }
    free(pids);
    return status;
}

static int dry_run(const struct dump_options *options)
{
    struct target target;
    struct error err;
    if (!inspect_started(options->pid, &target, &err) || !can_answer(&target, &err))
        fatal_error(&err);
    forecast_print(&target, options->detail == STATUS_COOKIE_LOST, options->json);
    return EXIT_DONE;
}

static void check_options(const struct dump_options *options)
{
    if (!options->pid)
        options_fail("dump", "no PID (tracked processes: caulk ps)");
    if (options->dry_run && (options->tree || options->output))
        options_fail("dump", "--dry-run makes no dump: it goes with neither -o nor --tree");
    if (options->tree && options->output)
        options_fail("dump", "-o is for one dump, --tree makes several");
    if (options->json && options->output && !strcmp(options->output, "-"))
        options_fail("dump", "--json and the dump can't both go to standard output");
    if (options->output)
        copy_check(options->output);
}

int dump_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {NULL, 'o', "FILE", 0, "copy the dump to FILE (-: standard output)", 0},
        {"tree", OPTION_TREE, NULL, 0, "its descendants too, one after another", 0},
        {"detail", OPTION_DETAIL, "full|lost", 0,
         "lost: lost and possible blocks in full, the others summed by site: small files for heaps "
         "of many gigabytes",
         0},
        {"dry-run", OPTION_DRY_RUN, NULL, 0, "make no dump, say what one would cost", 0},
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "PID",
        .doc = "Asks a tracked process for a dump, waits until it is whole, and prints its path."};
    struct dump_options options = {0};
    options_parse("dump", &argp, 0, argc, argv, &options);
    check_options(&options);
    if (options.dry_run)
        return dry_run(&options);

    struct target target;
    char path[PATH_MAX];
    struct error err;
    if (!dump_process(options.pid, options.detail, &target, path, &err)) {
        text_progress(NULL);
        fatal_error(&err);
    }
    struct result result = {.output = options.output};
    if (options.json) {
        result.json = json_create(stdout);
        json_object(result.json, NULL);
        json_string(result.json, "schema", "caulk.dump/1");
        json_array(result.json, "dumps");
    }
    report(&result, &target, path);
    enum exit_status status = options.tree ? dump_descendants(&options, &result) : EXIT_DONE;
    if (result.json) {
        json_end(result.json);
        json_end(result.json);
        json_destroy(result.json);
    }
    return status;
}
