/*
 * When live blocks were born, over the program's life: what one dump can say of growth.
 *
 * Births are counted by bytes in tenths of the uptime. What came in the first tenth is start-up and
 * is not looked at further; of the rest
 *
 *   start-up      there is nearly none (a fiftieth of all)
 *   working set   half of it is from the last tenth: blocks come and go
 *   levelled off  a tenth of it or less is from the last three tenths
 *   recent        nearly none of it is from the first half: it turns over, or began to grow then
 *   filling       its births slow down: the last three tenths have half of what three tenths had
 *                 before, or less
 *   growing       anything else: born at all times, and nothing leaves
 */
#ifndef CAULK_AGE_PROFILE_H
#define CAULK_AGE_PROFILE_H

#include "libcaulk/amount.h"
#include "libcaulk/dump.h"

#define AGE_BUCKETS 10

struct age_profile {
    uint64_t bytes[AGE_BUCKETS];
    struct amount all;
    struct amount later; /* without the first tenth's */
};

enum age_trend {
    AGE_UNKNOWN, /* births were given up, or the program has not run for ten ticks */
    AGE_STARTUP,
    AGE_WORKING_SET,
    AGE_LEVELLED_OFF,
    AGE_RECENT,
    AGE_FILLING,
    AGE_GROWING
};

/* "start-up", "working set", … as above; NULL for AGE_UNKNOWN. */
const char *age_trend_name(enum age_trend trend);

/* In the words of `trend` in the JSON: "growing", "filling", "steady", or NULL where one dump can't
 * tell. */
const char *age_trend_verdict(enum age_trend trend);

/* Does this process's uptime make tenths that births can be told apart by? */
bool age_profile_known(const struct process *process);

/* The tenth of the process's uptime, from 0, that the tick is in. */
unsigned age_profile_tenth(const struct process *process, uint32_t tick);

/* A block born at the tick; process: the dump's. */
void age_profile_add(struct age_profile *profile, const struct process *process, uint32_t tick,
                     uint64_t bytes);

/* Blocks that the dump has only the sum of. */
void age_profile_add_sum(struct age_profile *profile, const struct block_sum *sum);

enum age_trend age_profile_trend(const struct age_profile *profile, const struct process *process);

#endif
