/* `caulk merge`: dumps of many processes as one, summed by place. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/copy.h"
#include "cli/dump_arguments.h"
#include "cli/fatal.h"
#include "cli/json.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/dump_merge.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct dump_arguments *arguments = state->input;
    if (key == ARGP_KEY_END && !arguments->output)
        options_fail("merge", "where to? (caulk merge DUMP... -o FILE)");
    return dump_arguments_take("merge", key, argument, state, arguments);
}

static void add_dump(struct dump_merge *merge, const char *path)
{
    const struct analysis_options options = {.all_cycles = false};
    struct dump *dump;
    struct analysis *analysis;
    struct error err;
    if (!dump_open(path, &dump, &err) || !analysis_create(dump, &options, &analysis, &err) ||
        !dump_merge_add(merge, analysis, &err)) {
        text_progress(NULL);
        fatal_error(&err);
    }
    analysis_destroy(analysis);
    dump_close(dump);
}

/* One at a time: only the sums stay in memory. */
static void add_all(struct dump_merge *merge, const struct dump_arguments *dumps)
{
    char doing[80];
    for (uint32_t i = 0; i < dumps->count; i++) {
        snprintf(doing, sizeof(doing), "merging dump %" PRIu32 " of %" PRIu32, i + 1, dumps->count);
        text_progress(doing);
        add_dump(merge, dumps->paths[i]);
    }
    text_progress(NULL);
}

static void write_file(const struct dump_merge *merge, const char *output)
{
    struct error err;
    FILE *file = copy_begin(output);
    if (!dump_merge_write(merge, fileno(file), output, &err))
        fatal_error(&err);
    copy_end(file, output);
}

static void print_json(const struct dump_arguments *arguments, const struct dump *merged)
{
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.merge/1");
    json_string(json, "path", arguments->output);
    json_number(json, "dumps", arguments->count);
    json_number(json, "processes", merged->merged.process_count);
    json_number(json, "hosts", words_host_count(merged));
    json_number(json, "sums", merged->sum_count);
    json_end(json);
    json_destroy(json);
}

int merge_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {NULL, 'o', "FILE", 0, "write the merged dump here; - is standard output", 0},
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP... -o FILE",
        .doc = "Dumps of many processes and hosts as one, summed by the stack that allocated, type "
               "and verdict; stacks are told by build ids and offsets. analyze, diff, info, "
               "report, export and merge read the result as they read a dump; which block holds "
               "which is "
               "not in it. Dumps are read one after another, so memory is taken by places, "
               "however many dumps there are."};
    struct dump_arguments arguments = {0};
    struct dump_merge merge = {0};
    options_parse("merge", &argp, 0, argc, argv, &arguments);
    copy_check(arguments.output);
    add_all(&merge, &arguments);
    write_file(&merge, arguments.output);
    if (strcmp(arguments.output, "-") != 0) {
        if (arguments.json)
            print_json(&arguments, merge.dump);
        else
            printf("%s: %s, %s, %s\n", arguments.output, text_counted(arguments.count, "dump").s,
                   words_merged(merge.dump).s, text_counted(merge.dump->sum_count, "sum").s);
    }
    dump_merge_finish(&merge);
    return EXIT_DONE;
}
