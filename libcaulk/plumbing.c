/* By names alone: of libraries, and of what their headers put into the user's own module. */
#include "libcaulk/plumbing.h"

#include <string.h>

static bool begins_with(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

/* The global ones, whatever their arguments, or a class's own. */
bool plumbing_is_operator_new(const struct frame *frame)
{
    static const char name[] = "operator new", of_class[] = "::operator new";
    if (!frame->function)
        return false;
    if (begins_with(frame->function, name))
        return true;
    const char *own = strstr(frame->function, of_class);
    const char *end = own ? own + strlen(of_class) : "?";
    return !strcmp(end, "") || !strcmp(end, "[]");
}

static bool is_runtime_library(const struct module *module)
{
    static const char *const names[] = {"libstdc++.so", "libc++.so",       "libc++abi.so",
                                        "libgcc_s.so",  "libglib-2.0.so.", "libgobject-2.0.so."};
    const char *slash = strrchr(module->path, '/');
    for (size_t i = 0; slash && i < sizeof(names) / sizeof(*names); i++)
        if (begins_with(slash + 1, names[i]))
            return true;
    return module->is_libc || module->is_loader || module->is_tracker;
}

/* Inlined at link time, functions have lost their scopes, but not their files. */
static bool is_in_library_header(const struct frame *frame)
{
    return frame->file && strstr(frame->file, "/include/c++/");
}

bool plumbing_is_of_cxx(const struct frame *frame)
{
    static const char *const names[] = {"std::", "__gnu_cxx::", "__cxxabiv1::"};
    for (size_t i = 0; frame->function && i < sizeof(names) / sizeof(*names); i++)
        if (begins_with(frame->function, names[i]))
            return true;
    return is_in_library_header(frame);
}

bool plumbing_is(const struct frame *frame, const struct module *module)
{
    return (module && is_runtime_library(module)) || plumbing_is_of_cxx(frame) ||
           plumbing_is_operator_new(frame) ||
           (frame->function && !strcmp(frame->function, "_start"));
}

void plumbing_drop_interpreter(struct call_stack *stack)
{
    size_t kept = 0;
    bool users = false;
    for (size_t i = 0; i < stack->count; i++) {
        users |= !stack->frame[i].plumbing;
        if (!users || !stack->frame[i].interpreter)
            stack->frame[kept++] = stack->frame[i];
    }
    stack->count = kept;
}

void plumbing_find_user_part(struct call_stack *stack)
{
    size_t begin = 0, end = stack->count;
    while (begin < end && stack->frame[begin].plumbing)
        begin++;
    while (begin < end && stack->frame[end - 1].plumbing)
        end--;
    stack->user_begin = begin < end ? begin : 0;
    stack->user_end = begin < end ? end : stack->count;
}
