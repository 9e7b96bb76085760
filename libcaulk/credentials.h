/*
 * The ids by which a running process is given files, or refused them.
 */
#ifndef CAULK_CREDENTIALS_H
#define CAULK_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

struct credentials {
    uid_t real_uid;
    uid_t uid; /* for file systems, as is gid */
    gid_t gid;
    gid_t *groups; /* supplementary */
    size_t group_count;
    bool overrides; /* CAP_DAC_OVERRIDE, in our user namespace: no mode stops it */
    bool unlimited; /* CAP_SYS_RESOURCE or CAP_SYS_ADMIN, likewise: its processes are not counted */
};

/* False with errno where there is no such process. The caller finishes them. */
bool credentials_read(pid_t task, struct credentials *ret_credentials);
void credentials_finish(struct credentials *credentials);

/* Do the mode bits of a file allow all of R_OK, W_OK and X_OK that are in wanted? Access control
 * lists are not looked at. */
bool credentials_allow(const struct credentials *credentials, const struct stat *file, int wanted);

#endif
