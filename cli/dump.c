/*
 * `caulk dump PID`: asks the tracker in a process for a dump, waits for it, and says where it is.
 * With --tree the process's descendants follow one after another: all of a daemon's workers stopped
 * at once would be noticed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/copy.h"
#include "cli/dump_ask.h"
#include "cli/fatal.h"
#include "cli/forecast.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/text.h"
#include "libcaulk/proc.h"

struct dump_options {
    pid_t pid;
    const char *output;
    bool tree, dry_run, json;
    uint64_t detail; /* STATUS_COOKIE_… as target_request() takes it */
};

enum { OPTION_TREE = OPTION_FIRST_FREE, OPTION_DRY_RUN, OPTION_DETAIL };

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
        options->detail = dump_ask_detail("dump", argument);
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
        if (dump_ask(pids[i], options->detail, &target, path, &err)) {
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
    if (!dump_ask_inspect(options->pid, &target, &err))
        fatal_error(&err);
    forecast_print(&target, options->detail, options->json);
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

static void parse_arguments(int argc, char **argv, struct dump_options *options)
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
    options_parse("dump", &argp, 0, argc, argv, options);
    check_options(options);
}

static void result_begin(struct result *result, const struct dump_options *options)
{
    *result = (struct result){.output = options->output};
    if (!options->json)
        return;
    result->json = json_create(stdout);
    json_object(result->json, NULL);
    json_string(result->json, "schema", "caulk.dump/1");
    json_array(result->json, "dumps");
}

static void result_end(struct result *result)
{
    if (!result->json)
        return;
    json_end(result->json);
    json_end(result->json);
    json_destroy(result->json);
}

int dump_run(int argc, char **argv)
{
    struct dump_options options = {0};
    parse_arguments(argc, argv, &options);
    if (options.dry_run)
        return dry_run(&options);

    struct target target;
    struct result result;
    char path[PATH_MAX];
    struct error err;
    if (!dump_ask(options.pid, options.detail, &target, path, &err)) {
        text_progress(NULL);
        fatal_error(&err);
    }
    result_begin(&result, &options);
    report(&result, &target, path);
    enum exit_status status = options.tree ? dump_descendants(&options, &result) : EXIT_DONE;
    result_end(&result);
    return status;
}
