/*
 * The owners' tree, folded for people: what is alike below one owner is one group with a count.
 *
 * Blocks are alike by type (label), else by site, where stacks were sampled by caller; roots are
 * groups of their own; lost cycles are alike by shape. A block below a block like it joins that
 * one's group, however many others are between them (up to OWNER_DEPTH groups): so a list is one
 * group, and so is a tree whose nodes have names of another site. What lies deeper than OWNER_DEPTH
 * groups is counted for the deepest.
 *
 * Of what was only summed the dump knows the owner at the top: below that one sums stand side by
 * side.
 */
#ifndef CAULK_OWNER_TREE_H
#define CAULK_OWNER_TREE_H

#include "libcaulk/owners.h"

#define OWNER_DEPTH 16
#define OWNER_NONE UINT32_MAX

/* A sum is of blocks that the dump has no more of (struct owned_sum). */
enum owner_kind { OWNER_ROOT, OWNER_CYCLE, OWNER_BLOCK, OWNER_SUM, OWNER_SEVERAL };

struct owner_group {
    uint32_t parent;  /* group, or OWNER_NONE: nobody alone owns it */
    uint32_t name;    /* equal for what is alike */
    uint32_t index;   /* of a root: in owners.roots.owner; of cycles: the shape; of a
                         sum: the largest in dump->owned */
    uint32_t example; /* of blocks the one that retains the most, where stacks were sampled of
                         those with a full one; of cycles likewise the cycle */
    uint8_t kind;     /* enum owner_kind */
    uint8_t depth;    /* 0: at the top */
    bool lost;
    uint64_t count; /* of blocks (the same as own.blocks, unless pools are among them), of cycles */
    struct amount own;
    struct amount retained; /* with own, nothing twice */
};

struct owner_tree {
    uint32_t count;
    struct owner_group *group; /* a parent comes before its children */
    uint32_t *group_of;        /* number in the dominator tree -> group; of 0: OWNER_NONE */
    uint32_t *group_of_sum;    /* dump->owned -> group */
    uint32_t *top_of_owner;    /* dump->owners -> group at the top, or OWNER_NONE: owns nothing */
    uint32_t *child_begin;     /* group -> place of its first child; [count]: of the top's first */
    uint32_t *child; /* groups, each row by retained bytes, most first; the top's is last */
};

/* owners and cycles (with shapes) must outlive it. Linear but for sorting groups. */
bool owner_tree_init(struct owner_tree *tree, const struct owners *owners,
                     const struct cycles *cycles, struct error *err);
void owner_tree_finish(struct owner_tree *tree);

/* The children of a group, or of OWNER_NONE those at the top. */
const uint32_t *owner_tree_children(const struct owner_tree *tree, uint32_t group,
                                    uint32_t *ret_count);

static inline bool owner_is_of_blocks(const struct owner_group *group)
{
    return group->kind == OWNER_BLOCK || group->kind == OWNER_SUM;
}

/* Of a group of a sum: what its blocks are, their stack and label (NULL for none). Of one at the
 * top it is what the owner is. */
void owner_tree_sum_place(const struct owner_group *group, const struct dump *dump,
                          uint32_t *ret_stack, const char **ret_label);

/* The group at the top under which a block is, OWNER_NONE for one that is nowhere. */
uint32_t owner_tree_top(const struct owner_tree *tree, const struct owners *owners, uint32_t block);

#endif
