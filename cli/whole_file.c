/* Half a file is taken away on every way out of the program: by exit(), and by a signal. */
#include "cli/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/copy.h"
#include "cli/fatal.h"
#include "libcaulk/dump.h"

/* The file that is being written, for the exit handler. */
static struct {
    const char *path;
    char temporary[PATH_MAX]; /* "": written in place */
} current;

static void discard(void)
{
    if (*current.temporary)
        unlink(current.temporary);
}

static void discard_and_end(int signal)
{
    discard();
    raise(signal); /* for good this time: SA_RESETHAND */
}

static void discard_at_end(void)
{
    static const int signals[] = {SIGHUP, SIGINT, SIGTERM};
    const struct sigaction action = {.sa_handler = discard_and_end,
                                     .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};
    atexit(discard);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        struct sigaction old;
        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(signals[i], &action, NULL);
    }
}

/* mkostemp() makes files that only their owner may read; a result is for others too. */
static int make_readable(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(fd, 0666 & ~mask);
}

static FILE *make_temporary(const char *path)
{
    static bool registered;
    if (!registered)
        discard_at_end();
    registered = true;
    if (snprintf(current.temporary, sizeof(current.temporary), "%s.XXXXXX", path) >= PATH_MAX) {
        *current.temporary = '\0';
        errno = ENAMETOOLONG;
        return NULL;
    }
    int fd = mkostemp(current.temporary, O_CLOEXEC);
    if (fd < 0) {
        *current.temporary = '\0';
        return NULL;
    }
    return make_readable(fd) == 0 ? fdopen(fd, "w") : NULL;
}

FILE *whole_file_begin(const char *path)
{
    current.path = path;
    if (!path || strcmp(path, "-") == 0)
        return stdout;
    if (!copy_is_special(path) && dump_recognize(path))
        fatal(path, "a dump; nothing is written over it, name another file");
    FILE *out = copy_is_special(path) ? fopen(path, "we") : make_temporary(path);
    if (!out)
        fatal(path, "%s", strerror(errno));
    return out;
}

void whole_file_end(FILE *out)
{
    if (out == stdout)
        return;
    int reason = output_error(out);
    if (fclose(out) != 0 && !reason)
        reason = errno;
    if (!reason && *current.temporary && rename(current.temporary, current.path) != 0)
        reason = errno;
    if (reason)
        fatal(current.path, "%s", strerror(reason));
    *current.temporary = '\0';
}
