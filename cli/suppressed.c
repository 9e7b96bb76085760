/*
 * A suppression is caulk_ignore, said after the fact: the sites that lost something are looked up,
 * the blocks of those that match are marked, and the analysis is made once more.
 */
#include "cli/suppressed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fatal.h"
#include "cli/json.h"
#include "cli/text.h"
#include "libcaulk/memory.h"
#include "libcaulk/signature.h"
#include "libcaulk/suppressions.h"

bool suppressed_take(int key, const char *argument, struct suppressed_by *by)
{
    if (key == OPTION_SUPPRESSIONS)
        by->suppressions = argument;
    else if (key == OPTION_BASELINE)
        by->baseline = argument;
    else
        return false;
    return true;
}

static bool lost_something(const struct site *site)
{
    return site->of_kind[KIND_DEFINITE].blocks || site->of_kind[KIND_INDIRECT].blocks;
}

struct choice {
    struct suppressions suppressions;
    char **baseline; /* signatures, sorted */
    size_t baseline_count;
};

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

struct phrase suppressed_signature(const struct call_stack *stack)
{
    return words_format("%016" PRIx64, signature_of(stack));
}

static void read_choice(struct choice *choice, struct suppressed_by by)
{
    struct error err;
    if (by.suppressions && !suppressions_read(by.suppressions, &choice->suppressions, &err))
        fatal_error(&err);
    if (!by.baseline)
        return;
    json_read_strings(by.baseline, "caulk.analysis/1", "leaks", "signature", &choice->baseline,
                      &choice->baseline_count);
    qsort(choice->baseline, choice->baseline_count, sizeof(*choice->baseline), compare_texts);
}

static bool is_chosen(struct choice *choice, const struct call_stack *stack)
{
    struct phrase signature = suppressed_signature(stack);
    const char *text = signature.s;
    bool known = choice->baseline_count && bsearch(&text, choice->baseline, choice->baseline_count,
                                                   sizeof(*choice->baseline), compare_texts);
    return suppressions_match(&choice->suppressions, stack) || known;
}

/* Site -> 1: suppressed. Returns how many are. */
static uint32_t match_sites(const struct opened *opened, struct choice *choice,
                            uint8_t *ret_matched)
{
    const struct sites *sites = &opened->analysis->sites;
    uint32_t count = 0;
    for (uint32_t site = 0; site < sites->count; site++) {
        struct call_stack stack;
        if (!lost_something(&sites->site[site]))
            continue;
        opened_site_stack(opened, site, &stack);
        ret_matched[site] = is_chosen(choice, &stack);
        count += ret_matched[site];
        call_stack_finish(&stack);
    }
    return count;
}

static void mark_blocks(struct opened *opened, const uint8_t *matched)
{
    for (uint32_t block = 0; block < opened->dump->block_count; block++) {
        uint32_t site = opened_site_of(opened, block);
        if (site != SITE_NONE && matched[site])
            opened->dump->block_flags[block] |= BLOCK_IGNORED;
    }
}

/* Files that come with libraries have a hundred for other programs. */
#define UNUSED_NAMED 10u

static void report_unused(const char *path, const struct suppressions *suppressions)
{
    uint32_t unused = 0;
    for (uint32_t i = 0; i < suppressions->count; i++) {
        const struct suppression *suppression = &suppressions->suppression[i];
        if (suppression->applies && !suppression->used && unused++ < UNUSED_NAMED)
            note(path, "line %u: this suppression matched nothing", suppression->line);
    }
    if (unused > UNUSED_NAMED)
        note(path, "%s matched nothing",
             text_counted(unused - UNUSED_NAMED, "other suppression").s);
}

void suppressed_apply(struct opened *opened, struct suppressed_by by)
{
    if (!by.suppressions && !by.baseline)
        return;
    if (opened->dump->process.merged)
        fatal(opened->dump->path,
              "a merged dump: what suppressed blocks own can't be told there; suppressions and "
              "baselines are for dumps of processes");
    struct choice choice = {.baseline = NULL};
    read_choice(&choice, by);
    uint8_t *matched = allocate(opened->analysis->sites.count, sizeof(*matched));
    if (match_sites(opened, &choice, matched)) {
        mark_blocks(opened, matched);
        opened_analyze_again(opened);
    }
    report_unused(by.suppressions, &choice.suppressions);
    free(matched);
    suppressions_finish(&choice.suppressions);
    for (size_t i = 0; i < choice.baseline_count; i++)
        free(choice.baseline[i]);
    free(choice.baseline);
}
