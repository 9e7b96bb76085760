/*
 * Which blocks are reachable, found in the dump's child where only the others are to be written: by
 * the very rules that the library applies to a whole dump (libcaulk/verdicts.c). A chain of exact
 * pointers leads to them from a root, or they are the runtime's own; pointers are exact where they
 * hit a block's first byte or have a witness, the `header` rule among them; what the program
 * declared is a pointer too, and so is that a block keeps the pool that it lies in.
 *
 * Cost: all memory is read once for the `header` rule, then what is reachable once more, in no
 * order. Memory: about a bit a block, 16 MB, and before that what header_survey.h says.
 */
#ifndef CAULK_REACHABLE_H
#define CAULK_REACHABLE_H

#include "preload/header_survey.h"
#include "preload/marks.h"

struct owned_block {
    uint32_t owner, block;
    uintptr_t address; /* of the block */
};

struct block_total {
    uint64_t blocks, bytes;
};

struct reachable {
    struct dump_job *job;
    struct block_groups groups;
    struct header_survey survey;
    struct marks marks;
    struct ranked_bits pointing; /* cards of 64 blocks with a pointer to one not reached then */
    struct owned_block *owned;   /* declared, and pools; by owner */
    size_t owned_count;
    struct block_total weak; /* reached through weak witnesses only */
    struct heap_block from;  /* the block that is looked into */
    bool weak_too;
    bool weak_added;
};

/* Fills job->summed and job->scan.header, which borrow from `reachable`. Uses job->scan. entries:
 * room for blocks still to be looked into (MARKS_STACK_ENTRIES). False without memory. */
bool reachable_find(struct reachable *reachable, struct dump_job *job, size_t entries);

/* Tells `found` each block that a block owns though no pointer in memory says so. */
void reachable_owned(const struct reachable *reachable, uint32_t owner,
                     void (*found)(void *context, uint32_t block, uintptr_t address),
                     void *context);

/* Tells `found` every pointer from a block that was reached to one that was not. */
void reachable_pointing(struct reachable *reachable,
                        void (*found)(void *context, const struct reference *reference),
                        void *context);

#endif
