/* What all the chains of a block have in common at their roots. */
#include "cli/weak.h"

#include "cli/text.h"

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
enum weak weak_judge(const struct opened *opened, uint32_t block, const struct chains *chains)
{
    enum block_kind kind = verdicts_kind(&opened->analysis->verdicts, block);
    bool registers = true, unparked = true, stacks = true;
    if (kind == KIND_POSSIBLE)
        return WEAK_INTERIOR;
    if (kind != KIND_REACHABLE || !chains->count)
        return WEAK_NOT;
    for (uint32_t i = 0; i < chains->count; i++) {
        const struct root *root = chains->chain[i].root;
        registers = registers && root->kind == ROOT_REGISTERS;
        stacks = stacks && is_stack(root);
        unparked = unparked && (is_stack(root) || root->kind == ROOT_REGISTERS) &&
                   did_not_park(opened->dump, root);
    }
    if (unparked)
        return WEAK_UNPARKED;
    if (registers && chains->words == chains->count)
        return WEAK_REGISTER;
    return stacks && chains->words == 1 ? WEAK_WORD : WEAK_NOT;
}

const char *weak_name(enum weak weak)
{
    static const char *const names[] = {[WEAK_NOT] = NULL,
                                        [WEAK_INTERIOR] = "interior",
                                        [WEAK_REGISTER] = "register",
                                        [WEAK_UNPARKED] = "unparked_thread",
                                        [WEAK_WORD] = "stack_word"};
    return names[weak];
}

static uint64_t lost_beside(const struct opened *opened, uint32_t block)
{
    uint32_t site = opened_site_of(opened, block);
    if (site == SITE_NONE)
        return 0;
    const struct amount *of_kind = opened->analysis->sites.site[site].of_kind;
    return of_kind[KIND_DEFINITE].blocks + of_kind[KIND_INDIRECT].blocks;
}

struct phrase weak_words(const struct opened *opened, uint32_t block, enum weak weak)
{
    static const char *const words[] = {
        [WEAK_INTERIOR] = "an interior pointer",
        [WEAK_REGISTER] = "a register: it may be gone in a moment",
        [WEAK_UNPARKED] = "what was found on a thread that did not stop: it may be stale",
        [WEAK_WORD] = "one word on a stack: it may be stale"};
    uint64_t lost = lost_beside(opened, block);
    if (weak == WEAK_WORD && lost)
        return words_format("one word on a stack: it looks stale, since %s from its place %s lost",
                            text_counted(lost, "block").s, lost == 1 ? "is" : "are");
    return words_format("%s", words[weak]);
}
