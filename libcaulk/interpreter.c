/* See libcaulk/interpreter.h. */
#include "libcaulk/interpreter.h"

#include <string.h>

static bool begins_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

static bool is_python_file(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return begins_with(name, "python") || begins_with(name, "libpython");
}

static bool is_called_so(const char *function)
{
    return begins_with(function, "Py") || begins_with(function, "_Py");
}

bool is_interpreter(const struct dump *dump, const struct frame *frame)
{
    for (uint32_t i = 0; frame->module && i < dump->loop_count; i++) {
        uint64_t loop = dump->loops[i].start;
        const struct module *module = dump_find_module(dump, loop, dump->process.tick);
        if (!module || strcmp(module->path, frame->module) != 0)
            continue;
        if (is_python_file(module->path) || (frame->function && is_called_so(frame->function)))
            return true;
    }
    return false;
}
