/*
 * `caulk run --fail-on=…`: runs the program to its end, then judges what it left on its heap.
 */
#ifndef CAULK_VERIFY_H
#define CAULK_VERIFY_H

/* Runs the program, analyzes its dumps at exit, prints the analysis to standard error where
 * some of `kinds` (a list for fail_on_parse()) were found, and returns the exit status: the
 * program's; or where that is 0, whether some of `kinds` were found. Ends by the same signal where
 * the program did. Takes over `options`. */
int verify_run(const char *path, char **argv, const char *library, char *options,
               const char *kinds);

#endif
