#include "cli/amounts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"

#define MOST_SECONDS (366 * 86400u)

struct unit {
    char letter;
    uint64_t is;
};

/* A whole number and the letter of a unit, or no letter. */
static bool parse(const char *text, const struct unit *units, size_t unit_count, uint64_t *ret)
{
    char *end;
    uint64_t factor = 0;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || errno || (*end && end[1]))
        return false;
    for (size_t i = 0; i < unit_count; i++)
        if (*end == units[i].letter)
            factor = units[i].is;
    return factor && !__builtin_mul_overflow(number, factor, ret);
}

uint64_t amounts_seconds(const char *command, const char *option, const char *text)
{
    static const struct unit units[] = {{0, 1}, {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    uint64_t seconds;
    if (!parse(text, units, sizeof(units) / sizeof(*units), &seconds) || !seconds ||
        seconds > MOST_SECONDS)
        options_fail(command, "%s: '%s' is not a time from 1s to 366d (30s, 10m, 2h, 1d)", option,
                     text);
    return seconds;
}

uint64_t amounts_bytes(const char *command, const char *option, const char *text)
{
    static const struct unit units[] = {
        {0, 1}, {'K', 1ull << 10}, {'M', 1ull << 20}, {'G', 1ull << 30}, {'T', 1ull << 40}};
    uint64_t bytes;
    if (!parse(text, units, sizeof(units) / sizeof(*units), &bytes) || !bytes)
        options_fail(command, "%s: '%s' is not a size (500M, 2G)", option, text);
    return bytes;
}
