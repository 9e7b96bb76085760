/* `caulk graph`: what is lost, or one neighbourhood, as a drawing. */
#include "cli/graph.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/dump_arguments.h"
#include "cli/fatal.h"
#include "cli/options.h"
#include "cli/text.h"
#include "cli/whole_file.h"
#include "libcaulk/memory.h"

enum graph_key {
    KEY_BLOCK = OPTION_FIRST_FREE,
    KEY_SITE,
    KEY_CYCLE,
    KEY_MAX_NODES,
};

#define DEFAULT_NODES 200
#define MAX_NODES 100000

/* How many pointers before and behind: a site has many blocks, whose owners and contents say
 * enough; from one block or cycle one looks further. */
#define SITE_STEPS 1
#define BLOCK_STEPS 2

struct arguments {
    struct dump_arguments dumps;
    const char *format;
    int around;       /* what the picture is of: KEY_BLOCK, … or 0 for all that is lost */
    const char *name; /* its id or address */
    uint32_t max_nodes;
    struct names_from names;
};

static void parse_around(struct arguments *arguments, int key, const char *name)
{
    if (arguments->around)
        options_fail("graph", "one of --block, --site and --cycle, please");
    arguments->around = key;
    arguments->name = name;
}

static void parse_format(struct arguments *arguments, const char *format)
{
    if (strcmp(format, "svg") != 0 && strcmp(format, "png") != 0 && strcmp(format, "dot") != 0)
        options_fail("graph", "-T: '%s' is not svg, png or dot", format);
    arguments->format = strcmp(format, "dot") == 0 ? NULL : format;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_BLOCK:
    case KEY_SITE:
    case KEY_CYCLE:
        parse_around(arguments, key, argument);
        return 0;
    case KEY_MAX_NODES:
        arguments->max_nodes =
            (uint32_t)options_number("graph", "--max-nodes", argument, 1, MAX_NODES);
        return 0;
    case 'T':
        parse_format(arguments, argument);
        return 0;
    default:
        return dump_arguments_take("graph", key, argument, state, &arguments->dumps);
    }
}

static void parse_arguments(int argc, char **argv, struct arguments *arguments)
{
    static const struct argp_option rows[] = {
        {"block", KEY_BLOCK, "ADDRESS", 0, "only what is around this block", 0},
        {"site", KEY_SITE, "ID", 0, "only what is around this site's blocks (S1, …)", 0},
        {"cycle", KEY_CYCLE, "ID", 0, "only what is around this cycle (C1, …) or shape (P1, …)", 0},
        {"max-nodes", KEY_MAX_NODES, "N", 0, "draw at most so many nodes (200)", 0},
        {NULL, 'T', "FORMAT", 0, "svg or png: render it; dot (default): do not", 0},
        {NULL, 'o', "FILE", 0, "write here, not to standard output", 0},
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP...",
        .doc = "The lost blocks and cycles as a Graphviz graph: one node for each block while they "
               "are 50 or fewer, else one for all that are alike. Look at it with xdot. "
               "Several dumps of one tree of processes are summed."};
    names_from_parse("graph", &argp, argc, argv, arguments, &arguments->names);
}

static void around(const struct opened *opened, const uint32_t *blocks, uint64_t count,
                   unsigned steps, uint32_t max_nodes, struct picture *ret_picture)
{
    struct error err;
    if (!picture_around(opened->analysis, blocks, count, steps, max_nodes, ret_picture, &err))
        fatal_error(&err);
}

static void around_site(const struct opened *opened, uint32_t site, uint32_t max_nodes,
                        struct picture *ret_picture)
{
    uint64_t count = 0;
    uint32_t *blocks = allocate(opened->dump->block_count, sizeof(*blocks));
    for (uint32_t block = 0; block < opened->dump->block_count; block++)
        if (opened_site_of(opened, block) == site)
            blocks[count++] = block;
    if (opened->analysis->sites.site[site].estimated)
        note(opened->dump->path, "only the blocks whose stack was sampled are drawn: %s",
             text_count(count).s);
    around(opened, blocks, count, SITE_STEPS, max_nodes, ret_picture);
    free(blocks);
}

/* A shape is drawn as its worst cycle. */
static uint32_t find_cycle(const struct opened *opened, const char *id)
{
    const struct analysis *analysis = opened->analysis;
    if (id[0] == 'P')
        return analysis->shapes.shape[opened_id(opened, "graph", id, 'P', analysis->shapes.count)]
            .example;
    return opened_id(opened, "graph", id, 'C', analysis->cycles.count);
}

static void choose_picture(const struct opened *opened, const struct arguments *arguments,
                           struct picture *ret_picture)
{
    const struct analysis *analysis = opened->analysis;
    struct error err;
    uint32_t index;
    switch (arguments->around) {
    case KEY_BLOCK:
        index = opened_block(opened, "graph", arguments->name);
        around(opened, &index, 1, BLOCK_STEPS, arguments->max_nodes, ret_picture);
        break;
    case KEY_SITE:
        index = opened_id(opened, "graph", arguments->name, 'S', analysis->sites.count);
        around_site(opened, index, arguments->max_nodes, ret_picture);
        break;
    case KEY_CYCLE:
        index = find_cycle(opened, arguments->name);
        around(opened, analysis->cycles.member + analysis->cycles.cycle[index].first,
               analysis->cycles.cycle[index].member_count, BLOCK_STEPS, arguments->max_nodes,
               ret_picture);
        break;
    default:
        if (!picture_of_lost(analysis, arguments->max_nodes, ret_picture, &err))
            fatal_error(&err);
    }
}

static void write_drawing(const struct opened *opened, const struct picture *picture,
                          const struct arguments *arguments, FILE *out)
{
    struct error err;
    struct dot *dot = graph_draw(opened, picture);
    bool written = dot_write(dot, arguments->format, out, &err);
    /* Of a file that cannot be written the system knows more than Graphviz. */
    if (!written && !ferror(out))
        fatal_error(&err);
    dot_destroy(dot);
}

static void write_result(const struct opened *opened, const struct picture *picture,
                         const struct arguments *arguments)
{
    FILE *out = whole_file_begin(arguments->dumps.output);
    if (arguments->dumps.json)
        graph_print_json(opened, picture, out);
    else
        write_drawing(opened, picture, arguments, out);
    whole_file_end(out);
}

int graph_run(int argc, char **argv)
{
    struct arguments arguments = {.max_nodes = DEFAULT_NODES};
    parse_arguments(argc, argv, &arguments);

    struct opened opened;
    struct picture picture;
    opened_init_sum(&opened, &arguments.names, arguments.dumps.paths, arguments.dumps.count,
                    arguments.around == KEY_CYCLE ? ALL_CYCLES : LOST_CYCLES);
    opened_need_graph(&opened, "caulk graph");
    opened_find_owners(&opened);
    choose_picture(&opened, &arguments, &picture);
    if (picture.left_out.blocks)
        note(opened.dump->path, "%s not drawn (--max-nodes)",
             text_counted(picture.left_out.blocks, "block").s);
    write_result(&opened, &picture, &arguments);
    picture_finish(&picture);
    opened_finish(&opened);
    return EXIT_DONE;
}
