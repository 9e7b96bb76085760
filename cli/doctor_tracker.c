/*
 * Whether the tracker is in the process, and on. What keeps it out is in the program's file and in
 * what the kernel told its loader; what was not done is in its environment (doctor_preload.c).
 */
#include "cli/doctor.h"
#include "cli/substitute.h"
#include "cli/text.h"
#include "libcaulk/program.h"

static void check_program(struct patient *patient, struct diagnosis *diagnosis)
{
    struct error reason;
    if (program_check_running(patient->target.task, &reason))
        return;
    patient->can_be_tracked = false;
    diagnosis_add(diagnosis, LEVEL_BAD, "program", "%s", reason.message);
    const char *substitute = substitute_for(reason.message);
    if (substitute)
        diagnosis_advise(diagnosis, "%s", substitute);
}

static void add_untracked(const struct patient *patient, struct diagnosis *diagnosis)
{
    if (!patient->files_known)
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker",
                      "whether it is tracked can't be seen: it is another user's process, or "
                      "reading is restricted (kernel.yama.ptrace_scope)");
    else
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker", "libcaulk.so is not loaded");
    if (!patient->files_known)
        diagnosis_advise(diagnosis, "ask as root or as its user (%u)", patient->target.uid);
}

static void add_state(const struct target *target, struct diagnosis *diagnosis)
{
    switch (target->state) {
    case TARGET_TRACKED:
        diagnosis_add(diagnosis, LEVEL_OK, "tracker", "on: %s live in %s, %s made",
                      text_size(target->live_bytes).s, text_counted(target->live_blocks, "block").s,
                      text_counted(target->status.dumps_made, "dump").s);
        break;
    case TARGET_SILENT:
        diagnosis_add(diagnosis, LEVEL_WARN, "tracker",
                      "loaded, but its memory may not be read: dumps work, figures don't");
        diagnosis_advise(diagnosis, "ask as root");
        break;
    case TARGET_STARTING:
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker",
                      "loaded, but takes no requests: it is just starting, or another handler "
                      "has replaced the one of signal %d",
                      STATUS_REQUEST_SIGNAL);
        diagnosis_advise(diagnosis, "ask again in a second; the program's log may say more");
        break;
    case TARGET_OFF:
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker", "switched itself off: %s",
                      target->status.off_reason);
        diagnosis_advise(diagnosis, "put that right and restart it");
        break;
    case TARGET_OTHER:
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker",
                      "is of another version than this caulk, which can't ask it for a dump");
        diagnosis_advise(diagnosis, "restart it with the libcaulk.so of this version; until then "
                                    "the dump signal may still work");
        break;
    }
}

static void check_stopped(const struct target *target, struct diagnosis *diagnosis)
{
    if (!target->stopped)
        return;
    diagnosis_add(diagnosis, LEVEL_BAD, "process",
                  "it is stopped, by a signal or a debugger, and answers nothing");
    diagnosis_advise(diagnosis, "continue it: kill -CONT %d", (int)target->pid);
}

void doctor_tracker(struct patient *patient, struct diagnosis *diagnosis)
{
    check_program(patient, diagnosis);
    if (!patient->tracked) {
        add_untracked(patient, diagnosis);
    } else if (*patient->failure.message) {
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker", "loaded, but %s", patient->failure.message);
    } else {
        add_state(&patient->target, diagnosis);
        check_stopped(&patient->target, diagnosis);
    }
}
