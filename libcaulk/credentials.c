/* From /proc/PID/status, where ids stand as our own user namespace has them. */
#include "libcaulk/credentials.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libcaulk/memory.h"
#include "libcaulk/proc.h"

#define CAPABILITY_DAC_OVERRIDE 1
#define CAPABILITY_SYS_ADMIN 21
#define CAPABILITY_SYS_RESOURCE 24

static void read_groups(const char *text, struct credentials *credentials)
{
    char *end;
    for (gid_t group; (group = (gid_t)strtoul(text, &end, 10)), end != text; text = end) {
        credentials->groups =
            need_room(credentials->groups, credentials->group_count, sizeof(*credentials->groups));
        credentials->groups[credentials->group_count++] = group;
    }
}

static void read_line(const char *line, struct credentials *credentials)
{
    uint64_t capabilities;
    sscanf(line, "Uid: %u %*u %*u %u", &credentials->real_uid, &credentials->uid);
    sscanf(line, "Gid: %*u %*u %*u %u", &credentials->gid);
    if (!strncmp(line, "Groups:", 7))
        read_groups(line + 7, credentials);
    if (sscanf(line, "CapEff: %" SCNx64, &capabilities) != 1)
        return;
    credentials->overrides = capabilities >> CAPABILITY_DAC_OVERRIDE & 1;
    credentials->unlimited =
        (capabilities >> CAPABILITY_SYS_ADMIN & 1) || (capabilities >> CAPABILITY_SYS_RESOURCE & 1);
}

/* A capability counts in its own user namespace only. */
static bool shares_our_users(pid_t task)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)task);
    return proc_same_file(path, "/proc/self/ns/user");
}

bool credentials_read(pid_t task, struct credentials *ret_credentials)
{
    char path[64], *line = NULL;
    size_t capacity = 0;
    struct credentials credentials = {0};
    snprintf(path, sizeof(path), "/proc/%d/status", (int)task);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    while (getline(&line, &capacity, file) > 0)
        read_line(line, &credentials);
    free(line);
    fclose(file);
    bool counts = shares_our_users(task);
    credentials.overrides = credentials.overrides && counts;
    credentials.unlimited = credentials.unlimited && counts;
    *ret_credentials = credentials;
    return true;
}

void credentials_finish(struct credentials *credentials)
{
    free(credentials->groups);
    *credentials = (struct credentials){0};
}

static bool is_member(const struct credentials *credentials, gid_t group)
{
    for (size_t i = 0; i < credentials->group_count; i++)
        if (credentials->groups[i] == group)
            return true;
    return credentials->gid == group;
}

bool credentials_allow(const struct credentials *credentials, const struct stat *file, int wanted)
{
    mode_t mode = file->st_mode;
    if (credentials->overrides)
        return !(wanted & X_OK) || S_ISDIR(mode) || (mode & (S_IXUSR | S_IXGRP | S_IXOTH));
    unsigned allowed = credentials->uid == file->st_uid       ? mode >> 6
                       : is_member(credentials, file->st_gid) ? mode >> 3
                                                              : mode;
    return ((unsigned)wanted & ~allowed & 7) == 0;
}
