/*
 * The names of blocks' types, each once, numbered from 0: what the program said through
 * caulk_label, and where it said nothing, what memory says (struct type), as people call it:
 *
 *     Session                    an object of that class, or what make_shared<Session> made
 *     control block of Session   what std::shared_ptr<Session> counts by
 *     Session[]                  new Session[…]
 *     dict                       a type of Python's
 *     part of dict               a block of no type that such an object points to: its table
 *     part of Node               the same, and the dictionary of an instance's attributes
 */
#ifndef CAULK_LABELS_H
#define CAULK_LABELS_H

#include "libcaulk/dump.h"

#define LABEL_NONE UINT32_MAX

struct labels {
    uint32_t count;
    const char **name;  /* borrowed from the dump, or one of `shown` */
    uint32_t *of_block; /* block -> label or LABEL_NONE; NULL where no block has one */
    char **shown;       /* by the dump's type number; then the names of types' parts */
    uint32_t shown_count;
    uint32_t *of_sum;   /* the same for the dump's sums */
    uint32_t *of_owner; /* and for the owners of what was summed */
};

/* False where memory ran out. Linear. */
bool labels_init(struct labels *labels, const struct dump *dump);
void labels_finish(struct labels *labels);

static inline uint32_t labels_of(const struct labels *labels, uint32_t block)
{
    return labels->of_block ? labels->of_block[block] : LABEL_NONE;
}

static inline uint32_t labels_of_sum(const struct labels *labels, uint32_t sum)
{
    return labels->of_sum ? labels->of_sum[sum] : LABEL_NONE;
}

/* The block's type, or NULL. */
static inline const char *labels_name_of(const struct labels *labels, uint32_t block)
{
    uint32_t label = labels_of(labels, block);
    return label == LABEL_NONE ? NULL : labels->name[label];
}

/* Does it only count references to another one, as std::shared_ptr does? */
bool labels_is_control_block(const char *name);

/* Is it only a part of another's: a control block, an object's table? */
bool labels_is_part(const char *name);

/* Of a part of an object the object's type. */
const char *labels_whole_name(const char *name);

#endif
