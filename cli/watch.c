/*
 * `caulk watch PID`: dumps on a schedule, or when the process grows beyond a limit, of which the
 * last few are kept.
 *
 * The process is asked as `caulk dump` asks it; where no answer comes, that is said, and the next
 * try goes on. Its end is told by a descriptor of it (pidfd), so another process that gets the
 * number later is never taken for it. A signal ends this program at once while it only waits; while
 * it exports, which a child does, it ends after that, so that no half file stays.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/amounts.h"
#include "cli/command.h"
#include "cli/dump_ask.h"
#include "cli/export.h"
#include "cli/fatal.h"
#include "cli/json.h"
#include "cli/kept_files.h"
#include "cli/options.h"
#include "cli/text.h"
#include "libcaulk/memory.h"
#include "libcaulk/proc.h"

/* How often resident memory is looked at. */
#define LOOK_MS 1000
#define KEEP_DEFAULT 6
#define KEEP_MAX 100000

struct watch_options {
    pid_t pid;
    uint64_t every_seconds; /* 0: on no schedule */
    uint64_t above_bytes;   /* 0: no limit */
    uint32_t keep;
    const char *format; /* NULL: nothing is exported */
    uint64_t detail;    /* as dump_ask() takes it */
    bool json;
};

struct watch {
    const struct watch_options *options;
    struct kept_files kept;
    int process; /* descriptor: readable when it has ended */
    bool was_above;
    uint64_t dumps;
};

enum watch_key { KEY_EVERY = OPTION_FIRST_FREE, KEY_ABOVE, KEY_KEEP, KEY_EXPORT, KEY_DETAIL };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct watch_options *options = state->input;
    switch (key) {
    case KEY_EVERY:
        options->every_seconds = amounts_seconds("watch", "--every", argument);
        return 0;
    case KEY_ABOVE:
        options->above_bytes = amounts_bytes("watch", "--above", argument);
        return 0;
    case KEY_KEEP:
        options->keep = (uint32_t)options_number("watch", "--keep", argument, 1, KEEP_MAX);
        return 0;
    case KEY_EXPORT:
        options->format = argument;
        if (!export_format_find(argument))
            options_fail("watch", "--export: no format '%s' (caulk export --help)", argument);
        return 0;
    case KEY_DETAIL:
        options->detail = dump_ask_detail("watch", argument);
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->pid)
            options_fail("watch", "one PID, not also '%s'", argument);
        options->pid = (pid_t)options_number("watch", "PID", argument, 1, INT32_MAX);
        return 0;
    case ARGP_KEY_END:
        if (!options->pid)
            options_fail("watch", "no PID (tracked processes: caulk ps)");
        if (!options->every_seconds && !options->above_bytes)
            options_fail("watch", "when? (--every=10m, --above=2G)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- stopping ---- */

static volatile sig_atomic_t exporting, stopping;

/* Signal handler. */
static void stop(int signal)
{
    (void)signal;
    if (!exporting)
        _exit(EXIT_DONE);
    stopping = 1;
}

static void catch_signals(void)
{
    const struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* ---- one dump ---- */

/* Runs `caulk export` in a child: where that fails, it has said why. */
static bool export_dump(const char *format, const char *path, const char *output)
{
    char option[64];
    snprintf(option, sizeof(option), "--format=%s", format);
    char *const words[] = {"export", (char *)path, option, "-o", (char *)output, NULL};
    int status = -1;
    exporting = 1;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_IGN);
        signal(SIGTERM, SIG_IGN);
        exit(export_run(5, (char **)words));
    }
    if (child < 0)
        warn(output, "not exported: %m");
    else
        waitpid(child, &status, 0);
    exporting = 0;
    return status == 0;
}

/* The file's path, the caller's to free, or NULL. */
static char *keep_export(struct watch *watch, const char *path)
{
    char *output = format_text("%s.%s", path, watch->options->format);
    if (export_dump(watch->options->format, path, output)) {
        kept_files_add(&watch->kept, output);
        return output;
    }
    free(output);
    return NULL;
}

/* Somebody may read along: each is there as soon as it is made. */
static void print_path(const char *path)
{
    puts(path);
    fflush(stdout);
}

