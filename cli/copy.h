/*
 * Copying a file to where the user wants it, whole or not at all.
 */
#ifndef CAULK_COPY_H
#define CAULK_COPY_H

#include <stdbool.h>
#include <stdio.h>

/* Copies the file at `from` to the path `to`, with mode 0600: written beside it under another name
 * and renamed, so that `to` is never half a file. Never replaces a file. "-" and what is no regular
 * file (a pipe, a device) are written to as they are. Ends the program where it fails. */
void copy_file(const char *from, const char *to);

/* For what a descriptor is needed to write: a file without a name, which copy_end() copies to where
 * it belongs. Both end the program where they fail. */
FILE *copy_begin(const char *to);
void copy_end(FILE *file, const char *to);

/* Is there something at the path that is no regular file: a pipe, a device? */
bool copy_is_special(const char *path);

/* Ends the program where a file is in the way of a copy to that path. */
void copy_check(const char *to);

#endif
