#include "cli/memory.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/fatal.h"
#include "libcaulk/array_room.h"

void *need_memory(void *memory)
{
    if (!memory)
        fatal(NULL, "out of memory");
    return memory;
}

void *allocate(size_t count, size_t size_bytes)
{
    return need_memory(calloc(count ? count : 1, size_bytes));
}

void *need_room(void *array, size_t count, size_t entry_bytes)
{
    return need_memory(array_room(array, count, entry_bytes));
}

char *format_text_list(const char *format, va_list args)
{
    char *text;
    return need_memory(vasprintf(&text, format, args) < 0 ? NULL : text);
}

char *format_text(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = format_text_list(format, args);
    va_end(args);
    return text;
}
