/* `caulk diff` in its parts: what it compares, and the ways to say it. */
#ifndef CAULK_DIFF_COMMAND_H
#define CAULK_DIFF_COMMAND_H

#include "cli/diff_owners.h"
#include "cli/opened.h"
#include "cli/suppressed.h"
#include "cli/words.h"
#include "libcaulk/diff.h"

/* An owner of the newest dump, and what it retained in those before. */
struct owner_growth {
    const struct owner_group *group; /* of the newest; borrowed */
    struct amount before, retained;  /* in the oldest and in the newest */
    struct growth growth;            /* of what it owns in either; `survived` is not added up */
    struct growth_sample *samples;   /* one for each dump */
    enum trend trend;
    double steadiness;
};

static inline int64_t owner_gain(const struct owner_growth *owner)
{
    return (int64_t)owner->retained.bytes - (int64_t)owner->before.bytes;
}

struct compared {
    struct opened oldest, newest;
    struct dump **dumps; /* all, oldest first; the first and the last are the two above */
    uint32_t dump_count;
    struct diff diff;
    struct owner_list *owner_lists; /* one for each dump */
    struct owner_growth *owners;    /* that gained or lost the most bytes first */
    uint32_t owner_count;
    struct growth_sample *owner_samples; /* the owners' */
    struct amount *site_retained;        /* by the newest's sites; NULL where rows are callers */
};

/* Two dumps to DIFF_DUMPS_MAX of one process, oldest first; fatal() where they are not. suppressed:
 * in the newest. */
void compared_init(struct compared *compared, const struct names_from *names,
                   struct suppressed_by suppressed, char **paths, uint32_t count);
void compared_finish(struct compared *compared);

/* Between the oldest and the newest. */
double diff_seconds(const struct compared *compared);

/* Fills `owners`, when all the rest is there. */
void diff_find_owners(struct compared *compared);

/* The site in words, from the dump that has it. */
struct call_stack diff_site_stack(const struct compared *compared, const struct diff_site *site);

/* What the site's blocks are called. */
struct phrase diff_site_name(const struct compared *compared, const struct diff_site *site);

/* What is lost now and was held alike. */
struct drop_line {
    struct phrase what, holder; /* of several offsets the first, and how many more */
    const char *fate;           /* what became of the holder, to write behind it */
    struct amount amount;
};
#define DROP_LINES_MAX 20
/* Returns how many lines there are; what there is no room for goes into the rest. */
uint32_t diff_fold_dropped(const struct compared *compared,
                           struct drop_line ret_lines[DROP_LINES_MAX], struct amount *ret_rest);

void diff_print_text(const struct compared *compared);
void diff_print_json(const struct compared *compared);

#endif
