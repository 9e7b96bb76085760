/*
 * `caulk report` in its parts: a page's sections, each a file cli/report_NAME.c with one function.
 * What they show is in the HTML itself; the page's script (cli/report/report.js) makes it easier to
 * look at. Each says in the page what it leaves out.
 */
#ifndef CAULK_REPORT_H
#define CAULK_REPORT_H

#include "cli/analyze.h"
#include "cli/diff.h"
#include "cli/report_pictures.h"

struct report {
    const struct opened *opened;     /* the newest dump, or the sum of a tree of processes */
    const struct compared *compared; /* that and those before it; or NULL */
    const struct suspects *suspects;
    const struct findings *lost, *places;
    const struct pictures *pictures;
    FILE *out;
};

void report_page(const struct report *report);

void report_verdict(const struct report *report);
void report_leaks(const struct report *report);
void report_cycles(const struct report *report);
void report_flame(const struct report *report);
void report_owners(const struct report *report);
void report_growth(const struct report *report);
void report_process(const struct report *report);

#endif
