/* Reads any text as CAULK_OPTIONS: what it comes to, written and read again, is the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "preload/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Twice what both paths take with a backslash before each byte, and the rest. */
#define TEXT_BYTES (1u << 15)

static void warn(const char *what, const char *value)
{
    if (strlen(what) + strlen(value) > SIZE_MAX / 2)
        abort();
}

static void no_warning(const char *what, const char *value)
{
    (void)what, (void)value;
    abort();
}

static void read_again(const struct options *options)
{
    static struct options again;
    static char text[TEXT_BYTES];
    size_t length = options_format(options, text, sizeof(text));
    if (length >= sizeof(text) || strlen(text) != length)
        abort();
    options_defaults(&again);
    options_apply(&again, text, no_warning);
    if (strcmp(again.dump, options->dump) || again.signal != options->signal ||
        again.depth != options->depth || again.stacks != options->stacks ||
        again.interval_bytes != options->interval_bytes || again.at_exit != options->at_exit ||
        again.memory_low != options->memory_low || again.python_auto != options->python_auto ||
        again.children != options->children || again.log != options->log ||
        (options->log == LOG_FILE && strcmp(again.log_path, options->log_path)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct options options;
    char *text = malloc(size + 1);
    if (!text)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    options_defaults(&options);
    options_apply(&options, text, warn);
    read_again(&options);
    free(text);
    return 0;
}
