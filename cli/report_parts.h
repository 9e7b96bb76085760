/* What several of a page's sections have in them. */
#ifndef CAULK_REPORT_PARTS_H
#define CAULK_REPORT_PARTS_H

#include <stdio.h>

#include "libcaulk/amount.h"
#include "libcaulk/call_stack.h"

/* A stack that opens when asked to, or is open at first: its own frame, then the list. */
enum stack_shown { STACK_FOLDED, STACK_OPEN };
void report_stack(FILE *out, const struct call_stack *stack, enum stack_shown shown);

/* Cells of a table with the number to sort by: "1,234", "1.2 KiB". label: where a narrow window
 * shows the cells of a row below each other. */
void report_cell_count(FILE *out, const char *label, uint64_t count);
void report_cell_bytes(FILE *out, const char *label, uint64_t bytes);

/* A bar as long as its share of the whole. kind: a class of the style sheet. */
void report_bar(FILE *out, const char *kind, uint64_t part, uint64_t whole);

/* "12.5%", for an SVG's lengths. */
struct share_text {
    char s[16];
};
struct share_text report_share(uint64_t part, uint64_t whole);

#endif
