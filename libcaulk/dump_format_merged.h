/*
 * The dump file, continued (libcaulk/dump_format.h): dumps of many processes as one. No tracker
 * writes them.
 *
 * With DUMP_PROCESS_MERGED, which goes with DUMP_PROCESS_ONLY_LOST, `caulk merge` has summed the
 * dumps of many processes: there are no blocks, roots or threads, and SUMS has all kinds of blocks.
 * After the tick of the dump before, which is 0, there are
 *                   varint  number of lost cycles
 *                   varint  of them those that are pending (Python's collector comes back for them)
 *                   varint  number of threads
 *                   varint  of them those that were not parked
 *                   varint  number of processes, at least 1; for each, ascending by the first
 *                           three, no two alike in them:
 *                   varint    Unix time of its start in ns
 *                   varint    pid
 *                   varint    string: host
 *                   varint    string: path of the executable
 * Sums ascend by stack, label and kind, and each goes on
 *                   varint  after the label: enum dump_sum_kind | DUMP_SUM_… flags
 *                   varint  at the end: number of indirect blocks that are counted under these
 *                           (of DUMP_SUM_DEFINITE), all of them together at most DUMP_AMOUNT_MAX
 *                   varint  their bytes, likewise
 *                   varint  number of blocks that this was scaled up from, or number of blocks
 * A birth there is as long before the merged dump's tick as it was before its process's dump;
 * tenths are those of each process's own uptime.
 */
#ifndef CAULK_DUMP_FORMAT_MERGED_H
#define CAULK_DUMP_FORMAT_MERGED_H

#include "libcaulk/dump_format.h"

/* In a merged dump: what the blocks of a sum are … */
enum dump_sum_kind {
    DUMP_SUM_DEFINITE,
    DUMP_SUM_INDIRECT,
    DUMP_SUM_POSSIBLE,
    DUMP_SUM_REACHABLE,
    DUMP_SUM_SUPPRESSED,
    DUMP_SUM_KIND_END
};
#define DUMP_SUM_KIND_MASK 7u
#define DUMP_SUM_IN_CYCLE 8u   /* … in lost cycles */
#define DUMP_SUM_PENDING 16u   /* … lost, but Python's collector comes back for them */
#define DUMP_SUM_ESTIMATED 32u /* … scaled up from a sample */
#define DUMP_SUM_FLAGS_END 64u

#endif
