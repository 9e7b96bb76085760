/* Figures and colours. Numbers never depend on the locale: caulk does not call setlocale(). */
#include "cli/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

unsigned text_size_unit(uint64_t bytes)
{
    unsigned unit = 0;
    /* From 999.5 on, three digits would round to 1000. */
    while (bytes >= 1024 || (unit && bytes >= 1000))
        bytes >>= 10, unit++;
    return unit;
}

/* Three digits that count, without zeros at a fraction's end. */
static void print_three_digits(struct text *text, double value)
{
    int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    snprintf(text->s, sizeof(text->s), "%.*f", decimals, value);
    if (!decimals)
        return;
    char *end = text->s + strlen(text->s);
    while (end[-1] == '0')
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

struct text text_size_in(uint64_t bytes, unsigned unit)
{
    struct text text;
    print_three_digits(&text, (double)bytes / (double)(UINT64_C(1) << 10 * unit));
    return text;
}

struct text text_size(uint64_t bytes)
{
    unsigned unit = text_size_unit(bytes);
    struct text text = text_size_in(bytes, unit);
    size_t length = strlen(text.s);
    snprintf(text.s + length, sizeof(text.s) - length, " %s", units[unit]);
    return text;
}

struct text text_count(uint64_t count)
{
    char digits[24];
    struct text text;
    size_t length = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, count);
    char *end = text.s;
    for (size_t i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            *end++ = ',';
        *end++ = digits[i];
    }
    *end = '\0';
    return text;
}

struct text text_counted(uint64_t count, const char *singular)
{
    struct text text = text_count(count);
    size_t length = strlen(text.s);
    snprintf(text.s + length, sizeof(text.s) - length, " %s%s", singular, count == 1 ? "" : "s");
    return text;
}

struct text text_duration(double seconds)
{
    static const struct {
        double from, seconds;
        const char *name;
    } steps[] = {
        {14 * 86400.0, 86400.0, "days"},
        {2 * 3600.0, 3600.0, "h"},
        {120.0, 60.0, "min"},
        {0.9995, 1.0, "s"},
        {0.0, 0.001, "ms"},
    };
    size_t i = 0;
    while (seconds < steps[i].from && steps[i].from > 0)
        i++;
    struct text text;
    print_three_digits(&text, seconds / steps[i].seconds);
    size_t length = strlen(text.s);
    snprintf(text.s + length, sizeof(text.s) - length, " %s", steps[i].name);
    return text;
}

struct text text_percent(uint64_t part, uint64_t whole)
{
    struct text text;
    double percent = whole ? 100.0 * (double)part / (double)whole : 0.0;
    if (part && percent < 0.1)
        snprintf(text.s, sizeof(text.s), "<0.1 %%");
    else if (part && part != whole && (percent < 1 || percent >= 99))
        snprintf(text.s, sizeof(text.s), "%.1f %%", percent > 99.9 ? 99.9 : percent);
    else
        snprintf(text.s, sizeof(text.s), "%.0f %%", percent);
    return text;
}

static struct {
    enum text_when colours;
    bool quiet, paged, pager_shows_colours;
} reader;

void text_set_colours(enum text_when when)
{
    reader.colours = when;
}

void text_set_quiet(void)
{
    reader.quiet = true;
}

bool text_is_quiet(void)
{
    return reader.quiet;
}

void text_set_paged(bool shows_colours)
{
    reader.paged = true;
    reader.pager_shows_colours = shows_colours;
}

bool text_on_terminal(FILE *stream)
{
    return (reader.paged && stream == stdout) || isatty(fileno(stream)) == 1;
}

/* One that obeys escape sequences. */
static bool on_able_terminal(FILE *stream)
{
    const char *terminal = getenv("TERM");
    return terminal && strcmp(terminal, "dumb") && text_on_terminal(stream);
}

bool text_colours(FILE *stream)
{
    const char *no_color = getenv("NO_COLOR");
    if (reader.colours != TEXT_AUTO)
        return reader.colours == TEXT_ALWAYS;
    if ((no_color && *no_color) || !on_able_terminal(stream))
        return false;
    return !reader.paged || stream != stdout || reader.pager_shows_colours;
}

const char *text_colour(enum text_colour colour)
{
    static const char *const sequences[] = {"\033[0m",  "\033[1m",  "\033[1;31m",
                                            "\033[33m", "\033[32m", "\033[2m"};
    static int wanted = -1;
    if (wanted < 0)
        wanted = text_colours(stdout);
    return wanted ? sequences[colour] : "";
}

void text_progress(const char *doing)
{
    static bool shown;
    if (reader.quiet || !on_able_terminal(stderr))
        return;
    if (doing)
        fprintf(stderr, "\r\033[K%s…", doing);
    else if (shown)
        fputs("\r\033[K", stderr);
    shown = doing != NULL;
    fflush(stderr);
}
