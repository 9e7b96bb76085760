/*
 * What grew between dumps of one process, by site.
 *
 * Born after the oldest dump and alive in the newest, freed since the oldest, survived from it:
 * with more than two dumps this is what leaks, without what came and went in between. The trend:
 *
 *   steady     gained or lost at most a hundredth; or gained, but gave back as much between two
 *              dumps, from a height that it does not exceed now: a queue that is drained at times
 *   shrinking  lost more
 *   filling    gained, and ever more slowly: with three dumps or more, the last interval gained
 *              half of what the first one did or less, in all and per second; with two, the births
 *              in thirds of the interval fell off twice, to half or less, or most of what was born
 *              replaced what was freed while growth fell to half of what it was before
 *   growing    gained, otherwise
 *
 * Births that are not known (memory=low) tell nothing about thirds.
 */
#ifndef CAULK_GROWTH_H
#define CAULK_GROWTH_H

#include "libcaulk/amount.h"
#include "libcaulk/dump.h"

#define GROWTH_DUMPS_MAX 64
#define GROWTH_PARTS 3

enum trend { TREND_GROWING, TREND_FILLING, TREND_STEADY, TREND_SHRINKING };
/* "growing", … as in the JSON. */
const char *trend_name(enum trend trend);

/* One site at one dump. */
struct growth_sample {
    double seconds; /* growth_seconds() of the dump */
    uint64_t bytes; /* live */
};

struct growth {
    struct amount born, freed, survived;
    uint64_t born_part[GROWTH_PARTS]; /* bytes of `born` by thirds of the newest interval */
};

/* What one growth is, of two samples or more, oldest first. parts_known: births can be told apart
 * by thirds of the newest interval. */
enum trend growth_trend(const struct growth *growth, const struct growth_sample *samples,
                        uint32_t count, bool parts_known);

/* How evenly it grew, from 0 to 1: the slowest interval's (or third's) share of the fastest one's
 * pace; 0 where an interval shrank, and where one interval can't be told apart further. */
double growth_steadiness(const struct growth *growth, const struct growth_sample *samples,
                         uint32_t count, bool parts_known);

/* When a dump was made: counted from the process's start, of merged ones from 1970. */
double growth_seconds(const struct dump *dump);

/* Bytes gained; negative: lost. */
static inline int64_t growth_gain(const struct growth *growth)
{
    return (int64_t)growth->born.bytes - (int64_t)growth->freed.bytes;
}

/* Is the interval between two dumps long enough for thirds, and is each block's birth known? */
bool growth_parts_known(const struct dump *old, const struct dump *new);

/* The third of the interval that a block of the newer dump was born in; false: before it. */
bool growth_part(const struct dump *old, const struct dump *new, uint32_t birth,
                 uint32_t *ret_part);

#endif
