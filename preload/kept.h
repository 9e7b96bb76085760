/*
 * Which blocks the dump has in full, and their numbers in it: all, or where reachable ones are
 * summed the others.
 */
#ifndef CAULK_KEPT_H
#define CAULK_KEPT_H

#include "preload/dump_job.h"
#include "preload/ranked_bits.h"

static inline bool kept(const struct dump_job *job, uint32_t number)
{
    return !job->summed || !ranked_bits_get(job->summed, number);
}

/* Of a block that is kept. */
static inline uint32_t kept_number(const struct dump_job *job, uint32_t number)
{
    return job->summed ? number - ranked_bits_rank(job->summed, number) : number;
}

#endif
