#include "libcaulk/growth.h"

/* Below a hundredth it is noise. */
#define NOISE 100

/* A third of an interval has at least so many ticks, or births can't be told apart by it. */
#define TICKS_OF_PART 3

const char *trend_name(enum trend trend)
{
    static const char *const name[] = {"growing", "filling", "steady", "shrinking"};
    return name[trend];
}

double growth_seconds(const struct dump *dump)
{
    const struct process *process = &dump->process;
    return (double)(process->merged ? process->time_ns : process->uptime_ns) / 1e9;
}

static double gain(const struct growth_sample *samples, uint32_t interval)
{
    return (double)samples[interval + 1].bytes - (double)samples[interval].bytes;
}

static double pace(const struct growth_sample *samples, uint32_t interval)
{
    double seconds = samples[interval + 1].seconds - samples[interval].seconds;
    return gain(samples, interval) / (seconds > 0 ? seconds : 1e-9);
}

static bool slows_over_dumps(const struct growth_sample *samples, uint32_t count)
{
    uint32_t last = count - 2;
    return count > 2 && gain(samples, 0) > 0 && 2 * gain(samples, last) <= gain(samples, 0) &&
           2 * pace(samples, last) <= pace(samples, 0);
}

/* A burst is no slowing down: there are births in the second third too. */
static bool slows_within(const struct growth *growth)
{
    const uint64_t *part = growth->born_part;
    return part[1] && part[1] <= part[0] / 2 && part[2] <= part[1] / 2;
}

static bool replaces_what_it_frees(const struct growth *growth, const struct growth_sample *samples)
{
    double before = samples[0].seconds > 0 ? (double)samples[0].bytes / samples[0].seconds : 0;
    return growth->freed.bytes >= growth->born.bytes / 2 && 2 * pace(samples, 0) <= before;
}

/* It once gave back as much as it has gained in all, and holds no more than before that. */
static bool comes_and_goes(const struct growth_sample *samples, uint32_t count)
{
    uint64_t last = samples[count - 1].bytes, gained = last - samples[0].bytes, peak = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (samples[i].bytes > peak)
            peak = samples[i].bytes;
        else if (peak - samples[i].bytes >= gained && last <= peak + peak / NOISE)
            return true;
    }
    return false;
}

enum trend growth_trend(const struct growth *growth, const struct growth_sample *samples,
                        uint32_t count, bool parts_known)
{
    uint64_t first = samples[0].bytes, last = samples[count - 1].bytes;
    uint64_t more = first > last ? first : last, less = first > last ? last : first;
    if (more - less <= more / NOISE)
        return TREND_STEADY;
    if (last < first)
        return TREND_SHRINKING;
    if (comes_and_goes(samples, count))
        return TREND_STEADY;
    if (slows_over_dumps(samples, count) ||
        (count == 2 &&
         ((parts_known && slows_within(growth)) || replaces_what_it_frees(growth, samples))))
        return TREND_FILLING;
    return TREND_GROWING;
}

double growth_steadiness(const struct growth *growth, const struct growth_sample *samples,
                         uint32_t count, bool parts_known)
{
    double low = 0, high = 0;
    uint32_t steps = count > 2 ? count - 1 : parts_known ? GROWTH_PARTS : 0;
    for (uint32_t i = 0; i < steps; i++) {
        double step = count > 2 ? pace(samples, i) : (double)growth->born_part[i];
        low = i == 0 || step < low ? step : low;
        high = step > high ? step : high;
    }
    return high > 0 && low > 0 ? low / high : 0;
}

bool growth_parts_known(const struct dump *old, const struct dump *new)
{
    if (new->process.only_lost)
        return false;
    return !old->process.no_births && !new->process.no_births &&new->process.tick >=
                                          old->process.tick + TICKS_OF_PART *GROWTH_PARTS;
}

bool growth_part(const struct dump *old, const struct dump *new, uint32_t birth, uint32_t *ret_part)
{
    if (birth <= old->process.tick || new->process.tick <= old->process.tick)
        return false;
    uint64_t since = birth - old->process.tick - 1;
    uint64_t part = since * GROWTH_PARTS / (new->process.tick - old->process.tick);
    *ret_part = part < GROWTH_PARTS ? (uint32_t)part : GROWTH_PARTS - 1;
    return true;
}
