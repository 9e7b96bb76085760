/*
 * A file beside the one that it is to become. What is left of it goes with the program, on every
 * way out: by exit(), and by a signal that asks it to end. One at a time.
 */
#ifndef CAULK_TEMPORARY_FILE_H
#define CAULK_TEMPORARY_FILE_H

#include <stdbool.h>

/* A new file with mode 0600 in path's folder: its descriptor, or -1 with errno. */
int temporary_file_open(const char *path);

/* Where it is. Empty where there is none. */
const char *temporary_file_path(void);

/* It has its own name now: from here on it stays. */
void temporary_file_keep(void);

#endif
