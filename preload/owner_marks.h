/*
 * Who owns each block that is reachable: the one child of the root above all that dominates it, as
 * far as owners have names (preload/owner_table.h). For the dump's child, which has no room for the
 * graph: it knows two bytes and some bits a block.
 *
 * Rounds over the memory, in each of which owners' numbers spread from roots along all pointers. A
 * block to which two numbers come lies on two chains that have no block in common, since each block
 * of a chain has the chain's number; so nothing but the root above all dominates it, and it is an
 * owner of its own: in the next round a number spreads from it too, that of blocks like it. When no
 * more such blocks are found, each block that is no owner has only pointers from blocks of its own
 * number, whose owners dominate it. That is the top of the dominator tree, with what is alike under
 * one name. What lasting roots lead to is done before stacks and registers are asked
 * (libcaulk/owners.h).
 *
 * A block that is found out before it is looked into need not wait for the next round; and chains
 * from blocks come before chains from roots, or a list that is held by both ends would be found out
 * block by block.
 */
#ifndef CAULK_OWNER_MARKS_H
#define CAULK_OWNER_MARKS_H

#include "preload/owner_table.h"
#include "preload/reachable.h"

/* Rounds that are made at most: in the last one an owner may still have what is another one's. */
#define OWNER_ROUNDS_MAX 12u
#define OWNER_STACK_ENTRIES (1u << 18)

struct owner_marks {
    struct reachable *reachable;
    struct owner_table table;
    owner_number *of_block; /* NULL where there was no room */
    struct marks marks;
    struct ranked_bits looked_into, shared; /* shared: owners themselves */
    struct ranked_bits settled;             /* lasting roots lead to them */
    uint32_t from;
    owner_number from_owner;
    bool borrowing; /* it is stacks' and registers' turn */
    bool changed;   /* owners were found that chains had gone through already */
    uint32_t rounds;
};

/* After reachable_find(). entries: as there (OWNER_STACK_ENTRIES); room_bytes: what numbers may
 * take; where they need more nobody is an owner. Uses job->scan. False without memory. */
bool owner_marks_find(struct owner_marks *owners, struct reachable *reachable, size_t entries,
                      uint64_t room_bytes);

/* Room for numbers within what the child may take (libcaulk/status_format.h). */
uint64_t owner_marks_room(const struct dump_job *job);

/* 0 where it is not known. */
static inline owner_number owner_marks_of(const struct owner_marks *owners, uint32_t block)
{
    return owners->of_block ? owners->of_block[block] : 0;
}

#endif
