/*
 * Dumps of several processes as one, so that a tree of processes is analyzed like a process.
 *
 * Blocks, pointers, roots and threads of all stand side by side; no pointer leads from one process
 * to another. What a fork copied counts once: a block that one of two dumps has as inherited, and
 * that has the same address, size and birth in a dump of the same program's start, is one block,
 * with every pointer that lies in it in either process. So it is lost where every process lost it.
 *
 * Stacks that run through the same code are one site, wherever it was loaded: return addresses of a
 * module that an earlier dump has too are moved to where it lies there; a module that would lie
 * across another is moved to where nothing is. Ticks and `process` are those of the oldest
 * process (sample_bytes is 0 where stacks were not sampled alike), but for the sums of memory, the
 * longest pause, and the flags that any of them has.
 *
 * In the sum, blocks are not in order of address: dump_find_block() is not for it. Memory: as much
 * as the parts together, beside them.
 */
#ifndef CAULK_DUMP_SUM_H
#define CAULK_DUMP_SUM_H

#include "libcaulk/dump.h"

/* Of one part or more. On success the sum owns the parts (of one part it is that part);
 * dump_close() closes them too. On failure nothing has changed: out of memory, too many blocks or
 * dumps, or one process given twice. The array itself stays the caller's; its order may change. */
bool dump_sum(struct dump **parts, uint32_t part_count, struct dump **ret_sum, struct error *err);

#endif
