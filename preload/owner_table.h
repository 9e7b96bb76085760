/*
 * Who may own blocks, as numbers from 1 that fit 16 bits: variables, other roots, and blocks that
 * are alike. What comes when all numbers are given is one owner, "several".
 *
 * For the dump's child. Memory: two bytes a group of blocks, 24 a variable, 40 an owner.
 */
#ifndef CAULK_OWNER_TABLE_H
#define CAULK_OWNER_TABLE_H

#include "libcaulk/dump_format.h"
#include "libcaulk/dump_format_sums.h"
#include "preload/block_groups.h"
#include "preload/roots.h"
#include "preload/variables.h"

typedef uint16_t owner_number;

struct owner {
    uint32_t kind;     /* enum dump_owner_kind */
    uint32_t root;     /* by the order in which roots begin, from 0 */
    uintptr_t address; /* of a variable */
    uintptr_t start;   /* of its root */
    uint32_t stack;    /* node's number in the dump */
    uint32_t label;    /* string */
    owner_number holder[DUMP_HOLDERS_MAX];
    uint8_t holders;
    bool more; /* holders than these */
};

struct owner_table {
    const struct dump_job *job;
    const struct block_groups *groups;
    struct variables variables;
    struct owner *items; /* by number; the first is none */
    uint32_t count;      /* with the first */
    owner_number *of_group;
    owner_number *of_thread;
    owner_number *of_root; /* by order */
    size_t root_capacity;
};

/* job and groups are borrowed. False without memory. */
bool owner_table_init(struct owner_table *table, const struct dump_job *job,
                      const struct block_groups *groups);

/* Whose a reference of roots->current is. */
owner_number owner_table_of_root(struct owner_table *table, const struct roots *roots,
                                 const struct reference *reference);

/* Of blocks like this one. */
owner_number owner_table_of_block(struct owner_table *table, const struct heap_block *block);

/* Notes that one owner has a pointer to another one's blocks. */
void owner_table_hold(struct owner_table *table, owner_number owner, owner_number holder);

/* Forgets it, of owners from this number on. */
void owner_table_forget_holders(struct owner_table *table, uint32_t first);

/* A running function's, which may be gone in a moment (libcaulk/root_owners.h). */
bool owner_table_borrows(const struct dump_root *root);

#endif
