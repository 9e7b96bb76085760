/* What the steps of dump_sum() share. Private to libcaulk/dump_sum*.c and
 * libcaulk/dump_merge*.c. */
#ifndef CAULK_DUMP_SUM_PARTS_H
#define CAULK_DUMP_SUM_PARTS_H

#include "libcaulk/dump.h"

/* A part, and where its things have gone in the sum. */
struct sum_part {
    const struct dump *dump;
    uint32_t *module; /* by the part's numbers */
    uint64_t *shift;  /* by the part's module numbers: what its addresses are moved by */
    uint32_t *code;   /* Python's */
    uint32_t *stack;
    uint32_t *block;
    uint32_t first_thread;
};

struct sum {
    struct dump *dump; /* being made */
    struct sum_part *part;
    uint32_t part_count;
};

/* Each needs what those before it made. False where memory ran out. */
bool sum_modules(struct sum *sum);
bool sum_symbols(struct sum *sum);
bool sum_python(struct sum *sum);
bool sum_stacks(struct sum *sum);
bool sum_blocks(struct sum *sum);
bool sum_types(struct sum *sum);
bool sum_attributes(struct sum *sum);
bool sum_edges(struct sum *sum);
bool sum_roots(struct sum *sum);

/* Lets go of the parts; the dumps stay. */
void sum_parts_finish(struct sum *sum);

/* What holds for the processes together: amounts, the longest pause, the flags that any has. */
void sum_process_add(struct process *to, const struct process *from);

#endif
