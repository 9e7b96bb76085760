/* Words for births, gains and rates. */
#include "cli/words.h"

#include <math.h>
#include <stdlib.h>

#include "cli/text.h"

#define MEAN_LEVEL 3

/* A lone tall bar would flatten all others, so it is cut at seven thirds of the mean. */
static unsigned level_of(uint64_t bytes, double mean)
{
    double level = mean > 0 ? round(MEAN_LEVEL * (double)bytes / mean) : 0;
    if (bytes && level < 1)
        return 1;
    return level < 7 ? (unsigned)level : 7;
}

struct phrase words_ages(const struct age_profile *ages)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double mean = (double)ages->all.bytes / AGE_BUCKETS;
    struct phrase phrase = words_format("%s", "");
    for (int i = 0; i < AGE_BUCKETS; i++)
        phrase = words_format("%s%s", phrase.s, bars[level_of(ages->bytes[i], mean)]);
    return phrase;
}

struct phrase words_gain(int64_t bytes)
{
    return words_format("%s%s", bytes < 0 ? "-" : "+", text_size((uint64_t)llabs(bytes)).s);
}

/* An hour's rate of a program that has run for seconds would be a guess. */
static double unit_of(double seconds, const char **ret_name)
{
    *ret_name = seconds < 120 ? "s" : seconds < 7200 ? "min" : "h";
    return seconds < 120 ? 1 : seconds < 7200 ? 60 : 3600;
}

struct phrase words_rate(double count, double seconds)
{
    const char *name;
    double each = unit_of(seconds, &name) * count / seconds;
    if (each < 10)
        return words_format("%.2g/%s", each, name);
    return words_format("%s/%s", text_count((uint64_t)round(each)).s, name);
}

struct phrase words_rate_of_bytes(double bytes, double seconds)
{
    const char *name;
    double each = unit_of(seconds, &name) * bytes / seconds;
    return words_format("%s/%s", text_size((uint64_t)round(each)).s, name);
}