static void print_json(const struct target *target, const char *path, const char *exported)
{
    struct json *json = json_create_lines(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.watch/1");
    json_number(json, "pid", (uint64_t)target->pid);
    json_string(json, "program", target->program);
    json_string(json, "path", path);
    json_string(json, "export", exported);
    json_end(json);
    json_destroy(json);
    fflush(stdout);
}

static bool has_ended(const struct watch *watch)
{
    struct pollfd process = {.fd = watch->process, .events = POLLIN};
    return poll(&process, 1, 0) > 0;
}

static void dump(struct watch *watch)
{
    struct target target;
    char path[PATH_MAX];
    struct error err;
    if (!dump_ask(watch->options->pid, watch->options->detail, &target, path, &err)) {
        text_progress(NULL);
        if (!has_ended(watch))
            warn(err.file, "%s", err.message);
        return;
    }
    watch->dumps++;
    kept_files_begin(&watch->kept);
    kept_files_add(&watch->kept, path);
    if (!watch->options->json)
        print_path(path);
    char *exported = watch->options->format ? keep_export(watch, path) : NULL;
    if (watch->options->json)
        print_json(&target, path, exported);
    else if (exported)
        print_path(exported);
    free(exported);
}

/* ---- when ---- */

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Once, when it grows beyond the limit; again after it was below. */
static bool passes_limit(struct watch *watch)
{
    struct proc_status status;
    if (!watch->options->above_bytes || !proc_status(proc_task(watch->options->pid), &status))
        return false;
    bool was_above = watch->was_above;
    watch->was_above = status.resident_bytes >= watch->options->above_bytes;
    return watch->was_above && !was_above;
}

/* Waits for the process's end: until then, or until it is time to look again. */
static bool wait_until(const struct watch *watch, uint64_t next_ms)
{
    struct pollfd process = {.fd = watch->process, .events = POLLIN};
    uint64_t now = now_ms(), left = next_ms > now ? next_ms - now : 0;
    if (watch->options->above_bytes && left > LOOK_MS)
        left = LOOK_MS;
    return poll(&process, 1, left < INT_MAX ? (int)left : INT_MAX) > 0;
}

/* A dump that took longer than the schedule leaves times out. */
static void watch_process(struct watch *watch)
{
    uint64_t every_ms = watch->options->every_seconds * 1000;
    uint64_t next_ms = every_ms ? now_ms() : UINT64_MAX;
    while (!stopping && !wait_until(watch, next_ms)) {
        bool due = now_ms() >= next_ms;
        bool grown = passes_limit(watch);
        if (due || grown)
            dump(watch);
        while (due && next_ms <= now_ms())
            next_ms += every_ms;
    }
}

static void open_process(struct watch *watch)
{
    char pid[16];
    struct target target;
    struct error err;
    snprintf(pid, sizeof(pid), "%d", (int)watch->options->pid);
    watch->process = (int)syscall(SYS_pidfd_open, watch->options->pid, 0);
    if (watch->process < 0)
        fatal(pid, "%s",
              errno == ESRCH ? "no such process (tracked ones: caulk ps)" : strerror(errno));
    if (!target_inspect(watch->options->pid, &target, &err))
        fatal_error(&err);
}

int watch_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {"every", KEY_EVERY, "TIME", 0, "a dump this often: 30s, 10m, 2h, 1d", 0},
        {"above", KEY_ABOVE, "SIZE", 0,
         "a dump when resident memory passes this: 500M, 2G; again after it was below", 0},
        {"keep", KEY_KEEP, "NUMBER", 0,
         "keep so many of the dumps made here, and what was exported of them (6)", 0},
        {"export", KEY_EXPORT, "NAME", 0,
         "export each as DUMP.NAME; the formats are those of caulk export", 0},
        {"detail", KEY_DETAIL, "full|lost", 0, "as of caulk dump", 0},
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "PID",
        .doc = "Dumps of a tracked process on a schedule or when it grows, of which the last few "
               "are kept. Prints their paths. Ends when the process does, or on SIGINT or "
               "SIGTERM."};
    struct watch_options options = {.keep = KEEP_DEFAULT};
    struct watch watch = {.options = &options};
    char pid[16];
    options_parse("watch", &argp, 0, argc, argv, &options);
    open_process(&watch);
    kept_files_init(&watch.kept, options.keep);
    catch_signals();
    watch_process(&watch);
    snprintf(pid, sizeof(pid), "%d", (int)options.pid);
    if (!stopping)
        warn(pid, "the process has ended; %s made", text_counted(watch.dumps, "dump").s);
    kept_files_finish(&watch.kept);
    close(watch.process);
    return EXIT_DONE;
}
