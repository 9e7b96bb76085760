/*
 * The `header` heuristic: where a site's objects begin, when that is not at the block's first byte.
 *
 * Allocators of objects often put a header before them (CPython's gc head, redis's string header, a
 * length word) and keep only pointers past it. Of a group of blocks (those of one label; those
 * without a label of one site; of one caller where stacks were sampled) we look at
 *
 *   pointed     the blocks to which at least one pointer leads: from a root or from another block,
 *               to any of their bytes. A block's pointers to itself say nothing about it
 *   hits(d)     those of them to which at least one such pointer leads at offset d, 0 <= d <= 64. A
 *               block that several pointers hit at several offsets counts once for each of these
 *   commonest   the three d with the most hits, the smaller d first where they are equal
 *   covered     the pointed blocks that are hit at one of the commonest offsets at least: further
 *               pointers into the block's middle don't speak against it
 *
 * If pointed >= 64 and covered >= 0.9 pointed, pointers at the commonest offsets count as exact for
 * all blocks of the group. Blocks whose stack is not known form no group. A type that memory tells
 * counts as a label where it is Python's; C++ classes do not, since the tracker's child, which
 * judges by the same rules what a dump of lost blocks alone leaves out, doesn't know them then.
 *
 * Where memory itself says at which offset a block's object begins, or the values of one's
 * attributes, pointers there are exact however few they are.
 */
#ifndef CAULK_HEADER_OFFSETS_H
#define CAULK_HEADER_OFFSETS_H

#include "libcaulk/callers.h"
#include "libcaulk/labels.h"

struct header_offsets {
    const struct dump *dump;
    const struct labels *labels;
    const struct callers *callers;
    bool by_types;       /* Python's */
    uint64_t *accepted;  /* group -> bit d - 1: offset d is accepted; NULL: none anywhere */
    uint16_t *begins_at; /* block -> offset of what begins there, or 0; NULL: no types */
};

/* Linear in the dump. Dump, labels and callers are borrowed. False where memory ran out. */
bool header_offsets_init(struct header_offsets *header, const struct dump *dump,
                         const struct labels *labels, const struct callers *callers);
void header_offsets_finish(struct header_offsets *header);

/* Does a pointer to this block at this offset count as exact? */
bool header_offsets_accept(const struct header_offsets *header, uint32_t block, uint32_t offset);

#endif
