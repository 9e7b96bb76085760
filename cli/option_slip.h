/*
 * What is wrong with an option that argp did not take, in words that say what to type instead.
 */
#ifndef CAULK_OPTION_SLIP_H
#define CAULK_OPTION_SLIP_H

#include <argp.h>
#include <stdbool.h>

/* The most that is said. */
struct slip {
    char s[256];
};

/* Whether a word of the command line is an option that this table and its children do not take, and
 * why: "unknown option '--jsno', did you mean '--json'?", "-o needs a value (-o FILE)". command:
 * for "try: caulk COMMAND --help". */
bool option_slip(const struct argp *argp, const char *command, const char *word,
                 struct slip *ret_slip);

#endif
