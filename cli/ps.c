/*
 * `caulk ps`: which processes are tracked. All that it says comes from the trackers' status blocks;
 * nothing is sent to any process.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/fatal.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/text.h"
#include "libcaulk/target.h"

struct ps_options {
    bool json;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct ps_options *options = state->input;
    switch (key) {
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        options_fail("ps", "unexpected argument '%s'", argument);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static double up_seconds(const struct target *target)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    double started = (double)target->status.start_ns / 1e9;
    double seconds = (double)now.tv_sec + (double)now.tv_nsec / 1e9 - started;
    return seconds > 0 ? seconds : 0;
}

static const char *state_word(const struct target *target)
{
    switch (target->state) {
    case TARGET_TRACKED:
        return target->status.dumping ? "dumping" : target->stopped ? "stopped" : "tracked";
    case TARGET_STARTING:
        return "starting";
    case TARGET_OFF:
        return "off";
    case TARGET_OTHER:
        return "other version";
    case TARGET_SILENT:
        return "unreadable";
    }
    return "unknown";
}

/* Counters and dumps of a tracker that is off, not yet on, or unknown mean nothing. */
static bool has_figures(const struct target *target)
{
    return target->state == TARGET_TRACKED;
}

static void print_json(const struct target *targets, size_t count)
{
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.ps/1");
    json_array(json, "processes");
    for (size_t i = 0; i < count; i++) {
        const struct target *target = &targets[i];
        json_object(json, NULL);
        json_number(json, "pid", (uint64_t)target->pid);
        json_number(json, "parent_pid", (uint64_t)target->parent);
        json_string(json, "program", target->program);
        json_string(json, "state", state_word(target));
        if (has_figures(target)) {
            json_seconds(json, "uptime_seconds", up_seconds(target));
            json_amount(json, "live", (struct amount){target->live_blocks, target->live_bytes});
            json_number(json, "dumps", target->status.dumps_made);
        } else {
            json_null(json, "uptime_seconds");
            json_null(json, "live");
            json_null(json, "dumps");
        }
        json_end(json);
    }
    json_end(json);
    json_end(json);
    json_destroy(json);
}

static void print_table(const struct target *targets, size_t count)
{
    if (!count) {
        printf("no process is tracked (start one with: caulk run PROGRAM)\n");
        return;
    }
    printf("%7s  %8s  %10s  %5s  %s\n", "PID", "UP", "LIVE", "DUMPS", "PROGRAM");
    for (size_t i = 0; i < count; i++) {
        const struct target *target = &targets[i];
        if (has_figures(target))
            printf("%7d  %8s  %10s  %5u  %s", (int)target->pid, text_duration(up_seconds(target)).s,
                   text_size(target->live_bytes).s, target->status.dumps_made, target->program);
        else
            printf("%7d  %8s  %10s  %5s  %s", (int)target->pid, "-", "-", "-", target->program);
        if (strcmp(state_word(target), "tracked"))
            printf("  (%s%s%s)", state_word(target), target->state == TARGET_OFF ? ": " : "",
                   target->state == TARGET_OFF ? target->status.off_reason : "");
        putchar('\n');
    }
}

int ps_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {OPTIONS_JSON, {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .doc = "Which processes are tracked: PID, time since start, live bytes, dumps made, "
               "program. Other users' processes are listed for root only."};
    struct ps_options options = {0};
    options_parse("ps", &argp, 0, argc, argv, &options);

    struct target *targets;
    size_t count;
    struct error err;
    if (!target_list(&targets, &count, &err))
        fatal_error(&err);
    if (options.json)
        print_json(targets, count);
    else
        print_table(targets, count);
    free(targets);
    return EXIT_DONE;
}
