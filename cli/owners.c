/* `caulk owners`: who retains how much, from the roots down. */
#include "cli/owners.h"

#include <stdlib.h>

#include "cli/command.h"
#include "cli/dump_arguments.h"
#include "cli/fatal.h"
#include "cli/options.h"
#include "cli/owners_types.h"
#include "libcaulk/memory.h"

void owners_view_init(struct owners_view *view, const struct opened *opened)
{
    struct error err;
    view->opened = opened;
    view->top = owner_tree_children(&opened->tree, OWNER_NONE, &view->top_count);
    uint32_t *shared = allocate(view->top_count, sizeof(*shared));
    struct owner_holders *found;
    uint32_t count = 0, next = 0;
    for (uint32_t i = 0; i < view->top_count; i++)
        if (owner_is_of_blocks(&opened->tree.group[view->top[i]]))
            shared[count++] = view->top[i];
    if (!owner_holders_find(&opened->tree, &opened->owners, shared, count, &found, &err))
        fatal_error(&err);
    view->holders = allocate(view->top_count, sizeof(*view->holders));
    for (uint32_t i = 0; i < view->top_count; i++)
        if (owner_is_of_blocks(&opened->tree.group[view->top[i]]))
            view->holders[i] = found[next++];
    free(shared);
    free(found);
}

void owners_view_finish(struct owners_view *view)
{
    free(view->holders);
}

enum owners_key { KEY_TYPES = OPTION_FIRST_FREE };

struct arguments {
    struct dump_arguments dumps;
    bool types;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    if (key != KEY_TYPES)
        return dump_arguments_take("owners", key, argument, state, &arguments->dumps);
    arguments->types = true;
    return 0;
}

static void print_text(const struct owners_view *view, bool types)
{
    if (types)
        owners_types_print(view->opened);
    else
        owners_print_text(view);
}

int owners_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {"types", KEY_TYPES, NULL, 0,
         "what the blocks of each type retain, whoever owns them (in JSON always)", 0},
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "DUMP...",
        .doc = "Who retains how much: variables, threads, mappings and lost cycles, heaviest "
               "first, then what they hold, down to the blocks. What an owner retains could be "
               "released if it let go. Blocks that are alike are one line with a count. Several "
               "dumps of one tree of processes are summed."};
    struct arguments arguments = {0};
    struct names_from names;
    names_from_parse("owners", &argp, argc, argv, &arguments, &names);

    struct opened opened;
    struct owners_view view;
    opened_init_sum(&opened, &names, arguments.dumps.paths, arguments.dumps.count, LOST_CYCLES);
    opened_need_graph(&opened, "caulk owners");
    opened_find_owners(&opened);
    owners_view_init(&view, &opened);
    if (arguments.dumps.json)
        owners_print_json(&view);
    else
        print_text(&view, arguments.types);
    owners_view_finish(&view);
    opened_finish(&opened);
    return EXIT_DONE;
}
