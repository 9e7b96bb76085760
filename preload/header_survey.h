/*
 * The `header` rule in the dump's child (libcaulk/header_offsets.h, libcaulk/header_rule.h): where
 * the objects of a group of blocks begin, found by looking at every pointer once.
 *
 * Memory: a bit a block and 9 bytes for each of the blocks that are looked at, some two million;
 * once judged, 8 bytes a group.
 */
#ifndef CAULK_HEADER_SURVEY_H
#define CAULK_HEADER_SURVEY_H

#include "preload/block_groups.h"
#include "preload/ranked_bits.h"

struct header_survey {
    const struct heap_blocks *heap;
    const struct block_groups *groups;
    uint32_t *group_size;
    struct ranked_bits looked_at; /* blocks */
    uint32_t looked_at_count;
    uint64_t *hit_at; /* by rank among those: as in struct header_hits */
    uint8_t *hit;
    uint64_t *accepted; /* group -> bit d - 1: offset d is accepted */
};

/* heap and groups are borrowed. False without memory. */
bool header_survey_init(struct header_survey *survey, const struct heap_blocks *heap,
                        const struct block_groups *groups);

/* A pointer from a root or from another block. */
void header_survey_hit(struct header_survey *survey, uint32_t target, uint64_t offset);

/* Once all pointers were told. False without memory. */
bool header_survey_judge(struct header_survey *survey);

/* Whether a pointer to this offset in the block at that address counts as exact. */
bool header_survey_accepts(const struct header_survey *survey, uint32_t number, uintptr_t address,
                           uint64_t offset);

#endif
