/* `caulk owners` in its parts: the tree as text and as JSON. */
#ifndef CAULK_OWNERS_COMMAND_H
#define CAULK_OWNERS_COMMAND_H

#include "cli/opened.h"
#include "libcaulk/owner_holders.h"

/* What both ways to say it go by. Finish with owners_view_finish(). */
struct owners_view {
    const struct opened *opened;
    const uint32_t *top; /* groups, heaviest first; borrowed from the tree */
    uint32_t top_count;
    struct owner_holders *holders; /* parallel to top; of what nobody alone owns */
};

void owners_view_init(struct owners_view *view, const struct opened *opened);
void owners_view_finish(struct owners_view *view);

void owners_print_text(const struct owners_view *view);
void owners_print_json(const struct owners_view *view);

#endif
