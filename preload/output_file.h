/*
 * The dump's file: written under a temporary name beside the final one, mode 0600, and renamed when
 * it is whole; never over an existing file and never through a symbolic link. In the dump's child,
 * but for output_file_is_taken() and output_file_remove().
 *
 * Where the program has called chroot to a place that has no such folder (an empty one, as daemons
 * like for workers), the file goes where it would have gone before that.
 */
#ifndef CAULK_OUTPUT_FILE_H
#define CAULK_OUTPUT_FILE_H

#include <stdbool.h>

#include "preload/dump_path.h"

#define OUTPUT_FILE_PATH_BYTES 4096

struct output_file {
    int fd;
    int root;                          /* what paths start from: AT_FDCWD, or the outer root */
    const char *template;              /* borrowed */
    struct dump_path_facts facts;      /* with the number taken */
    char path[OUTPUT_FILE_PATH_BYTES]; /* absolute */
    char temporary[OUTPUT_FILE_PATH_BYTES];
    char *noted; /* the same, while it may be there */
};

/* Is there only one name, and that taken? */
bool output_file_is_taken(const char *template, const struct dump_path_facts *facts);

/* Picks the name (with %n the next free number from facts.sequence on) and opens the temporary
 * file. 0 or an errno. Its path is at noted (OUTPUT_FILE_PATH_BYTES, empty so far) from before it
 * is made, for whoever finds its writer killed: output_file_remove(). */
int output_file_open(struct output_file *file, const char *template, struct dump_path_facts facts,
                     char *noted);

/* Gives it its final name, with %n a higher one where the name was taken meanwhile: 0, or an errno
 * with the temporary file removed. */
int output_file_publish(struct output_file *file);
void output_file_discard(struct output_file *file);

/* A temporary file whose writer has ended. */
void output_file_remove(const char *temporary);

#endif
