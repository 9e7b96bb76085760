/*
 * The dump signal. Of a tracked process its status block says whose it is; blocking has no effect
 * while it is the tracker's, so a bit in the kernel's mask then comes from a system call that went
 * past libc.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor.h"

struct name {
    char s[24];
};

static struct name signal_name(unsigned number)
{
    struct name name;
    const char *known = sigabbrev_np((int)number);
    if (known)
        snprintf(name.s, sizeof(name.s), "SIG%s", known);
    else
        snprintf(name.s, sizeof(name.s), "signal %u", number);
    return name;
}

static bool has(uint64_t signals, unsigned number)
{
    return number >= 1 && number <= 64 && (signals >> (number - 1) & 1);
}

static bool blocked_everywhere(pid_t pid, unsigned number)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    struct proc_status status;
    bool blocked = tasks != NULL;
    for (struct dirent *entry; blocked && (entry = readdir(tasks));)
        if (atoi(entry->d_name) > 0 && proc_status(atoi(entry->d_name), &status))
            blocked = has(status.blocked, number);
    if (tasks)
        closedir(tasks);
    return blocked;
}

static void check_taken(const struct patient *patient, unsigned number, struct diagnosis *diagnosis)
{
    const char *does = has(patient->status.ignored, number)  ? "ignores"
                       : has(patient->status.caught, number) ? "handles"
                                                             : "waits for";
    diagnosis_add(diagnosis, LEVEL_WARN, "signal",
                  "the program %s %s itself, which makes no dump therefore", does,
                  signal_name(number).s);
    diagnosis_advise(diagnosis,
                     "ask with caulk dump %d, or start it with another signal "
                     "(caulk run --signal=RTMIN+5)",
                     (int)patient->target.pid);
}

static void check_dump_signal(const struct patient *patient, struct diagnosis *diagnosis)
{
    unsigned number = patient->target.status.dump_signal;
    if (!number) {
        diagnosis_add(diagnosis, LEVEL_OK, "signal", "none asks for a dump (signal=none)");
        diagnosis_advise(diagnosis, "caulk dump %d", (int)patient->target.pid);
    } else if (patient->target.status.dump_signal_taken) {
        check_taken(patient, number, diagnosis);
    } else if (blocked_everywhere(patient->target.pid, number)) {
        diagnosis_add(diagnosis, LEVEL_WARN, "signal",
                      "%s is blocked in every thread, past the tracker", signal_name(number).s);
        diagnosis_advise(diagnosis, "caulk dump %d", (int)patient->target.pid);
    } else {
        diagnosis_add(diagnosis, LEVEL_OK, "signal", "%s asks for a dump, as does caulk dump",
                      signal_name(number).s);
    }
}

static void check_request_signal(const struct patient *patient, struct diagnosis *diagnosis)
{
    unsigned number = patient->target.status.request_signal;
    if (!blocked_everywhere(patient->target.pid, number))
        return;
    diagnosis_add(diagnosis, LEVEL_BAD, "signal",
                  "signal %u, by which caulk dump asks, is blocked in every thread, past libc",
                  number);
    diagnosis_advise(diagnosis, "leave signal %u out of the mask of the system call", number);
}

/* Sent on trust, it would end the process. */
static void check_untracked(const struct patient *patient, struct diagnosis *diagnosis)
{
    if (has(patient->status.caught | patient->status.ignored | patient->status.blocked, SIGUSR1)) {
        diagnosis_add(diagnosis, LEVEL_OK, "signal",
                      "the program has a use of its own for SIGUSR1, and would keep it");
        diagnosis_advise(diagnosis, "under the tracker ask with caulk dump");
        return;
    }
    diagnosis_add(diagnosis, LEVEL_WARN, "signal",
                  "SIGUSR1 would end it, for nobody is there to take it");
    diagnosis_advise(diagnosis, "do not send it");
}

void doctor_signal(const struct patient *patient, struct diagnosis *diagnosis)
{
    if (!patient->tracked && patient->files_known)
        check_untracked(patient, diagnosis);
    if (!patient->tracked || patient->target.state != TARGET_TRACKED)
        return;
    check_dump_signal(patient, diagnosis);
    check_request_signal(patient, diagnosis);
}
