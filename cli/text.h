/*
 * Words and figures for people. Figures come as a small struct by value, so that a printf can hold
 * several: printf("%s of %s", text_size(a).s, text_size(b).s).
 */
#ifndef CAULK_TEXT_H
#define CAULK_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct text {
    char s[40];
};

/* "0 B", "328 B", "96 KiB", "2.53 GiB": three digits, no trailing zeros. */
struct text text_size(uint64_t bytes);
/* The same figure in a given unit and without it: for sums. unit: from text_size_unit(). */
struct text text_size_in(uint64_t bytes, unsigned unit);
/* The unit text_size() would choose: 0 B, 1 KiB, 2 MiB, … */
unsigned text_size_unit(uint64_t bytes);
/* "41,203" */
struct text text_count(uint64_t count);
/* "1 block", "41,203 blocks" */
struct text text_counted(uint64_t count, const char *singular);
/* "38 ms", "4.2 s", "12 min", "76 h", "9 days" */
struct text text_duration(double seconds);
/* part of whole in percent: "65 %", "99.9 %", "<0.1 %" */
struct text text_percent(uint64_t part, uint64_t whole);

/*
 * Who reads it, decided here for all commands: colours, progress, and what is laid out for a
 * terminal. The options --color and --quiet come first, before anything is printed.
 */
enum text_when { TEXT_AUTO, TEXT_ALWAYS, TEXT_NEVER };
void text_set_colours(enum text_when when);
void text_set_quiet(void);
bool text_is_quiet(void); /* progress and notes are not wanted */
/* From now on standard output leads to a terminal through a pager. shows_colours: it passes escape
 * sequences on. */
void text_set_paged(bool shows_colours);

/* Does somebody read the stream on a terminal? */
bool text_on_terminal(FILE *stream);

/* May this stream be coloured? With --color=auto: a terminal, and neither NO_COLOR nor TERM=dumb.
 */
bool text_colours(FILE *stream);
enum text_colour { TEXT_PLAIN, TEXT_BOLD, TEXT_RED, TEXT_YELLOW, TEXT_GREEN, TEXT_DIM };
/* The escape sequence for standard output, "" where colours are not wanted. */
const char *text_colour(enum text_colour colour);

/* One line on standard error that tells what is being done, where that is a terminal and --quiet
 * was not said; replaced by the next, taken away by NULL. */
void text_progress(const char *doing);

#endif
