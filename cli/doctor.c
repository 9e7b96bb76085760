/*
 * `caulk doctor [PID]`: why a process is not tracked, or what would keep a dump of it from being
 * made or read; without a PID, the same of the machine.
 */
#include "cli/doctor.h"

#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/fatal.h"
#include "cli/options.h"

struct doctor_options {
    pid_t pid;
    bool json;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct doctor_options *options = state->input;
    switch (key) {
    case OPTION_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->pid)
            options_fail("doctor", "one PID, not also '%s'", argument);
        options->pid = (pid_t)options_number("doctor", "PID", argument, 1, INT32_MAX);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Has it another namespace or root than we? False where that can't be seen. */
static bool differs(pid_t task, const char *what)
{
    char path[64], own[64];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)task, what);
    snprintf(own, sizeof(own), "/proc/self/%s", what);
    return access(path, F_OK) == 0 && !proc_same_file(path, own);
}

static void patient_init(struct patient *patient, pid_t pid)
{
    char name[16];
    uint64_t library;
    *patient = (struct patient){.can_be_tracked = true};
    snprintf(name, sizeof(name), "%d", (int)pid);
    pid_t task = proc_task(pid);
    if (!proc_status(pid, &patient->status) || !credentials_read(pid, &patient->credentials))
        fatal(name, "no such process (tracked ones: caulk ps)");
    patient->tracked = proc_find_library(task, TARGET_LIBRARY, &library);
    if (!target_inspect(pid, &patient->target, &patient->failure)) {
        patient->target = (struct target){.pid = pid,
                                          .task = task,
                                          .parent = patient->status.parent,
                                          .inner_pid = patient->status.inner_pid,
                                          .uid = patient->status.uid};
        proc_program(task, patient->target.program);
    } else {
        patient->failure.message[0] = '\0';
    }
    patient->files_known = mapped_files_read(task, &patient->files);
    patient->own_mounts = differs(task, "ns/mnt");
    patient->in_container = patient->own_mounts && differs(task, "root");
}

static void patient_finish(struct patient *patient)
{
    credentials_finish(&patient->credentials);
    mapped_files_finish(&patient->files);
}

/* Of what is no process with memory of its own, nothing else is worth a look. */
static bool has_memory(const struct patient *patient, struct diagnosis *diagnosis)
{
    bool main_has_ended = patient->target.task != patient->target.pid;
    bool has_memory = patient->status.has_memory || main_has_ended;
    if (patient->status.kernel_thread)
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker", "it is a thread of the kernel");
    else if (!has_memory)
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker",
                      "it has ended, and waits for its parent %d to notice",
                      (int)patient->status.parent);
    return has_memory;
}

static void examine(struct patient *patient, struct diagnosis *diagnosis)
{
    if (!has_memory(patient, diagnosis))
        return;
    doctor_tracker(patient, diagnosis);
    doctor_tools(patient, diagnosis);
    if (!patient->tracked && patient->can_be_tracked)
        doctor_preload(patient, diagnosis);
    doctor_signal(patient, diagnosis);
    if (patient->can_be_tracked) {
        doctor_folder(patient, diagnosis);
        doctor_kernel(patient, diagnosis);
    }
    if (patient->files_known)
        doctor_names(patient, diagnosis);
    if (!patient->tracked)
        doctor_ways(patient, diagnosis);
}

int doctor_run(int argc, char **argv)
{
    static const struct argp_option rows[] = {OPTIONS_JSON, {0}};
    static const struct argp argp = {
        .options = rows,
        .parser = parse,
        .args_doc = "[PID]",
        .doc = "Why a process is not tracked, or what keeps a dump of it from being made or read, "
               "and what to do; without a PID, what is amiss with the machine and the "
               "installation. Only looks: the process notices nothing.\v"
               "Each finding is a line, worst first: bad (in the way), warn (works, but worse) or "
               "ok. Exit status: 0 nothing is in the way, 1 something is, 2 failure."};
    struct doctor_options options = {0};
    options_parse("doctor", &argp, 0, argc, argv, &options);

    struct diagnosis diagnosis = {0};
    struct patient patient = {0};
    const char *program = NULL;
    if (options.pid) {
        patient_init(&patient, options.pid);
        examine(&patient, &diagnosis);
        program = patient.target.program;
    } else {
        doctor_machine(&diagnosis);
    }
    if (options.json)
        diagnosis_print_json(&diagnosis, options.pid, program);
    else
        diagnosis_print(&diagnosis, options.pid, program);
    int status = diagnosis_has(&diagnosis, LEVEL_BAD) ? EXIT_FOUND : EXIT_DONE;
    diagnosis_finish(&diagnosis);
    patient_finish(&patient);
    return status;
}
