/*
 * SUMS of a dump of lost blocks alone (libcaulk/dump_format.h, whose words these are). A merged
 * dump has more in it: libcaulk/dump_format_merged.h.
 *
 *     First
 *     varint  how many of these blocks only weak witnesses keep
 *     varint  their bytes
 *     varint  the tick of the process's dump before this one plus 1, 0: none
 *     varint  number of owners (below), then each, numbered from 1:
 *       varint  DUMP_OWNER_… kind
 *       varint  of ROOT and VARIABLE: number in ROOTS; of BLOCKS and RUNTIME: stack
 *               node number
 *       varint  of VARIABLE: where in the root it begins; of BLOCKS and RUNTIME:
 *               string, the blocks' label, or empty
 *       varint  n << 1 | m; n: how many holders follow, up to DUMP_HOLDERS_MAX; m: 1
 *               where there are more
 *       n varints: owners that have pointers to this owner's blocks
 *     then sums, ascending by stack, then label, then owner, no two alike in all
 *     three; for each:
 *     varint  stack node number, 0 where none is known
 *     varint  string: the blocks' label, or empty
 *     varint  owner's number, 0 where not known
 *     varint  number of blocks, at least 1
 *     varint  their bytes
 *     varint  first birth tick
 *     varint  last birth tick minus the first one
 *     varint  number of those born after the first tenth of the uptime
 *     varint  number of those born after the dump before (all where there was none)
 *     varint  their bytes
 *     varint  ten times: bytes born in that tenth of the uptime
 *
 * Who owns the blocks that were summed: a root or a variable where all chains of pointers from
 * roots, exact or not, begin there, else blocks alike (of one label, else of one stack, or where
 * stacks are sampled of one caller) that lie on all these chains. A stack or a register owns only
 * what no other root leads to. Owners are missing where finding them would have taken too much
 * memory.
 */
#ifndef CAULK_DUMP_FORMAT_SUMS_H
#define CAULK_DUMP_FORMAT_SUMS_H

#define DUMP_SUM_TENTHS 10u /* of the uptime, by which births are summed */

/* Who owns what was summed. */
enum dump_owner_kind {
    DUMP_OWNER_ROOT,     /* all of a root; of a thread's stack or registers: the thread */
    DUMP_OWNER_VARIABLE, /* that a global root's words belong to */
    DUMP_OWNER_BLOCKS,   /* blocks alike */
    DUMP_OWNER_RUNTIME,  /* blocks alike that are the C library's or the loader's own */
    DUMP_OWNER_SEVERAL,  /* more than could be told apart */
    DUMP_OWNER_KIND_END
};

#define DUMP_OWNERS_MAX 65535u
#define DUMP_HOLDERS_MAX 4u

#endif
