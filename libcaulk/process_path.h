/*
 * A path as a running process sees it: below its own root, in its mount namespace, with its rights.
 * Nothing is opened but to be looked at.
 */
#ifndef CAULK_PROCESS_PATH_H
#define CAULK_PROCESS_PATH_H

#include <limits.h>
#include <sys/types.h>

#include "libcaulk/credentials.h"

enum path_answer {
    PATH_ALLOWED,
    PATH_MISSING,   /* in its root there is no such file */
    PATH_DENIED,    /* it lacks the right */
    PATH_READ_ONLY, /* mounted so, and writing is wanted */
    PATH_NO_EXEC,   /* mounted noexec, and executing (mapping code) is wanted */
    PATH_UNKNOWN,   /* we may not look */
};

/* May the process do all that is in wanted (R_OK, W_OK, X_OK) with a file or folder? path:
 * absolute, or from its working directory. ret_where: the part of the path that decides. */
enum path_answer process_path_check(pid_t task, const struct credentials *credentials,
                                    const char *path, int wanted, char ret_where[PATH_MAX]);

#endif
