/*
 * How much memory a process can still come by, as far as an onlooker can tell.
 */
#ifndef CAULK_MEMORY_ROOM_H
#define CAULK_MEMORY_ROOM_H

#include <stdint.h>
#include <sys/types.h>

#define MEMORY_ROOM_ROOT "/sys/fs/cgroup"

/* The machine's available memory, or what is left below the limits of the process's control group
 * where that is less. UINT64_MAX where nothing is known. task: see proc_task(). */
uint64_t memory_room(pid_t task);

/* The groups' part of it: membership is a line of /proc/PID/cgroup, root where the hierarchies are
 * mounted. UINT64_MAX without a limit. */
uint64_t memory_room_of_group(const char *root, const char *membership);

#endif
