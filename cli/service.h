/*
 * The systemd unit that a process belongs to, as its control group tells.
 */
#ifndef CAULK_SERVICE_H
#define CAULK_SERVICE_H

#include <stdbool.h>
#include <sys/types.h>

struct service {
    char unit[256]; /* "relayd.service" */
    bool of_user;   /* of a user's own manager: systemctl --user */
};

/* group: a control group's path. False where it is no service's. */
bool service_of_group(const char *group, struct service *ret_service);

/* The same of a process. */
bool service_of_process(pid_t task, struct service *ret_service);

#endif
