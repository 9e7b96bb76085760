/*
 * The dump's file: written under a temporary name beside the final one, mode 0600, and renamed when
 * it is whole; never over an existing file and never through a symbolic link. In the dump's child.
 */
#ifndef CAULK_DUMP_FILE_H
#define CAULK_DUMP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/dump_path.h"

#define DUMP_FILE_PATH_BYTES 4096

struct dump_file {
    int fd;
    uint32_t sequence;
    char path[DUMP_FILE_PATH_BYTES]; /* absolute */
    char temporary[DUMP_FILE_PATH_BYTES];
};

/* Picks the name (with %n the next free number from facts->sequence on) and opens the temporary
 * file. 0 or an errno. */
int dump_file_open(struct dump_file *file, const char *template, struct dump_path_facts facts);

/* Gives it its final name: 0, or an errno with the temporary file removed. */
int dump_file_publish(struct dump_file *file);
void dump_file_discard(struct dump_file *file);

#endif
