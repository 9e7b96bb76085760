/*
 * The limits that the process's control group sets, at every level up to the root: memory and
 * processor time, of the unified hierarchy (memory.max, memory.high, cpu.max) and of the older ones
 * (memory.limit_in_bytes, cpu.cfs_quota_us). In a container the group's own path may be out of
 * sight, and the root's files are the container's.
 *
 * Async-signal-safe, no heap. Where nothing can be read, nothing is limited.
 */
#ifndef CAULK_CGROUP_H
#define CAULK_CGROUP_H

#include <stddef.h>
#include <stdint.h>

#define CGROUP_ROOT "/sys/fs/cgroup"
#define CGROUP_NO_LIMIT UINT64_MAX

enum { CGROUP_LEVELS_MAX = 8, CGROUP_LIMITS = 2 };

struct cgroup_memory {
    int limits[CGROUP_LIMITS]; /* descriptors of the files with the limits */
    int current, statistics;   /* and of those with what is in use */
    const char *droppable;     /* what the files' contents are called there */
};

struct cgroup {
    struct cgroup_memory memory[CGROUP_LEVELS_MAX]; /* those with a limit */
    size_t memory_levels;
    double cpus; /* processors' worth of time that the group may use, 0 for no limit */
};

/* root: a descriptor of the folder where the hierarchies are mounted; membership: the text of
 * /proc/PID/cgroup. The descriptors stay open until the process ends. */
void cgroup_find(int root, const char *membership, struct cgroup *ret_group);

/* Bytes that the group may still come by before the tightest of its limits, as they are now, not
 * counting the files' contents that the kernel would drop for them; CGROUP_NO_LIMIT where there is
 * no limit. ret_max_bytes: that limit. */
uint64_t cgroup_memory_room(const struct cgroup *group, uint64_t *ret_max_bytes);

#endif
