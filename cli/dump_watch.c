/*
 * The tracker writes a dump under a hidden name and renames it, so a file that appears is whole.
 * The process's environment is readable where its memory is not, and has CAULK_OPTIONS.
 */
#include "cli/dump_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/dump_files.h"
#include "cli/fatal.h"
#include "cli/launch.h"
#include "libcaulk/proc.h"

#define DEFAULT_TEMPLATE "/tmp/caulk.%p.%n.dump"
#define POLL_NS 20000000

/* Nothing tells how far the dump is, so a large one needs patience. */
#define PATIENCE_SECONDS 120

/* The template with %p filled in, seen through the process's root or working directory. */
static char *own_template(const struct target *target)
{
    char *options = proc_variable(target->task, "CAULK_OPTIONS");
    char *set = launch_find_option(options, "dump");
    const char *template = set ? set : DEFAULT_TEMPLATE;
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        fatal(NULL, "out of memory");
    fprintf(out, "/proc/%d/%s", (int)target->task, template[0] == '/' ? "root" : "cwd/");
    for (; *template; template ++) {
        if (template[0] == '%' && template[1] == 'p') {
            fprintf(out, "%d", (int)target->inner_pid);
            template ++;
            continue;
        }
        putc(*template, out);
        if (template[0] == '%' && template[1])
            putc(*++template, out);
    }
    if (fclose(out))
        fatal(NULL, "out of memory");
    free(set);
    free(options);
    return text;
}

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

bool dump_watch(const struct target *target, char ret_path[PATH_MAX], struct error *err)
{
    struct timespec asked;
    uint64_t cookie;
    clock_gettime(CLOCK_REALTIME_COARSE, &asked);
    if (!target_request(target, &cookie, err))
        return false;
    char *template = own_template(target), path[PATH_MAX];
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
