/*
 * Failing. stdio reports a full disk only when its buffer is written out, often as late as exit();
 * so the check for it is an exit handler, and covers every way out, --help too.
 */
#include "cli/fatal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/text.h"

static void print_line(const char *file, const char *format, va_list args)
{
    fflush(stdout);
    fputs("caulk: ", stderr);
    if (file && *file)
        fprintf(stderr, "%s: ", file);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void fatal(const char *file, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(file, format, args);
    va_end(args);
    exit(EXIT_FAILED);
}

void fatal_error(const struct error *err)
{
    fatal(err->file, "%s", err->message);
}

void warn(const char *file, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print_line(file, format, args);
    va_end(args);
}

void note(const char *file, const char *format, ...)
{
    if (text_is_quiet())
        return;
    va_list args;
    va_start(args, format);
    print_line(file, format, args);
    va_end(args);
}

/* Of an error that came earlier the reason is forgotten; a stream that failed fails again. */
int output_error(FILE *out)
{
    bool failed = ferror(out);
    errno = 0;
    if ((failed && fputc('\n', out) == EOF) || fflush(out) != 0)
        return errno ? errno : EIO;
    return failed ? EIO : 0;
}

/* In an exit handler exit() may not be called again, hence _exit(). A reader that has gone away
 * knows it: no line for EPIPE. */
static void check_output(void)
{
    int reason = output_error(stdout);
    if (fclose(stdout) != 0 && !reason)
        reason = errno ? errno : EIO;
    if (!reason)
        return;
    if (reason != EPIPE)
        fprintf(stderr, "caulk: standard output: %s\n", strerror(reason));
    _exit(EXIT_FAILED);
}

void fatal_guard_output(void)
{
    atexit(check_output);
}
