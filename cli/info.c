/* `caulk info`: what a dump is. Opening it has verified the whole file. */
#include "cli/info.h"

#include "cli/command.h"
#include "cli/options.h"

uint64_t info_traced_blocks(const struct dump *dump)
{
    uint64_t traced = 0;
    for (uint32_t b = 0; b < dump->block_count; b++)
        traced += dump->block_stack[b] && !dump_stack_is_cut(dump, dump->block_stack[b]);
    return traced;
}

uint64_t info_links(const struct dump *dump)
{
    uint64_t links = 0;
    for (uint64_t e = 0; e < dump->edges.count; e++)
        links += (dump->edges.witness[e] & WITNESS_LINK) != 0;
    return links;
}

const char *info_collector_word(enum collector collector)
{
    static const char *const words[] = {
        [COLLECTOR_UNKNOWN] = "unknown", [COLLECTOR_ON] = "on", [COLLECTOR_OFF] = "off"};
    return words[collector];
}

struct info_options {
    const char *path;
    bool json;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct info_options *options = state->input;
    switch (key) {
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path)
            options_fail("info", "one dump, please; '%s' is another", argument);
        options->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (!options->path)
            options_fail("info", "which dump? (caulk info DUMP)");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int info_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {OPTIONS_JSON, {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP",
        .doc = "What a dump is: process, threads, modules, totals. Verifies the whole file."};
    struct info_options options = {0};
    struct names_from names;
    names_from_parse("info", &argp, argc, argv, &options, &names);

    struct opened opened;
    opened_init(&opened, &names, options.path);
    struct info_retained retained;
    info_retained_init(&retained, &opened);
    if (options.json)
        info_print_json(&opened, &retained);
    else
        info_print_text(&opened, &retained);
    info_retained_finish(&retained);
    opened_finish(&opened);
    return EXIT_DONE;
}
