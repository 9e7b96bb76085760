/*
 * A result in a file that appears under its name whole or not at all: it is written beside it under
 * another name and renamed, so that nobody who reads there, a web server or a collector, ever sees
 * half of it. What was there before is replaced, as by a shell's `>`; but no dump is.
 */
#ifndef CAULK_WHOLE_FILE_H
#define CAULK_WHOLE_FILE_H

#include <stdio.h>

/* NULL and "-" are standard output; what is no regular file (a pipe, a device) is written to as it
 * is. One at a time. Ends the program where it fails, and then leaves nothing behind. */
FILE *whole_file_begin(const char *path);

/* Puts what whole_file_begin() gave under its name, with all that was written to it. */
void whole_file_end(FILE *out);

#endif
