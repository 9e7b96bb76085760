/* One function, so that every failure in the library is reported the same way. */
#include "libcaulk/error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(struct error *err, const char *file, const char *format, ...)
{
    if (!err)
        return false;
    snprintf(err->file, sizeof(err->file), "%s", file ? file : "");
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    return false;
}
