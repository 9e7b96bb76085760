/* Who else wants the program's malloc: by the names of the libraries that it has loaded. */
#include <stdlib.h>
#include <string.h>

#include "cli/doctor.h"
#include "cli/words.h"

static const struct {
    const char *prefix;
    const char *name;
    enum level level;
    const char *text, *advice;
} tools[] = {
    {"libasan.", "AddressSanitizer", LEVEL_BAD, "is built in, and has to be loaded first itself",
     "use a build without it; or its own LeakSanitizer, at exit"},
    {"liblsan.", "LeakSanitizer", LEVEL_BAD, "is built in, and keeps the heap for itself",
     "use a build without it"},
    {"libtsan.", "ThreadSanitizer", LEVEL_BAD, "is built in, and keeps the heap for itself",
     "use a build without it"},
    {"vgpreload_", "Valgrind", LEVEL_BAD, "runs the program, and does not let the tracker see it",
     "use its own --leak-check=full, or run without it"},
    {"libheaptrack_", "heaptrack", LEVEL_WARN, "records it as well: two trackers cost twice",
     "run one at a time"},
    {"libbytehound.", "bytehound", LEVEL_WARN, "records it as well: two trackers cost twice",
     "run one at a time"},
    {"libjemalloc.", "jemalloc", LEVEL_OK, "is its allocator, as a shared library: tracked as any",
     NULL},
    {"libtcmalloc", "tcmalloc", LEVEL_OK, "is its allocator, as a shared library: tracked as any",
     NULL},
    {"libmimalloc.", "mimalloc", LEVEL_OK, "is its allocator, as a shared library: tracked as any",
     NULL},
};

/* The loader takes the first malloc in the list's order. */
static void check_order(const struct patient *patient, struct diagnosis *diagnosis)
{
    char *list = proc_variable(patient->target.task, "LD_PRELOAD"), *rest = NULL;
    const char *first = NULL;
    bool found = false;
    for (char *entry = list ? strtok_r(list, " :", &rest) : NULL; entry && !found;
         entry = strtok_r(NULL, " :", &rest)) {
        const char *name = words_file_name(entry);
        found = !strcmp(name, TARGET_LIBRARY);
        for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++)
            if (!strncmp(name, tools[i].prefix, strlen(tools[i].prefix)))
                first = entry;
    }
    if (found && first) {
        diagnosis_add(diagnosis, LEVEL_BAD, "allocator",
                      "%s stands before libcaulk.so in LD_PRELOAD, and gets the calls instead",
                      first);
        diagnosis_advise(diagnosis, "restart it with libcaulk.so first (caulk run puts it there)");
    }
    free(list);
}

void doctor_tools(const struct patient *patient, struct diagnosis *diagnosis)
{
    for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
        const struct mapped_file *file = mapped_files_find(&patient->files, tools[i].prefix);
        if (!file)
            continue;
        diagnosis_add(diagnosis, tools[i].level, "allocator", "%s %s (%s)", tools[i].name,
                      tools[i].text, file->path);
        if (tools[i].advice)
            diagnosis_advise(diagnosis, "%s", tools[i].advice);
    }
    check_order(patient, diagnosis);
}
