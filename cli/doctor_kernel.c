/* What the kernel may refuse a dump: the copy that writes it, memory for that, and system calls. */
#include <inttypes.h>
#include <stdlib.h>

#include "cli/doctor.h"
#include "cli/forecast.h"
#include "cli/text.h"

#define OVERCOMMIT "/proc/sys/vm/overcommit_memory"
#define OVERCOMMIT_NEVER 2

static void check_memory(const struct patient *patient, struct diagnosis *diagnosis)
{
    struct forecast forecast;
    forecast_make(&patient->target, 0, &forecast);
    struct text needed = text_size(forecast.memory_bytes), room = text_size(forecast.memory_room);
    if (forecast.memory_room == UINT64_MAX)
        diagnosis_add(diagnosis, LEVEL_WARN, "memory", "a dump takes %s; what is free is not known",
                      needed.s);
    else if (forecast.memory_bytes > forecast.memory_room) {
        diagnosis_add(diagnosis, LEVEL_BAD, "memory",
                      "a dump takes %s, but %s is free for it (the machine's, or below its control "
                      "group's limits)",
                      needed.s, room.s);
        diagnosis_advise(diagnosis, "raise memory.max of its group, or make memory free");
    } else {
        diagnosis_add(
            diagnosis, LEVEL_OK, "memory",
            "a dump takes %s, and copies what the program writes to meanwhile; %s is free",
            needed.s, room.s);
    }
    forecast_finish(&forecast);
}

/* The copy's private memory counts as if it were the program's twice. */
static void check_overcommit(const struct patient *patient, struct diagnosis *diagnosis)
{
    uint64_t mode, limit, used;
    if (!proc_number(OVERCOMMIT, "%" SCNu64, &mode) || mode != OVERCOMMIT_NEVER ||
        !proc_number("/proc/meminfo", "CommitLimit: %" SCNu64, &limit) ||
        !proc_number("/proc/meminfo", "Committed_AS: %" SCNu64, &used))
        return;
    uint64_t room = limit > used ? (limit - used) << 10 : 0;
    if (room > patient->status.data_bytes)
        return;
    diagnosis_add(diagnosis, LEVEL_BAD, "memory",
                  "vm.overcommit_memory is 2: a copy of the process counts %s, and %s is left",
                  text_size(patient->status.data_bytes).s, text_size(room).s);
    diagnosis_advise(diagnosis, "sysctl vm.overcommit_memory=0 for as long as a dump takes");
}

/* As RLIMIT_NPROC counts them: threads, by their real user. */
static uint64_t count_threads(uid_t user)
{
    pid_t *pids = NULL;
    size_t count = 0;
    uint64_t threads = 0;
    if (!proc_list(&pids, &count))
        return 0;
    for (size_t i = 0; i < count; i++) {
        struct proc_status status;
        struct credentials credentials;
        if (!proc_status(pids[i], &status) || !credentials_read(pids[i], &credentials))
            continue;
        threads += credentials.real_uid == user ? status.threads : 0;
        credentials_finish(&credentials);
    }
    free(pids);
    return threads;
}

static void check_process_limit(const struct patient *patient, struct diagnosis *diagnosis)
{
    const struct credentials *credentials = &patient->credentials;
    uint64_t most;
    if (credentials->real_uid == 0 || credentials->unlimited ||
        !proc_limit(patient->target.task, "Max processes", &most) || most == UINT64_MAX)
        return;
    uint64_t count = count_threads(credentials->real_uid);
    if (count < most)
        return;
    diagnosis_add(diagnosis, LEVEL_BAD, "processes",
                  "a dump is one process more for its time, but user %u may have %" PRIu64
                  " (RLIMIT_NPROC), and has %" PRIu64,
                  credentials->real_uid, most, count);
    diagnosis_advise(diagnosis, "prlimit --pid %d --nproc=unlimited, for as long as a dump takes",
                     (int)patient->target.pid);
}

static void check_seccomp(const struct patient *patient, struct diagnosis *diagnosis)
{
    if (patient->status.seccomp == 1) {
        diagnosis_add(diagnosis, LEVEL_BAD, "seccomp",
                      "strict: it may read, write and end, and nothing else");
        diagnosis_advise(diagnosis, "dump before it goes there (at its start: caulk_dump())");
    } else if (patient->status.seccomp == 2) {
        diagnosis_add(diagnosis, LEVEL_WARN, "seccomp",
                      "a filter is in force: it must allow clone, futex, wait4, mmap, munmap, "
                      "openat, pwrite64 and rt_tgsigqueueinfo");
        diagnosis_advise(diagnosis, "of one that it installs itself the tracker's log says what is "
                                    "missing; with systemd: SystemCallErrorNumber=EPERM");
    }
}

void doctor_kernel(const struct patient *patient, struct diagnosis *diagnosis)
{
    check_memory(patient, diagnosis);
    check_overcommit(patient, diagnosis);
    check_process_limit(patient, diagnosis);
    check_seccomp(patient, diagnosis);
}
