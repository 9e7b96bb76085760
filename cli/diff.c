/* `caulk diff`: what grew between dumps of one process, and who dropped the last pointer. */
#include "cli/diff.h"

#include <stdlib.h>

#include "cli/command.h"
#include "cli/dump_arguments.h"
#include "cli/fail_on.h"
#include "cli/fatal.h"
#include "cli/options.h"
#include "cli/text.h"
#include "libcaulk/memory.h"

enum diff_key { KEY_FAIL_ON = OPTION_FIRST_FREE };

struct arguments {
    struct dump_arguments dumps;
    struct fail_on fail_on;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_FAIL_ON:
        fail_on_parse("diff", argument, &arguments->fail_on);
        return 0;
    case ARGP_KEY_END:
        if (arguments->dumps.count < 2)
            options_fail("diff", "which dumps? (caulk diff OLD NEW)");
        if (arguments->dumps.count > DIFF_DUMPS_MAX)
            options_fail("diff", "at most %d dumps, please", DIFF_DUMPS_MAX);
        return 0;
    case ARGP_KEY_NO_ARGS:
        return 0;
    default:
        return dump_arguments_take("diff", key, argument, state, &arguments->dumps);
    }
}

static void open_ends(struct compared *compared, const struct names_from *names,
                      struct suppressed_by suppressed, char **paths)
{
    uint32_t last = compared->dump_count - 1;
    opened_init(&compared->oldest, names, paths[0]);
    opened_init(&compared->newest, names, paths[last]);
    suppressed_apply(&compared->newest, suppressed);
    compared->dumps[0] = compared->oldest.dump;
    compared->dumps[last] = compared->newest.dump;
}

/* Dumps in the middle are judged for their owners one at a time. */
static void list_owners(struct compared *compared, const struct names_from *names)
{
    uint32_t count = compared->dump_count;
    bool by_caller = diff_by_caller(compared->dumps, count);
    compared->owner_lists = allocate(count, sizeof(*compared->owner_lists));
    opened_find_owners(&compared->oldest);
    opened_find_owners(&compared->newest);
    owner_list_init(&compared->owner_lists[0], &compared->oldest, by_caller);
    owner_list_init(&compared->owner_lists[count - 1], &compared->newest, by_caller);
    for (uint32_t i = 1; i + 1 < count; i++) {
        struct opened middle;
        opened_init_dump(&middle, names, compared->dumps[i], LOST_CYCLES);
        opened_find_owners(&middle);
        owner_list_init(&compared->owner_lists[i], &middle, by_caller);
        compared->dumps[i] = opened_release(&middle);
    }
}

static void find_retained(struct compared *compared)
{
    const struct opened *newest = &compared->newest;
    const struct sites *sites = &newest->analysis->sites;
    struct error err;
    compared->site_retained = allocate(sites->count, sizeof(*compared->site_retained));
    if (!owners_of_sites(&newest->owners, sites, compared->site_retained, &err))
        fatal_error(&err);
}

void compared_init(struct compared *compared, const struct names_from *names,
                   struct suppressed_by suppressed, char **paths, uint32_t count)
{
    struct error err;
    *compared = (struct compared){0};
    compared->dump_count = count;
    compared->dumps = allocate(count, sizeof(*compared->dumps));
    open_ends(compared, names, suppressed, paths);
    for (uint32_t i = 1; i + 1 < count; i++)
        if (!dump_open(paths[i], &compared->dumps[i], &err))
            fatal_error(&err);
    for (uint32_t i = 1; i < count; i++)
        if (!dump_pair_check(compared->dumps[i - 1], compared->dumps[i], &err))
            fatal_error(&err);
    list_owners(compared, names);
    text_progress("comparing");
    bool done = diff_init(&compared->diff, compared->dumps, count, compared->oldest.analysis,
                          compared->newest.analysis, &err);
    text_progress(NULL);
    if (!done)
        fatal_error(&err);
    diff_find_owners(compared);
    if (!compared->diff.by_caller)
        find_retained(compared);
}

void compared_finish(struct compared *compared)
{
    diff_finish(&compared->diff);
    for (uint32_t i = 1; i + 1 < compared->dump_count; i++)
        dump_close(compared->dumps[i]);
    for (uint32_t i = 0; i < compared->dump_count; i++)
        owner_list_finish(&compared->owner_lists[i]);
    free(compared->owner_lists);
    free(compared->owners);
    free(compared->owner_samples);
    free(compared->site_retained);
    free(compared->dumps);
    opened_finish(&compared->oldest);
    opened_finish(&compared->newest);
}

/* The caller alone: of its blocks' stacks nothing more is common. */
static void cut_to_caller(struct call_stack *stack)
{
    size_t count = 0;
    while (count < stack->count && stack->frame[count].address == stack->frame[0].address)
        count++;
    stack->truncated = stack->truncated || count < stack->count;
    stack->count = count;
    if (stack->user_end > count)
        stack->user_end = count;
    if (stack->user_begin >= stack->user_end) {
        stack->user_begin = 0;
        stack->user_end = count;
    }
}

struct call_stack diff_site_stack(const struct compared *compared, const struct diff_site *site)
{
    struct call_stack stack;
    if (site->new_site != SITE_NONE)
        opened_site_stack(&compared->newest, site->new_site, &stack);
    else
        opened_site_stack(&compared->oldest, site->old_site, &stack);
    if (compared->diff.by_caller)
        cut_to_caller(&stack);
    return stack;
}

struct phrase diff_site_name(const struct compared *compared, const struct diff_site *site)
{
    if (compared->diff.by_caller) {
        struct call_stack stack = diff_site_stack(compared, site);
        struct phrase name = words_stack(&stack);
        call_stack_finish(&stack);
        return name;
    }
    return site->new_site != SITE_NONE ? words_site(&compared->newest, site->new_site)
                                       : words_site(&compared->oldest, site->old_site);
}

double diff_seconds(const struct compared *compared)
{
    return growth_seconds(compared->newest.dump) - growth_seconds(compared->oldest.dump);
}

int diff_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {
        {"fail-on", KEY_FAIL_ON, "KINDS", 0,
         "exit with status 1 where there are any that the oldest dump had not: definite, possible, "
         "cycle, or several of them with commas between",
         0},
        OPTIONS_JSON,
        {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "OLD NEW...",
        .doc = "What grew between two or more dumps of one process, by the place that allocated "
               "it: born after the first dump and alive in the last. Three dumps tell a cache "
               "that fills from a leak. And of what was lost meanwhile, who dropped the last "
               "pointer."};
    struct arguments arguments = {0};
    struct names_from names;
    names_from_parse("diff", &argp, argc, argv, &arguments, &names);

    struct compared compared;
    compared_init(&compared, &names, (struct suppressed_by){0}, arguments.dumps.paths,
                  arguments.dumps.count);
    if (arguments.dumps.json)
        diff_print_json(&compared);
    else
        diff_print_text(&compared);
    const struct diff *diff = &compared.diff;
    bool found = fail_on_found(&arguments.fail_on, diff->newly_lost[KIND_DEFINITE].blocks,
                               diff->newly_lost[KIND_POSSIBLE].blocks, diff->newly_lost_cycles);
    compared_finish(&compared);
    return found ? EXIT_FOUND : EXIT_DONE;
}
