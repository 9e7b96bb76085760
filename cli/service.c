/*
 * systemd's groups are named after its units, below slices: /system.slice/relayd.service, perhaps
 * with groups of the service's own below it; a user's manager is a service itself,
 * /user.slice/user-1000.slice/user@1000.service/app.slice/relayd.service.
 */
#include "cli/service.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define SERVICE ".service"
#define USER_MANAGER "user@"

static bool ends_as_service(const char *name, size_t length)
{
    size_t tail = strlen(SERVICE);
    return length > tail && !memcmp(name + length - tail, SERVICE, tail);
}

bool service_of_group(const char *group, struct service *ret_service)
{
    struct service service = {.unit = ""};
    for (const char *name = group + strspn(group, "/"); *name; name += strspn(name, "/")) {
        size_t length = strcspn(name, "/");
        bool manager = !strncmp(name, USER_MANAGER, strlen(USER_MANAGER));
        if (length < sizeof(service.unit) && ends_as_service(name, length)) {
            service.of_user = service.of_user || manager;
            if (!manager)
                snprintf(service.unit, sizeof(service.unit), "%.*s", (int)length, name);
        }
        name += length;
    }
    if (!*service.unit)
        return false;
    *ret_service = service;
    return true;
}

bool service_of_process(pid_t task, struct service *ret_service)
{
    char path[64], line[PATH_MAX], group[PATH_MAX];
    bool found = false;
    snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)task);
    FILE *file = fopen(path, "re");
    while (file && !found && fgets(line, sizeof(line), file))
        found = (sscanf(line, "%*d::%4095[^\n]", group) == 1 ||
                 sscanf(line, "%*d:name=systemd:%4095[^\n]", group) == 1) &&
                service_of_group(group, ret_service);
    if (file)
        fclose(file);
    return found;
}
