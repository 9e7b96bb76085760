/*
 * The last few files of many: what is older is removed. Only files that were made here are, and
 * only while they are still the same: a name that something else has taken since is left alone.
 */
#ifndef CAULK_KEPT_FILES_H
#define CAULK_KEPT_FILES_H

#include <stdint.h>

struct kept_set;

struct kept_files {
    uint32_t most; /* sets of files to keep, at least 1 */
    uint32_t count;
    struct kept_set *set; /* oldest first */
};

void kept_files_init(struct kept_files *files, uint32_t most);

/* A new set begins; the oldest goes where there are too many. */
void kept_files_begin(struct kept_files *files);

/* One more file of the newest set; none where it can't be found. */
void kept_files_add(struct kept_files *files, const char *path);

/* The files stay. */
void kept_files_finish(struct kept_files *files);

#endif
