/* `caulk export`: which format, and where to. */
#include "cli/export.h"

#include <stdlib.h>

#include "cli/command.h"
#include "cli/dump_arguments.h"
#include "cli/names_from.h"
#include "cli/options.h"
#include "cli/suppressed.h"
#include "cli/text.h"
#include "cli/whole_file.h"
#include "cli/written_text.h"

enum export_key { KEY_FORMAT = OPTION_FIRST_FREE };

struct arguments {
    struct dump_arguments dumps;
    const struct export_format *format;
    struct suppressed_by suppressed;
};

/* A text made line by line; the caller frees it. */
static char *list_formats(const char *before, const char *line_format, const char *after)
{
    struct written_text text;
    written_text_begin(&text);
    fputs(before, text.out);
    for (size_t i = 0; i < export_format_count; i++)
        fprintf(text.out, line_format, export_formats[i].name, export_formats[i].help);
    fputs(after, text.out);
    return written_text_end(&text);
}

static void parse_format(struct arguments *arguments, const char *name)
{
    arguments->format = export_format_find(name);
    if (!arguments->format)
        options_fail("export", "--format: '%s' is none of%s", name,
                     list_formats("", " %s", " (caulk export --help)"));
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_FORMAT:
        parse_format(arguments, argument);
        return 0;
    case ARGP_KEY_END:
        if (!arguments->format)
            options_fail("export", "which format? --format=NAME is one of%s",
                         list_formats("", " %s", " (caulk export --help)"));
        return 0;
    default:
        if (suppressed_take(key, argument, &arguments->suppressed))
            return 0;
        return dump_arguments_take("export", key, argument, state, &arguments->dumps);
    }
}

static void parse_arguments(int argc, char **argv, struct arguments *arguments,
                            struct names_from *ret_names)
{
    static const struct argp_option rows[] = {
        {"format", KEY_FORMAT, "NAME", 0, "one of those below", 0},
        {NULL, 'o', "FILE", 0, "write here, not to standard output", 0},
        SUPPRESSED_OPTIONS,
        {0}};
    char *doc =
        list_formats("The dump for other programs to read. Several dumps of one tree of processes "
                     "are summed.\vThe formats, and what reads them:\n\n",
                     "  %-14s%s\n", "");
    const struct argp argp = {.options = rows, .parser = parse, .args_doc = "DUMP...", .doc = doc};
    names_from_parse("export", &argp, argc, argv, arguments, ret_names);
    free(doc);
}

int export_run(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct names_from names;
    parse_arguments(argc, argv, &arguments, &names);

    struct opened opened;
    opened_init_sum(&opened, &names, arguments.dumps.paths, arguments.dumps.count, LOST_CYCLES);
    suppressed_apply(&opened, arguments.suppressed);
    FILE *out = whole_file_begin(arguments.dumps.output);
    text_progress("writing");
    arguments.format->write(&opened, out);
    text_progress(NULL);
    whole_file_end(out);
    opened_finish(&opened);
    return EXIT_DONE;
}
