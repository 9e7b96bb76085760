/* What went wrong, for one line on the screen: `caulk: FILE: what and where`. */
#ifndef CAULK_ERROR_H
#define CAULK_ERROR_H

#include <stdbool.h>

struct error {
    char file[4096];   /* the file concerned, or empty */
    char message[512]; /* what is wrong, without the file's name */
};

/* Fill *err (which may be NULL) and return false, so that a failing function can end with
 * `return error_set(err, path, "truncated at offset %" PRIu64, offset);`. */
bool error_set(struct error *err, const char *file, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
