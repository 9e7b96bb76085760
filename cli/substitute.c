#include "cli/substitute.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *word, *advice;
} substitutes[] = {
    {"static", "use a build that is linked dynamically; else a profiler that is linked into it"},
    {"architecture", "use Valgrind, or a build for glibc on x86-64"},
    {"secure", "start it as its target user, from a copy without the setuid or setgid bit and "
               "without file capabilities"},
    {"allocator", "use that allocator's own profiler, or a build with the system's malloc"},
};

const char *substitute_for(const char *reason)
{
    size_t length = strcspn(reason, ":");
    for (size_t i = 0; i < sizeof(substitutes) / sizeof(*substitutes); i++)
        if (strlen(substitutes[i].word) == length && !memcmp(substitutes[i].word, reason, length))
            return substitutes[i].advice;
    return NULL;
}
