/*
 * One dump's analysis: everything that `caulk analyze`, `graph`, `why` and `show` print but
 * symbols. A stack is a stack node number of the dump; a type is a label (libcaulk/labels.h).
 *
 * Figures count each block once, and where stacks were sampled sites add up to the exact totals:
 * always
 *     live = definite + indirect + possible + reachable + suppressed
 * Cost for 10,000,000 blocks and 30,000,000 edges: see the README's measurements.
 */
#ifndef CAULK_ANALYSIS_H
#define CAULK_ANALYSIS_H

#include "libcaulk/leaks.h"
#include "libcaulk/pending.h"
#include "libcaulk/shape_stacks.h"
#include "libcaulk/warnings.h"

struct analysis_options {
    bool all_cycles; /* reachable cycles too */
};

struct analysis {
    const struct dump *dump; /* borrowed */
    struct heap_graph heap;
    struct verdicts verdicts;
    struct pending pending;
    struct cycles cycles;
    struct shapes shapes;
    struct shape_stacks shape_stacks;
    struct estimates estimates;
    struct sites sites;
    struct leaks leaks;
    struct warnings warnings;

    struct amount live;
    struct amount of_kind[KIND_COUNT]; /* definite, indirect, possible, reachable, suppressed */
    /* Blocks in lost cycles: cycles.lost; weak: verdicts.weak; pending: pending.amount. In a merged
     * dump cycles.cycle is empty: it has their number and amount alone. */
    uint64_t lost_cycles;
    uint64_t pending_cycles; /* of them */
};

/* The dump must stay open until analysis_destroy(). Fails only where memory runs out. */
bool analysis_create(const struct dump *dump, const struct analysis_options *options,
                     struct analysis **ret_analysis, struct error *err);
void analysis_destroy(struct analysis *analysis); /* accepts NULL */

#endif
