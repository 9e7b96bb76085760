#include "libcaulk/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "libcaulk/array_room.h"

void memory_fail(void)
{
    static const char line[] = "caulk: out of memory\n";
    if (write(STDERR_FILENO, line, sizeof(line) - 1) < 0) {
        /* nobody is listening */
    }
    _exit(MEMORY_EXIT_STATUS);
}

void *need_memory(void *memory)
{
    if (!memory)
        memory_fail();
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
