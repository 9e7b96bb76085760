/*
 * CAULK_OPTIONS. A table of keys, each with the function that reads its value and the one that
 * writes it back. Values are unescaped into a buffer of the parser's first; a value that doesn't
 * fit or doesn't parse leaves what was there.
 */
#include "preload/options.h"

#include <signal.h>
#include <string.h>

#include "libcaulk/dump_format.h"
#include "libcaulk/status_format.h"
#include "preload/plain_text.h"
#include "preload/signal_names.h"

#define KEY_BYTES 16
#define NUMBER_BYTES 24 /* of 64 bits, with a unit */
#define DEPTH_MAX 256
#define DEFAULT_DEPTH 64
#define DEFAULT_INTERVAL_BYTES (512u << 10)

static const char *const stacks_words[] = {[DUMP_STACKS_FULL] = "full",
                                           [DUMP_STACKS_SAMPLED] = "sampled",
                                           [DUMP_STACKS_CALLER] = "caller"};
static const char *const log_words[] = {"stderr", "syslog", "none"}; /* as enum log_target */

void options_defaults(struct options *options)
{
    memset(options, 0, sizeof(*options));
    strcpy(options->dump, STATUS_DUMP_DEFAULT);
    options->signal = SIGUSR1;
    options->depth = DEFAULT_DEPTH;
    options->stacks = DUMP_STACKS_FULL;
    options->interval_bytes = DEFAULT_INTERVAL_BYTES;
    options->python_auto = true;
    options->children = true;
    options->log = LOG_STDERR;
}

static bool parse_word(const char *value, const char *const *words, size_t count,
                       unsigned *ret_index)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            *ret_index = (unsigned)i;
            return true;
        }
    }
    return false;
}

static bool parse_choice(const char *value, const char *when_false, const char *when_true,
                         bool *ret_choice)
{
    unsigned index;
    if (!parse_word(value, (const char *const[]){when_false, when_true}, 2, &index))
        return false;
    *ret_choice = index == 1;
    return true;
}

/* With a backslash at its end a path could not be written in front of a colon again. */
static bool parse_path(const char *value, char *ret_path, size_t capacity)
{
    size_t bytes = strlen(value) + 1;
    if (bytes == 1 || bytes > capacity || value[bytes - 2] == '\\')
        return false;
    memcpy(ret_path, value, bytes);
    return true;
}

static bool parse_size(const char *value, uint64_t *ret_bytes)
{
    char digits[NUMBER_BYTES];
    size_t length = strlen(value);
    unsigned shift = 0;
    if (length == 0 || length >= sizeof(digits))
        return false;
    memcpy(digits, value, length + 1);
    char unit = (char)(digits[length - 1] | 0x20); /* lower case */
    if (unit == 'k' || unit == 'm' || unit == 'g') {
        shift = unit == 'k' ? 10 : unit == 'm' ? 20 : 30;
        digits[length - 1] = '\0';
    }
    uint64_t number;
    if (!text_to_number(digits, (UINT64_MAX >> 1) >> shift, &number) || number == 0)
        return false;
    *ret_bytes = number << shift;
    return true;
}

static bool read_dump(struct options *options, const char *value)
{
    return parse_path(value, options->dump, sizeof(options->dump));
}

static bool read_signal(struct options *options, const char *value)
{
    return signal_from_name(value, &options->signal);
}

static bool read_depth(struct options *options, const char *value)
{
    uint64_t depth;
    if (!text_to_number(value, DEPTH_MAX, &depth) || depth == 0)
        return false;
    options->depth = (unsigned)depth;
    return true;
}

static bool read_stacks(struct options *options, const char *value)
{
    return parse_word(value, stacks_words, 3, &options->stacks);
}

static bool read_interval(struct options *options, const char *value)
{
    return parse_size(value, &options->interval_bytes);
}

static bool read_detail(struct options *options, const char *value)
{
    return parse_choice(value, "full", "lost", &options->only_lost);
}

