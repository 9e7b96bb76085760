/*
 * Dumps of many processes as one, by place: `caulk merge`. What a dump has is summed by stack, type
 * and verdict, so that what is kept grows with the number of different places and not with the
 * number of dumps; which block points to which is not kept.
 *
 * A stack is told by modules and offsets in them: modules with one build id are one, wherever they
 * were loaded; without build id they are told by path and size. Code of no module (made at run
 * time) is all one. Ages are counted back from each process's dump, and tenths are those of each
 * process's own uptime. A merged dump can be added to another one. What a fork copied counts in
 * each of the processes.
 */
#ifndef CAULK_DUMP_MERGE_H
#define CAULK_DUMP_MERGE_H

#include "libcaulk/analysis.h"

/* All zeros at first. */
struct dump_merge {
    struct dump *dump; /* all so far; NULL at first */
};

/* Adds a dump of a process, or a merged one. It may be closed afterwards. Fails, and changes
 * nothing, where memory runs out, a process is there already, or there is more than the format can
 * say. Cost: the dump, and all sums so far. */
bool dump_merge_add(struct dump_merge *merge, const struct analysis *analysis, struct error *err);

/* Writes what was added, one dump at least, into an empty file. path: for errors. */
bool dump_merge_write(const struct dump_merge *merge, int descriptor, const char *path,
                      struct error *err);

void dump_merge_finish(struct dump_merge *merge);

/* How many hosts the processes of a merged dump ran on. False where memory ran out. */
bool dump_merge_hosts(const struct merged *merged, uint32_t *ret_hosts);

#endif
