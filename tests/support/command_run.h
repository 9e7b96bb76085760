/*
 * A command of the command line, run within the test's own process: thousands a second instead of a
 * hundred. What it prints is caught; where it ends by exit() it returns here, and what it had
 * allocated until then is lost.
 *
 * For programs linked with COMMAND_WRAP of the Makefile, which routes exit() through here.
 */
#ifndef CAULK_TESTS_COMMAND_RUN_H
#define CAULK_TESTS_COMMAND_RUN_H

#include <stddef.h>

struct command_result {
    int status;
    char *out, *errors; /* what it printed, with a NUL behind it */
    size_t out_bytes, errors_bytes;
};

#define COMMAND_WORDS_MAX 12u

/* words[0] is the command's name; count at most COMMAND_WORDS_MAX. A command that takes 10 s of
 * processor time ends the program. */
void command_run(char *const *words, size_t count, struct command_result *ret_result);
void command_result_finish(struct command_result *result);

#endif
