/* The rows of `leaks`: what is definite and what is possible, by site. */
#ifndef CAULK_LEAKS_H
#define CAULK_LEAKS_H

#include "libcaulk/cycles.h"
#include "libcaulk/pending.h"
#include "libcaulk/sites.h"

struct leak {
    uint32_t site;        /* index in struct sites */
    enum block_kind kind; /* definite or possible */
    bool cyclic;          /* one of its blocks is in a lost cycle */
    const char *type;     /* the label that all its blocks share, or NULL */
    struct amount own;
    struct amount indirect; /* counted under these blocks; each indirect block is in one row */
    struct amount pending;  /* of own and indirect: what CPython's collector will come back for */
    bool estimated;         /* own and indirect are scaled up from a sample … */
    uint64_t samples;       /* … of so many blocks; else how many blocks it has */
    bool born_known;        /* false where birth times were given up (memory=low) */
    double first_seconds; /* births of the own blocks with this stack, since the program's start */
    double last_seconds;
    uint32_t example; /* its block with the lowest address, one that counts here, or … */
};
#define LEAK_NO_EXAMPLE UINT32_MAX /* … of a merged dump, which has no blocks */

/* When a block was born, since the program's start. Ticks are coarse, and each dump advances them:
 * one that lies ahead of the dump's clock counts as the dump's time. */
double leak_born_seconds(const struct process *process, uint32_t tick);

/* Worst first by own bytes plus indirect bytes; then definite before possible, then by site. */
struct leaks {
    uint32_t count;
    struct leak *leak;
};

/* All of it is pending: nothing to mend. */
static inline bool leak_is_pending(const struct leak *leak)
{
    return leak->pending.blocks == leak->own.blocks + leak->indirect.blocks;
}

bool leaks_init(struct leaks *leaks, const struct estimates *estimates, const struct sites *sites,
                const struct cycles *cycles, const struct pending *pending, struct error *err);
void leaks_finish(struct leaks *leaks);

#endif
