/* The tracker's options: CAULK_OPTIONS, `key=value` pairs separated by colons (`\:` is a colon). */
#ifndef CAULK_PRELOAD_OPTIONS_H
#define CAULK_PRELOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_target { LOG_STDERR, LOG_SYSLOG, LOG_NONE, LOG_FILE };

struct options {
    char dump[4096]; /* template, with its % sequences */
    int signal;      /* number, 0 for none */
    unsigned depth;
    unsigned stacks; /* enum dump_stacks_mode */
    uint64_t interval_bytes;
    bool only_lost;
    bool at_exit;
    bool memory_low;
    bool python_auto;
    bool children;
    enum log_target log;
    char log_path[4096];
};

void options_defaults(struct options *options);

/* Applies text (may be NULL) over what is there. Each unknown key or bad value is ignored, and
 * passed to warn if that isn't NULL. Runs in the constructor; touches no heap, locale or errno. */
void options_apply(struct options *options, const char *text,
                   void (*warn)(const char *what, const char *value));

/* The options in force in the same form, cut to capacity; for the dump. */
size_t options_format(const struct options *options, char *ret_text, size_t capacity);

#endif
