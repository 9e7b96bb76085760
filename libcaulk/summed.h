/* What a dump has of blocks that were only summed. */
#ifndef CAULK_SUMMED_H
#define CAULK_SUMMED_H

#include <stdbool.h>
#include <stdint.h>

#define SUM_TENTHS 10

/* The reachable blocks of one stack and label, where the process's only_lost is set; in a merged
 * dump the blocks of one stack, label and `what`. */
struct block_sum {
    uint32_t stack;
    uint8_t what;      /* SUM_…; a kind and flags */
    const char *label; /* NULL for none */
    uint64_t blocks, bytes;
    uint32_t first_birth, last_birth; /* ticks */
    uint64_t later_blocks;            /* born after the first tenth of the uptime */
    uint64_t newer_blocks;            /* born since dump->sums_since */
    uint64_t newer_bytes;
    uint64_t born_bytes[SUM_TENTHS];  /* in each tenth of it */
    uint64_t held_blocks, held_bytes; /* indirect blocks counted under these, which are definite */
    uint64_t samples;                 /* how many blocks this was scaled up from, or `blocks` */
};

/* Who owns what was summed: as in the file (libcaulk/dump_format_sums.h). */
enum sum_owner_kind {
    SUM_OWNER_ROOT,
    SUM_OWNER_VARIABLE,
    SUM_OWNER_BLOCKS,
    SUM_OWNER_RUNTIME,
    SUM_OWNER_SEVERAL
};

#define SUM_HOLDERS_MAX 4

struct sum_owner {
    enum sum_owner_kind kind;
    uint32_t root;     /* of ROOT and VARIABLE */
    uint64_t offset;   /* in the root, of VARIABLE */
    uint32_t stack;    /* of BLOCKS and RUNTIME */
    const char *label; /* likewise; NULL for none */
    uint32_t holder[SUM_HOLDERS_MAX];
    uint32_t holder_count;
    bool more; /* holders than these */
};

/* One owner's part of a sum. */
struct owned_sum {
    uint32_t owner;
    uint32_t of; /* number of the sum */
    struct block_sum sum;
};

/* The kind is one of libcaulk/verdicts.h's. */
#define SUM_KIND_MASK 7u
#define SUM_IN_CYCLE 8u   /* in lost cycles */
#define SUM_PENDING 16u   /* Python's collector comes back for them */
#define SUM_ESTIMATED 32u /* scaled up from a sample */

#endif
