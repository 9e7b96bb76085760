/*
 * The way of LD_PRELOAD to the process: from whoever started it, through its environment, to a file
 * that its loader can map. The environment is the one that it was executed with.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/launch.h"
#include "cli/words.h"
#include "libcaulk/memory.h"
#include "libcaulk/process_path.h"

#define PRELOAD "LD_PRELOAD"

/* The entry for the tracker; the caller frees it. NULL where it is not in the list. */
static char *find_entry(pid_t task)
{
    char *list = proc_variable(task, PRELOAD), *rest = NULL, *found = NULL;
    for (char *entry = list ? strtok_r(list, " :", &rest) : NULL; entry && !found;
         entry = strtok_r(NULL, " :", &rest))
        if (!strcmp(words_file_name(entry), TARGET_LIBRARY))
            found = need_memory(strdup(entry));
    free(list);
    return found;
}

static bool has_tracker(pid_t pid)
{
    uint64_t address;
    char *entry = find_entry(pid);
    bool has = entry || proc_find_library(pid, TARGET_LIBRARY, &address);
    free(entry);
    return has;
}

/* How much of its environment can be read: -1 nothing, it is another user's. */
static ssize_t environment_bytes(pid_t task)
{
    char path[64], byte;
    snprintf(path, sizeof(path), "/proc/%d/environ", (int)task);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t bytes = fd >= 0 ? read(fd, &byte, 1) : -1;
    if (fd >= 0)
        close(fd);
    return bytes;
}

/* The nearest ancestor that has the tracker, and in *ret_child its child on the way down. 0: none.
 */
static pid_t find_ancestor(const struct patient *patient, pid_t *ret_child)
{
    struct proc_status status;
    pid_t child = patient->target.pid;
    for (pid_t pid = patient->status.parent; pid > 0; child = pid, pid = status.parent) {
        if (has_tracker(pid)) {
            *ret_child = child;
            return pid;
        }
        if (!proc_status(pid, &status))
            break;
    }
    return 0;
}

static bool keeps_children_out(pid_t pid)
{
    char *options = proc_variable(pid, "CAULK_OPTIONS");
    char *children = launch_find_option(options, "children");
    bool keeps = children && !strcmp(children, "no");
    free(children);
    free(options);
    return keeps;
}

static void add_lost_on_the_way(pid_t ancestor, pid_t child, struct diagnosis *diagnosis)
{
    char ancestor_program[PATH_MAX] = "?", child_program[PATH_MAX] = "?";
    proc_program(ancestor, ancestor_program);
    proc_program(child, child_program);
    if (keeps_children_out(ancestor)) {
        diagnosis_add(diagnosis, LEVEL_BAD, "preload", "%s, pid %d, is tracked with children=no",
                      ancestor_program, (int)ancestor);
        diagnosis_advise(diagnosis, "restart it without that option");
        return;
    }
    diagnosis_add(diagnosis, LEVEL_BAD, "preload",
                  "%s, pid %d, has " PRELOAD ", but %s, pid %d, was started without: the "
                  "environment was cleared in between (sudo, su -, env -i)",
                  ancestor_program, (int)ancestor, child_program, (int)child);
    diagnosis_advise(diagnosis, "put caulk run behind what clears it: sudo caulk run -- PROGRAM");
}

static void add_never_set(const struct patient *patient, bool empty, struct diagnosis *diagnosis)
{
    pid_t child, ancestor = find_ancestor(patient, &child);
    if (ancestor) {
        add_lost_on_the_way(ancestor, child, diagnosis);
        return;
    }
    char *options = proc_variable(patient->target.task, "CAULK_OPTIONS");
    char *others = proc_variable(patient->target.task, PRELOAD);
    if (options)
        diagnosis_add(diagnosis, LEVEL_BAD, "preload",
                      "CAULK_OPTIONS is in its environment, but " PRELOAD " is not: was it not "
                      "exported?");
    else if (others)
        diagnosis_add(diagnosis, LEVEL_BAD, "preload", PRELOAD " is %s, without " TARGET_LIBRARY,
                      others);
    else
        diagnosis_add(diagnosis, LEVEL_BAD, "preload", "%s",
                      empty ? "its environment is empty: it was started so (env -i), or has "
                              "cleared it"
                            : PRELOAD " is not in its environment");
    diagnosis_advise(diagnosis, "start it with caulk run, see below");
    free(others);
    free(options);
}

static void check_entry(const struct patient *patient, const char *entry,
                        struct diagnosis *diagnosis)
{
    char where[PATH_MAX];
    enum path_answer answer = PATH_UNKNOWN;
    if (strchr(entry, '/'))
        answer = process_path_check(patient->target.task, &patient->credentials, entry, R_OK | X_OK,
                                    where);
    switch (answer) {
    case PATH_MISSING:
        diagnosis_add(diagnosis, LEVEL_BAD, "preload",
                      PRELOAD " names %s, but there is no %s where it runs%s", entry, where,
                      patient->own_mounts ? " (it has a file system of its own)" : "");
        diagnosis_advise(diagnosis, "put the library there, where the process can see it");
        break;
    case PATH_DENIED:
        diagnosis_add(diagnosis, LEVEL_BAD, "preload",
                      PRELOAD " names %s, but user %u may not %s %s", entry,
                      patient->credentials.uid, strcmp(where, entry) ? "enter" : "read", where);
        diagnosis_advise(diagnosis, "chmod a+%s %s, or install caulk elsewhere",
                         strcmp(where, entry) ? "x" : "r", where);
        break;
    case PATH_NO_EXEC:
        diagnosis_add(diagnosis, LEVEL_BAD, "preload",
                      PRELOAD " names %s, on a file system that is mounted noexec", entry);
        diagnosis_advise(diagnosis, "put the library on another one");
        break;
    default:
        diagnosis_add(diagnosis, LEVEL_BAD, "preload",
                      PRELOAD " names %s, but the loader did not take it", entry);
        diagnosis_advise(diagnosis, "what it wrote when the program started says why "
                                    "(ERROR: ld.so: …)");
    }
}

void doctor_preload(const struct patient *patient, struct diagnosis *diagnosis)
{
    ssize_t bytes = environment_bytes(patient->target.task);
    char *entry = find_entry(patient->target.task);
    if (bytes < 0 && patient->files_known)
        diagnosis_add(diagnosis, LEVEL_WARN, "preload", "its environment can't be read: %s",
                      strerror(errno));
    else if (entry)
        check_entry(patient, entry, diagnosis);
    else if (bytes >= 0)
        add_never_set(patient, bytes == 0, diagnosis);
    free(entry);
}
