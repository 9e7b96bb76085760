/* `caulk symbolize`: a dump with the names for its addresses in it. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/copy.h"
#include "cli/fatal.h"
#include "cli/json.h"
#include "cli/names_from.h"
#include "cli/options.h"
#include "cli/text.h"
#include "libcaulk/embed_names.h"

struct arguments {
    const char *path, *output;
    bool json;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case 'o':
        arguments->output = argument;
        return 0;
    case OPTION_JSON:
        arguments->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (arguments->path)
            options_fail("symbolize", "one dump, please; '%s' is another", argument);
        arguments->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (!arguments->path)
            options_fail("symbolize", "which dump? (caulk symbolize DUMP -o FILE)");
        if (!arguments->output)
            options_fail("symbolize", "where to? (caulk symbolize DUMP -o FILE)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void write_copy(const struct dump *dump, const struct names_from *names, const char *output,
                       struct embedded_count *ret_count)
{
    struct error err;
    FILE *file = copy_begin(output);
    names_from_apply(names);
    struct symbolizer *symbolizer = symbolizer_create(dump, &names->search);
    if (!embed_names(dump, symbolizer, fileno(file), output, ret_count, &err))
        fatal_error(&err);
    symbolizer_destroy(symbolizer);
    copy_end(file, output);
}

static void print_json(const struct arguments *arguments, const struct embedded_count *count)
{
    struct json *json = json_create(stdout);
    json_object(json, NULL);
    json_string(json, "schema", "caulk.symbolize/1");
    json_string(json, "path", arguments->output);
    json_number(json, "addresses", count->addresses);
    json_number(json, "named", count->named);
    json_number(json, "lines", count->lines);
    json_number(json, "variables", count->variables);
    json_number(json, "members", count->members);
    json_end(json);
    json_destroy(json);
}

static void print_text(const struct arguments *arguments, const struct embedded_count *count)
{
    printf("%s: of %s return addresses %s have a function's name and %s a line; %s; %s in named "
           "members\n",
           arguments->output, text_count(count->addresses).s, text_count(count->named).s,
           text_count(count->lines).s, text_counted(count->variables, "variable").s,
           text_counted(count->members, "pointer").s);
}

int symbolize_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {NULL, 'o', "FILE", 0, "write the copy here; - is standard output", 0}, OPTIONS_JSON, {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP -o FILE",
        .doc =
            "A copy of the dump with the names for its addresses in it: functions, files, lines, "
            "variables. Every command reads it as it reads the dump, on any machine, without "
            "the program's files."};
    struct arguments arguments = {0};
    struct names_from names;
    struct dump *dump;
    struct embedded_count count;
    struct error err;
    names_from_parse("symbolize", &argp, argc, argv, &arguments, &names);
    copy_check(arguments.output);
    if (!dump_open(arguments.path, &dump, &err))
        fatal_error(&err);
    write_copy(dump, &names, arguments.output, &count);
    if (arguments.json && strcmp(arguments.output, "-") != 0)
        print_json(&arguments, &count);
    else if (strcmp(arguments.output, "-") != 0)
        print_text(&arguments, &count);
    dump_close(dump);
    return EXIT_DONE;
}
