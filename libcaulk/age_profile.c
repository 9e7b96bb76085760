#include "libcaulk/age_profile.h"

#include <assert.h>

/* "Nearly none": what is less than a fiftieth. */
#define NEARLY_NONE 50

const char *age_trend_name(enum age_trend trend)
{
    static const char *const name[] = {[AGE_UNKNOWN] = NULL,
                                       [AGE_STARTUP] = "start-up",
                                       [AGE_WORKING_SET] = "working set",
                                       [AGE_LEVELLED_OFF] = "levelled off",
                                       [AGE_RECENT] = "recent",
                                       [AGE_FILLING] = "filling",
                                       [AGE_GROWING] = "growing"};
    return name[trend];
}

const char *age_trend_verdict(enum age_trend trend)
{
    switch (trend) {
    case AGE_UNKNOWN:
    case AGE_RECENT:
        return NULL;
    case AGE_FILLING:
        return "filling";
    case AGE_GROWING:
        return "growing";
    default:
        return "steady";
    }
}

bool age_profile_known(const struct process *process)
{
    return !process->no_births && process->tick_ns &&
           process->uptime_ns / AGE_BUCKETS >= process->tick_ns;
}

unsigned age_profile_tenth(const struct process *process, uint32_t tick)
{
    double share = (double)tick * (double)process->tick_ns / ((double)process->uptime_ns + 1);
    return share < 1 ? (unsigned)(share * AGE_BUCKETS) : AGE_BUCKETS - 1;
}

void age_profile_add(struct age_profile *profile, const struct process *process, uint32_t tick,
                     uint64_t bytes)
{
    unsigned bucket = age_profile_tenth(process, tick);
    profile->bytes[bucket] += bytes;
    amount_add_block(&profile->all, bytes);
    if (bucket)
        amount_add_block(&profile->later, bytes);
}

static_assert(AGE_BUCKETS == SUM_TENTHS, "sums are by tenths, too");

void age_profile_add_sum(struct age_profile *profile, const struct block_sum *sum)
{
    for (unsigned i = 0; i < AGE_BUCKETS; i++)
        profile->bytes[i] += sum->born_bytes[i];
    amount_add(&profile->all, (struct amount){sum->blocks, sum->bytes});
    amount_add(&profile->later,
               (struct amount){sum->later_blocks, sum->bytes - sum->born_bytes[0]});
}

static uint64_t sum(const struct age_profile *profile, unsigned first, unsigned end)
{
    uint64_t bytes = 0;
    for (unsigned i = first; i < end; i++)
        bytes += profile->bytes[i];
    return bytes;
}

enum age_trend age_profile_trend(const struct age_profile *profile, const struct process *process)
{
    uint64_t later = profile->later.bytes;
    uint64_t last_three = sum(profile, 7, 10);
    if (!age_profile_known(process) || !profile->all.bytes)
        return AGE_UNKNOWN;
    if (later <= profile->all.bytes / NEARLY_NONE)
        return AGE_STARTUP;
    if (sum(profile, 9, 10) >= later / 2)
        return AGE_WORKING_SET;
    if (last_three <= later / 10)
        return AGE_LEVELLED_OFF;
    if (sum(profile, 1, 5) <= later / NEARLY_NONE)
        return AGE_RECENT;
    if (last_three <= sum(profile, 1, 4) / 2)
        return AGE_FILLING;
    return AGE_GROWING;
}
