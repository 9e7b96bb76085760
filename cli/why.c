/* `caulk why`: the shortest chain that keeps a block alive, or that nothing does. */
#include "cli/why.h"

#include <stdlib.h>

#include "cli/block_arguments.h"
#include "cli/command.h"
#include "cli/fatal.h"

#define CUT_MAX 8

const char *why_weak_name(enum why_weak weak)
{
    static const char *const name[] = {NULL, "interior", "register", "unparked_thread",
                                       "stack_word"};
    return name[weak];
}

static bool did_not_park(const struct dump *dump, const struct root *root)
{
    return root->owner != NO_OWNER && root->owner < dump->thread_count &&
           dump->threads[root->owner].state == THREAD_UNPARKED;
}

static bool is_stack(const struct root *root)
{
    return root->kind == ROOT_STACK || root->kind == ROOT_ALTSTACK;
}

/* Stacks and registers of one thread are one owner of roots, whose nearest word stands for it: so
 * registers alone are told from a stack by the nearest, and one word by the count of all. */
static enum why_weak judge(const struct why *why)
{
    const struct dump *dump = why->opened->dump;
    bool registers = true, unparked = true, stacks = true;
    if (why->kind == KIND_POSSIBLE)
        return WEAK_INTERIOR;
    if (why->kind != KIND_REACHABLE || !why->chains.count)
        return WEAK_NOT;
    for (uint32_t i = 0; i < why->chains.count; i++) {
        const struct root *root = why->chains.chain[i].root;
        registers = registers && root->kind == ROOT_REGISTERS;
        stacks = stacks && is_stack(root);
        unparked = unparked && (is_stack(root) || root->kind == ROOT_REGISTERS) &&
                   did_not_park(dump, root);
    }
    if (unparked)
        return WEAK_UNPARKED;
    if (registers && why->chains.words == why->chains.count)
        return WEAK_REGISTER;
    return stacks && why->chains.words == 1 ? WEAK_WORD : WEAK_NOT;
}

static bool is_lost(enum block_kind kind)
{
    return kind != KIND_REACHABLE && kind != KIND_POSSIBLE;
}

static void look_up(struct why *why)
{
    const struct analysis *analysis = why->opened->analysis;
    struct root_owners owners;
    struct error err;
    uint64_t total;
    why->kind = verdicts_kind(&analysis->verdicts, why->block);
    why->cycle = CYCLE_NONE;
    if (!chain_find(&analysis->heap, &analysis->verdicts, why->block, &why->chain, &err))
        fatal_error(&err);
    if (is_lost(why->kind)) {
        why->cycle = cycles_find(&analysis->cycles, why->block);
        if (!links_to(&analysis->heap, why->block, &why->holders, &err) ||
            (why->cycle != CYCLE_NONE &&
             !cycle_edges(&analysis->cycles, &analysis->heap, why->cycle, CUT_MAX, &why->cut,
                          &why->cut_count, &total, &err)))
            fatal_error(&err);
        return;
    }
    if (!root_owners_init(&owners, why->opened->dump, why->opened->symbolizer, &err) ||
        !chains_find(&analysis->heap, &analysis->verdicts, &owners, why->block, &why->chains, &err))
        fatal_error(&err);
    root_owners_finish(&owners);
    why->weak = judge(why);
}

int why_run(int argc, char **argv)
{
    struct block_arguments arguments;
    block_arguments_parse("why",
                          "The shortest chain from a root that keeps a block alive; or that "
                          "nothing does, what points to it still, and which pointer to cut to "
                          "open its cycle. ADDRESS may lie anywhere in the block.",
                          "every variable, thread or mapping that leads to it, with a chain each",
                          argc, argv, &arguments);
    struct opened opened;
    struct why why = {.opened = &opened, .all = arguments.all};
    opened_init(&opened, &arguments.names, arguments.path, false);
    why.block = opened_block(&opened, "why", arguments.address);
    look_up(&why);
    if (arguments.json)
        why_print_json(&why);
    else
        why_print_text(&why);
    chain_finish(&why.chain);
    chains_finish(&why.chains);
    links_finish(&why.holders);
    free(why.cut);
    opened_finish(&opened);
    return EXIT_DONE;
}
