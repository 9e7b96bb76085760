/* `caulk why`: the shortest chain that keeps a block alive, or that nothing does. */
#include "cli/why.h"

#include <stdlib.h>

#include "cli/block_arguments.h"
#include "cli/command.h"
#include "cli/cycle_pointers.h"
#include "cli/fatal.h"
#include "cli/links_view.h"

#define CUT_MAX 8

bool why_is_lost(const struct why *why)
{
    return why->kind != KIND_REACHABLE && why->kind != KIND_POSSIBLE;
}

/* Who holds it still, and which pointers open its cycle. */
static void look_up_lost(struct why *why)
{
    const struct analysis *analysis = why->opened->analysis;
    struct error err;
    uint64_t total;
    why->cycle = cycles_find(&analysis->cycles, why->block);
    if (!links_to(&analysis->heap, why->block, &why->holders, &err))
        fatal_error(&err);
    if (why->cycle != CYCLE_NONE)
        cycle_pointers(why->opened, why->cycle, CUT_MAX, &why->cut, &why->cut_count, &total);
}

static void look_up_alive(struct why *why)
{
    const struct analysis *analysis = why->opened->analysis;
    struct root_owners owners;
    struct error err;
    if (!root_owners_init(&owners, why->opened->dump, why->opened->symbolizer, &err) ||
        !chains_find(&analysis->heap, &analysis->verdicts, &owners, why->block, &why->chains, &err))
        fatal_error(&err);
    root_owners_finish(&owners);
    why->weak = weak_judge(why->opened, why->block, &why->chains);
}

static void ask_for_chain(struct why *why, const struct chain *chain)
{
    for (uint32_t i = 0; i < chain->length; i++)
        retained_blocks_add(&why->retained, chain->link[i].block);
}

static void find_retained(struct why *why, struct opened *opened)
{
    retained_blocks_add(&why->retained, why->block);
    ask_for_chain(why, &why->chain);
    for (uint32_t i = 0; why->all && i < why->chains.count; i++)
        ask_for_chain(why, &why->chains.chain[i]);
    links_view_ask(&why->holders, &why->retained);
    retained_blocks_find(&why->retained, opened);
}

static void look_up(struct why *why)
{
    const struct analysis *analysis = why->opened->analysis;
    struct error err;
    why->kind = verdicts_kind(&analysis->verdicts, why->block);
    why->cycle = CYCLE_NONE;
    if (!chain_find(&analysis->heap, &analysis->verdicts, why->block, &why->chain, &err))
        fatal_error(&err);
    if (why_is_lost(why))
        look_up_lost(why);
    else
        look_up_alive(why);
}

int why_run(int argc, char **argv)
{
    struct block_arguments arguments;
    block_arguments_parse("why",
                          "The shortest chain from a root that keeps a block alive; or that "
                          "nothing does, what points to it still, and which pointer to cut to "
                          "open its cycle. ADDRESS may lie anywhere in the block; an id of "
                          "analyze's (S7, C1) stands for one of its blocks.",
                          "every variable, thread or mapping that leads to it, with a chain each",
                          argc, argv, &arguments);
    struct opened opened;
    struct why why = {.opened = &opened, .all = arguments.all};
    opened_init(&opened, &arguments.names, arguments.path);
    opened_need_graph(&opened, "caulk why");
    why.block = opened_block(&opened, "why", arguments.address);
    look_up(&why);
    find_retained(&why, &opened);
    if (arguments.json)
        why_print_json(&why);
    else
        why_print_text(&why);
    chain_finish(&why.chain);
    chains_finish(&why.chains);
    links_finish(&why.holders);
    free(why.cut);
    retained_blocks_finish(&why.retained);
    opened_finish(&opened);
    return EXIT_DONE;
}
