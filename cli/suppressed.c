/*
 * A suppression is caulk_ignore, said after the fact: the sites that lost something are looked up,
 * the blocks of those that match are marked, and the analysis is made once more.
 */
#include "cli/suppressed.h"

#include <stdlib.h>

#include "cli/fatal.h"
#include "libcaulk/suppressions.h"

static bool lost_something(const struct site *site)
{
    return site->of_kind[KIND_DEFINITE].blocks || site->of_kind[KIND_INDIRECT].blocks;
}

/* Site -> 1: suppressed. Returns how many are. */
static uint32_t match_sites(const struct opened *opened, struct suppressions *suppressions,
                            uint8_t *ret_matched)
{
    const struct sites *sites = &opened->analysis->sites;
    uint32_t count = 0;
    for (uint32_t site = 0; site < sites->count; site++) {
        struct call_stack stack;
        if (!lost_something(&sites->site[site]))
            continue;
        opened_site_stack(opened, site, &stack);
        ret_matched[site] = suppressions_match(suppressions, &stack);
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

static void report_unused(const char *path, const struct suppressions *suppressions)
{
    for (uint32_t i = 0; i < suppressions->count; i++)
        if (suppressions->suppression[i].applies && !suppressions->suppression[i].used)
            warn(path, "line %u: this suppression matched nothing",
                 suppressions->suppression[i].line);
}

void suppressed_apply(struct opened *opened, const char *path, bool all_cycles)
{
    struct suppressions suppressions;
    struct error err;
    if (!suppressions_read(path, &suppressions, &err))
        fatal_error(&err);
    uint8_t *matched = allocate(opened->analysis->sites.count, sizeof(*matched));
    if (match_sites(opened, &suppressions, matched)) {
        mark_blocks(opened, matched);
        opened_analyze_again(opened, all_cycles);
    }
    report_unused(path, &suppressions);
    free(matched);
    suppressions_finish(&suppressions);
}
