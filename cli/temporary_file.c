#include "cli/temporary_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* For the exit handler. */
static char current[PATH_MAX];

static void discard(void)
{
    if (*current)
        unlink(current);
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

int temporary_file_open(const char *path)
{
    static bool registered;
    if (!registered)
        discard_at_end();
    registered = true;
    int fd = -1;
    if (snprintf(current, sizeof(current), "%s.XXXXXX", path) >= PATH_MAX)
        errno = ENAMETOOLONG;
    else
        fd = mkostemp(current, O_CLOEXEC);
    if (fd < 0)
        *current = '\0';
    return fd;
}

const char *temporary_file_path(void)
{
    return current;
}

void temporary_file_keep(void)
{
    *current = '\0';
}