static bool read_at_exit(struct options *options, const char *value)
{
    return parse_choice(value, "no", "yes", &options->at_exit);
}

static bool read_memory(struct options *options, const char *value)
{
    return parse_choice(value, "normal", "low", &options->memory_low);
}

static bool read_python(struct options *options, const char *value)
{
    return parse_choice(value, "no", "auto", &options->python_auto);
}

static bool read_children(struct options *options, const char *value)
{
    return parse_choice(value, "no", "yes", &options->children);
}

static bool read_log(struct options *options, const char *value)
{
    unsigned word;
    if (parse_word(value, log_words, 3, &word)) {
        options->log = (enum log_target)word;
        return true;
    }
    if (!parse_path(value, options->log_path, sizeof(options->log_path)))
        return false;
    options->log = LOG_FILE;
    return true;
}

static const struct {
    const char *key;
    bool (*read)(struct options *options, const char *value);
} keys[] = {
    {"dump", read_dump},     {"signal", read_signal},     {"depth", read_depth},
    {"stacks", read_stacks}, {"interval", read_interval}, {"at_exit", read_at_exit},
    {"memory", read_memory}, {"python", read_python},     {"children", read_children},
    {"log", read_log},       {"detail", read_detail},
};

static void apply_pair(struct options *options, const char *pair, char *value,
                       void (*warn)(const char *what, const char *value))
{
    for (size_t i = 0; value && i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strcmp(pair, keys[i].key) != 0)
            continue;
        if (!keys[i].read(options, value) && warn)
            warn(keys[i].key, value);
        return;
    }
    if (warn)
        warn("unknown option", pair);
}

/* Copies text up to the next colon that is not escaped; the rest, or NULL at the end of text. */
static const char *next_pair(const char *text, char *ret_pair, size_t capacity)
{
    size_t length = 0;
    for (; *text != '\0' && *text != ':'; text++) {
        if (text[0] == '\\' && text[1] == ':')
            text++;
        if (length + 1 < capacity)
            ret_pair[length++] = *text;
    }
    ret_pair[length] = '\0';
    return *text == ':' ? text + 1 : NULL;
}

void options_apply(struct options *options, const char *text,
                   void (*warn)(const char *what, const char *value))
{
    char pair[KEY_BYTES + sizeof(options->dump)];
    while (text) {
        text = next_pair(text, pair, sizeof(pair));
        char *equals = strchr(pair, '=');
        if (equals)
            *equals = '\0';
        if (pair[0] != '\0' || equals)
            apply_pair(options, pair, equals ? equals + 1 : NULL, warn);
    }
}

static size_t format_path(const char *key, const char *path, char *ret_text, size_t capacity)
{
    size_t length = text_format(ret_text, capacity, "%s=", key);
    for (; *path != '\0'; path++)
        length +=
            text_format(ret_text + length, capacity - length, *path == ':' ? "\\%c" : "%c", *path);
    return length;
}

size_t options_format(const struct options *options, char *ret_text, size_t capacity)
{
    char signal_name[KEY_BYTES];
    signal_to_name(options->signal, signal_name, sizeof(signal_name));
    size_t length = format_path("dump", options->dump, ret_text, capacity);
    length += text_format(ret_text + length, capacity - length,
                          ":signal=%s:depth=%u:stacks=%s:interval=%lu:detail=%s:at_exit=%s:memory=%"
                          "s:python=%s:children=%s:",
                          signal_name, options->depth, stacks_words[options->stacks],
                          options->interval_bytes, options->only_lost ? "lost" : "full",
                          options->at_exit ? "yes" : "no", options->memory_low ? "low" : "normal",
                          options->python_auto ? "auto" : "no", options->children ? "yes" : "no");
    const char *log = options->log == LOG_FILE ? options->log_path : log_words[options->log];
    return length + format_path("log", log, ret_text + length, capacity - length);
}
