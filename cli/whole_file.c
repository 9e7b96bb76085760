#include "cli/whole_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/copy.h"
#include "cli/fatal.h"
#include "cli/temporary_file.h"
#include "libcaulk/dump.h"

/* What is written, under whichever name meanwhile. */
static const char *result_path;

/* A temporary file may be read by its owner alone; a result is for others too. */
static int make_readable(int fd)
{
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(fd, 0666 & ~mask);
}

static FILE *make_temporary(const char *path)
{
    int fd = temporary_file_open(path);
    return fd >= 0 && make_readable(fd) == 0 ? fdopen(fd, "w") : NULL;
}

FILE *whole_file_begin(const char *path)
{
    result_path = path;
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
    if (!reason && *temporary_file_path() && rename(temporary_file_path(), result_path) != 0)
        reason = errno;
    if (reason)
        fatal(result_path, "%s", strerror(reason));
    temporary_file_keep();
}
