/*
 * What one session sees of the server's files: a directory that it is in, below the root.
 *
 * Counts references, and holds one to its session, whose account it charges for what is read and
 * stored. The session holds one to it: filesystem_close() opens this cycle, and only then the last
 * filesystem_unref() releases anything.
 */
#ifndef LEAKYD_FILESYSTEM_H
#define LEAKYD_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>

struct session;
struct fifo;

/* A file system for the session, at the root. NULL with errno on failure. */
struct filesystem *filesystem_open(struct session *session, int root);

/* Gives up the session; the file system itself lives on until its last reference is gone. */
void filesystem_close(struct filesystem *filesystem);

void filesystem_unref(struct filesystem *filesystem); /* accepts NULL */

/* The directory's name for the user, "/" or "/music/old". Borrowed. */
const char *filesystem_path(const struct filesystem *filesystem);

/* Enters a directory of this one, or the root for "/". False with errno. */
bool filesystem_enter(struct filesystem *filesystem, const char *name);

/* Writes a line "BYTES NAME" for each regular file, in no order. Returns false with errno. */
bool filesystem_list(struct filesystem *filesystem, struct fifo *output);

/* Opens a file of this directory for reading; ret_bytes is its length. -1 with errno. */
int filesystem_fetch(struct filesystem *filesystem, const char *name, uint64_t *ret_bytes);

/* Creates or replaces a file of this directory. Returns a descriptor, or -1 with errno. */
int filesystem_store(struct filesystem *filesystem, const char *name);

/* Charges a transfer to the session's account. */
void filesystem_charge(struct filesystem *filesystem, uint64_t bytes);

#endif
