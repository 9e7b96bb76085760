/* `caulk diff` in its parts: what it compares, and the ways to say it. */
#ifndef CAULK_DIFF_COMMAND_H
#define CAULK_DIFF_COMMAND_H

#include "cli/opened.h"
#include "libcaulk/diff.h"

struct compared {
    struct opened oldest, newest;
    struct dump **dumps; /* all, oldest first; the first and the last are the two above */
    uint32_t dump_count;
    struct diff diff;
};

/* An owner's growth: owners of both dumps that have one name. */
struct owner_growth {
    const struct owner_group *group; /* of the newest; borrowed */
    struct amount before;            /* retained in the oldest */
};

/* Roots of the newest dump that gained or lost the most bytes first, in ret_owners (the caller's to
 * free). */
uint32_t diff_owners(const struct compared *compared, struct owner_growth **ret_owners);

/* The site in words, from the dump that has it. */
struct call_stack diff_site_stack(const struct compared *compared, const struct diff_site *site);

void diff_print_text(const struct compared *compared);
void diff_print_json(const struct compared *compared);

#endif
