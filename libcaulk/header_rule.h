/*
 * The `header` rule's arithmetic (libcaulk/header_offsets.h says what it is for). The tracker
 * applies it in the dump's child where reachable blocks are only summed, the library to any other
 * dump; both must come to the same, so both have it from here.
 *
 * Looking at all blocks of a heap takes 9 bytes for each, which the dump's child does not have. So
 * of a large group only a part is looked at, spread evenly over it: at most HEADER_RULE_LOOKED_AT
 * blocks of a heap, as long as its groups are not many thousands. Ten thousands of a group's blocks
 * tell nine in ten from eight in ten as well as all of them.
 */
#ifndef CAULK_HEADER_RULE_H
#define CAULK_HEADER_RULE_H

#include <stdbool.h>
#include <stdint.h>

#define HEADER_RULE_MAX_OFFSET 64u
#define HEADER_RULE_MIN_POINTED 64u
#define HEADER_RULE_COMMONEST 3

#define HEADER_RULE_LOOKED_AT (UINT32_C(1) << 21)
#define HEADER_RULE_LEAST_OF_GROUP 1024u /* looked at, however many groups there are */

enum { HEADER_RULE_START = 1, HEADER_RULE_BEYOND = 2 };

/* Where a block is hit. Bit d - 1 of `at`: at offset d, 1 to 64; `other`: at its first byte, or
 * further in. */
struct header_hits {
    uint64_t at;
    uint8_t other;
};

/* What is counted of a group. */
struct header_count {
    uint32_t pointed, covered;
    uint32_t hits[HEADER_RULE_MAX_OFFSET + 1];
    uint64_t commonest; /* bit d - 1 */
    bool start_is_common;
};

static inline bool header_rule_is_small(uint64_t offset)
{
    return offset >= 1 && offset <= HEADER_RULE_MAX_OFFSET;
}

static inline void header_rule_hit(struct header_hits *hits, uint64_t offset)
{
    if (header_rule_is_small(offset))
        hits->at |= UINT64_C(1) << (offset - 1);
    else
        hits->other |= offset ? HEADER_RULE_BEYOND : HEADER_RULE_START;
}

/* How many blocks of a group are looked at at most, where the groups of a heap have so many. */
static inline uint32_t header_rule_share(const uint32_t *group_size, uint32_t group_count)
{
    uint32_t share = HEADER_RULE_LOOKED_AT;
    for (; share > HEADER_RULE_LEAST_OF_GROUP; share /= 2) {
        uint64_t looked_at = 0;
        for (uint32_t g = 0; g < group_count; g++)
            looked_at += group_size[g] < share ? group_size[g] : share;
        if (looked_at <= HEADER_RULE_LOOKED_AT)
            break;
    }
    return share;
}

/* Whether a group's n-th block in order of address, from 0, is looked at: an even part, which no
 * period in the heap's layout falls in with (multiples of the golden ratio, Knuth, The Art of
 * Computer Programming 3, 6.4). */
static inline bool header_rule_looks_at(uint32_t n, uint32_t group_size, uint32_t share)
{
    return group_size <= share ||
           (uint64_t)(n * UINT32_C(2654435769)) * group_size < (uint64_t)share << 32;
}

static inline void header_rule_count(struct header_count *count, const struct header_hits *hits)
{
    if (!hits->at && !hits->other)
        return;
    count->pointed++;
    count->hits[0] += (hits->other & HEADER_RULE_START) != 0;
    for (uint64_t at = hits->at; at; at &= at - 1)
        count->hits[__builtin_ctzll(at) + 1]++;
}

/* Once all blocks are counted. */
static inline void header_rule_choose(struct header_count *count)
{
    for (int n = 0; n < HEADER_RULE_COMMONEST; n++) {
        uint32_t best = 0;
        for (uint32_t d = 1; d <= HEADER_RULE_MAX_OFFSET; d++)
            if (count->hits[d] > count->hits[best])
                best = d;
        if (!count->hits[best])
            return;
        count->hits[best] = 0;
        if (best)
            count->commonest |= UINT64_C(1) << (best - 1);
        else
            count->start_is_common = true;
    }
}

/* For all blocks again, after that. */
static inline void header_rule_cover(struct header_count *count, const struct header_hits *hits)
{
    count->covered += (count->start_is_common && (hits->other & HEADER_RULE_START)) ||
                      (hits->at & count->commonest);
}

/* In the end: bit d - 1 where offset d is accepted. */
static inline uint64_t header_rule_accepted(const struct header_count *count)
{
    bool accepts = count->pointed >= HEADER_RULE_MIN_POINTED &&
                   (uint64_t)count->covered * 10 >= (uint64_t)count->pointed * 9;
    return accepts ? count->commonest : 0;
}

#endif
