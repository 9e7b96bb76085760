/* `caulk analyze` in its parts: what was asked for, and the ways to say it. */
#ifndef CAULK_ANALYZE_H
#define CAULK_ANALYZE_H

#include "cli/findings.h"
#include "cli/opened.h"
#include "cli/text.h"
#include "cli/words.h"
#include "libcaulk/suspects.h"

struct analyze_options {
    bool possible;   /* list the possible blocks' sites */
    bool reachable;  /* list the largest reachable sites */
    bool all_cycles; /* list reachable cycles too */
};

void analyze_print_json(const struct opened *opened, const struct suspects *suspects);

void analyze_print_text(const struct opened *opened, const struct suspects *suspects,
                        const struct analyze_options *options);

/* "relayd pid 4711, up 76 h, dump 2, …" */
void analyze_print_process(const struct opened *opened);

/* The first lines of the text: which process, its memory, its heap, and one sentence. */
void analyze_print_head(const struct opened *opened, const struct findings *lost,
                        const struct suspects *suspects, const struct findings *places);

/* A sentence that says what is going on, and its word: "LEAK", "GROWING", "NO LEAK", … */
struct verdict {
    const char *word;
    enum text_colour colour;
    struct phrase phrase;
};
#define VERDICTS_MAX 2
/* Returns how many there are: one, or where more grows than is lost, two. */
uint32_t analyze_verdicts(const struct opened *opened, const struct findings *lost,
                          const struct suspects *suspects, const struct findings *places,
                          struct verdict ret_verdicts[VERDICTS_MAX]);

/* What is lost; without what Python's collector comes back for, which is said beside it. */
struct amount analyze_lost_amount(const struct analysis *analysis);

/* Where nothing is lost: is what may be lost the most that there is to say? */
bool analyze_is_mostly_possible(const struct opened *opened, const struct suspects *suspects);

/* What a suspect does, in a few words: "retains 91 %, and nothing leaves it". */
struct phrase analyze_suspicion(const struct opened *opened, const struct suspect *suspect);

/* The same of a place (findings_places()): "are 91 % of the heap, and nothing leaves it". */
struct phrase analyze_suspicion_of_place(const struct opened *opened, const struct finding *place);

/* R1 and so on: what it holds, how it grew, from where. index: from 0. */
void analyze_print_suspect(const struct opened *opened, const struct suspect *suspect,
                           uint32_t index);

/* One finding with its stacks. heading: "lost cycle", "possible", … */
void analyze_print_finding(const struct opened *opened, const struct finding *finding,
                           const char *heading);

#endif
