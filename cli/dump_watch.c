/*
 * The tracker writes a dump under a hidden name and renames it, so a file that appears is whole.
 */
#include "cli/dump_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/dump_files.h"
#include "cli/dump_template.h"
#include "libcaulk/proc.h"

#define POLL_NS 20000000

/* Nothing tells how far the dump is, so a large one needs patience. */
#define PATIENCE_SECONDS 120

static bool find_new(const char *template, struct timespec since, char ret_path[PATH_MAX])
{
    struct dump_files files;
    dump_files_find(template, since, &files);
    if (files.count)
        snprintf(ret_path, PATH_MAX, "%s", files.paths[files.count - 1]);
    bool found = files.count;
    dump_files_finish(&files);
    return found;
}

bool dump_watch(const struct target *target, uint64_t detail, char ret_path[PATH_MAX],
                struct error *err)
{
    struct timespec asked;
    uint64_t cookie;
    clock_gettime(CLOCK_REALTIME_COARSE, &asked);
    if (!target_request(target, detail, &cookie, err))
        return false;
    char *template = dump_template(target), path[PATH_MAX];
    bool found = false;
    for (uint64_t waited_ns = 0; !found && waited_ns < PATIENCE_SECONDS * UINT64_C(1000000000);
         waited_ns += POLL_NS) {
        nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
        found = find_new(template, asked, path);
    }
    free(template);
    if (!found)
        return error_set(err, target->program,
                         "no dump has appeared within %d s, and its memory may not be read to see "
                         "why; its log may tell",
                         PATIENCE_SECONDS);
    proc_plain_path(path, ret_path);
    return true;
}
