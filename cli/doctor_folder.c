/* Where the dumps of a process go: as it sees that place itself, with its own rights. */
#include <dirent.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/dump_template.h"
#include "cli/forecast.h"
#include "cli/text.h"
#include "libcaulk/process_path.h"

#define ANOTHER_FOLDER "caulk run --dump=/var/tmp/%%p.%%n.dump"

/* Has the tracker kept a way to the root that the program had before it called chroot? */
static bool knows_outer_root(pid_t task)
{
    char path[64], name[PATH_MAX];
    snprintf(path, sizeof(path), "/proc/%d/fd", (int)task);
    DIR *descriptors = opendir(path);
    bool found = false;
    while (descriptors && !found) {
        const struct dirent *entry = readdir(descriptors);
        if (!entry)
            break;
        ssize_t length = readlinkat(dirfd(descriptors), entry->d_name, name, sizeof(name));
        found = length == 5 && !memcmp(name, "/proc", 5);
    }
    if (descriptors)
        closedir(descriptors);
    return found;
}

/* Where its own root has no such folder, dumps go to the outer one's. */
static bool may_write_outside(const struct patient *patient, const char *folder)
{
    char where[PATH_MAX];
    return folder[0] == '/' && !patient->own_mounts && knows_outer_root(patient->target.task) &&
           process_path_check(getpid(), &patient->credentials, folder, W_OK | X_OK, where) ==
               PATH_ALLOWED;
}

/* False where no dump can be written there. */
static bool check_rights(const struct patient *patient, const char *folder,
                         struct diagnosis *diagnosis)
{
    char where[PATH_MAX];
    unsigned uid = patient->credentials.uid;
    switch (process_path_check(patient->target.task, &patient->credentials, folder, W_OK | X_OK,
                               where)) {
    case PATH_MISSING:
        if (may_write_outside(patient, folder))
            return true;
        diagnosis_add(diagnosis, LEVEL_BAD, "folder", "dumps go to %s, but there is no %s%s",
                      folder, where, patient->own_mounts ? " in its own file system" : "");
        diagnosis_advise(diagnosis, "make it, there; or dump elsewhere: " ANOTHER_FOLDER);
        return false;
    case PATH_DENIED:
        diagnosis_add(diagnosis, LEVEL_BAD, "folder", "dumps go to %s, but user %u may not %s %s",
                      folder, uid, strcmp(where, folder) ? "enter" : "write to", where);
        diagnosis_advise(diagnosis, "change its owner or mode; or dump elsewhere: " ANOTHER_FOLDER);
        return false;
    case PATH_READ_ONLY:
        diagnosis_add(diagnosis, LEVEL_BAD, "folder", "dumps go to %s, which is read-only for it%s",
                      folder, patient->own_mounts ? " (ProtectSystem=, a container)" : "");
        diagnosis_advise(diagnosis,
                         "dump elsewhere: " ANOTHER_FOLDER "; with systemd LogsDirectory= "
                         "gives it a place");
        return false;
    case PATH_UNKNOWN:
        diagnosis_add(diagnosis, LEVEL_WARN, "folder",
                      "dumps go to %s; whether it may write there can't be seen", folder);
        diagnosis_advise(diagnosis, "ask as root");
        return false;
    default:
        return true;
    }
}

static void check_file_limit(const struct patient *patient, const struct forecast *forecast,
                             struct diagnosis *diagnosis)
{
    uint64_t most;
    if (!proc_limit(patient->target.task, "Max file size", &most) || most == UINT64_MAX ||
        most > forecast->file_bytes)
        return;
    diagnosis_add(diagnosis, LEVEL_BAD, "folder",
                  "a dump would take about %s, but it may write files of %s only (RLIMIT_FSIZE)",
                  text_size(forecast->file_bytes).s, text_size(most).s);
    diagnosis_advise(diagnosis, "prlimit --pid %d --fsize=unlimited; or caulk dump --detail=lost",
                     (int)patient->target.pid);
}

static void check_room(const struct patient *patient, const char *folder,
                       struct diagnosis *diagnosis)
{
    struct forecast forecast;
    forecast_make(&patient->target, 0, &forecast);
    if (forecast.file_room == UINT64_MAX) {
        diagnosis_add(diagnosis, LEVEL_OK, "folder", "dumps go to %s: user %u may write there",
                      folder, patient->credentials.uid);
    } else if (forecast.file_bytes > forecast.file_room) {
        diagnosis_add(diagnosis, LEVEL_BAD, "folder",
                      "a dump would take about %s, but %s has %s free",
                      text_size(forecast.file_bytes).s, folder, text_size(forecast.file_room).s);
        diagnosis_advise(diagnosis, "make room, or caulk dump --detail=lost %d",
                         (int)patient->target.pid);
    } else {
        diagnosis_add(diagnosis, LEVEL_OK, "folder",
                      "dumps go to %s: user %u may write there, %s free", folder,
                      patient->credentials.uid, text_size(forecast.file_room).s);
    }
    if (forecast.file_bytes)
        check_file_limit(patient, &forecast, diagnosis);
    forecast_finish(&forecast);
}

void doctor_folder(const struct patient *patient, struct diagnosis *diagnosis)
{
    char *template = dump_template_inside(&patient->target);
    char *folder = dirname(template);
    if (strchr(folder, '%'))
        diagnosis_add(diagnosis, LEVEL_OK, "folder",
                      "dumps go to %s, which is named only when one is made", folder);
    else if (check_rights(patient, folder, diagnosis))
        check_room(patient, folder, diagnosis);
    free(template);
}
