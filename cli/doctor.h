/*
 * `caulk doctor`: one check per file, doctor_….c, each of which adds what it finds. They read /proc
 * and files; a process that is looked at notices nothing.
 */
#ifndef CAULK_DOCTOR_H
#define CAULK_DOCTOR_H

#include <stdbool.h>

#include "cli/diagnosis.h"
#include "libcaulk/credentials.h"
#include "libcaulk/error.h"
#include "libcaulk/mapped_files.h"
#include "libcaulk/proc.h"
#include "libcaulk/target.h"

/* A process, and what all checks want to know of it. */
struct patient {
    struct target target; /* of an untracked one pid, task, parent, inner_pid, uid and program */
    bool tracked;         /* the tracker is loaded, in whatever state */
    bool files_known;     /* what it has mapped: not of another user's process */
    bool own_mounts;      /* it has another mount namespace than we */
    bool in_container;    /* and another root: what is here is not there */
    bool can_be_tracked;  /* doctor_tracker() found nothing against its program */
    struct error failure; /* why the tracker in it could not be looked at, where it is loaded */
    struct proc_status status;
    struct credentials credentials;
    struct mapped_files files;
};

/* Is the tracker loaded and on; where not, why not. First of all: it decides can_be_tracked. */
void doctor_tracker(struct patient *patient, struct diagnosis *diagnosis);
/* Why the loader was not told of the tracker, or could not load it. */
void doctor_preload(const struct patient *patient, struct diagnosis *diagnosis);
/* Other allocators, and other tools that want malloc for themselves. */
void doctor_tools(const struct patient *patient, struct diagnosis *diagnosis);
/* Whose the dump signal is. */
void doctor_signal(const struct patient *patient, struct diagnosis *diagnosis);
/* Where dumps go: can the process write there, is there room. */
void doctor_folder(const struct patient *patient, struct diagnosis *diagnosis);
/* Memory for a dump, and what else the kernel may refuse it. */
void doctor_kernel(const struct patient *patient, struct diagnosis *diagnosis);
/* Have its modules names and lines, and who has those that lack. */
void doctor_names(const struct patient *patient, struct diagnosis *diagnosis);
/* What can be done for a process that is not tracked, with commands for it. */
void doctor_ways(const struct patient *patient, struct diagnosis *diagnosis);

/* The machine and the installation. */
void doctor_machine(struct diagnosis *diagnosis);

#endif
