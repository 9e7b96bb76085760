/*
 * The tracker judges by the same files when a dump is really made (preload/cgroup.h), without
 * libc's streams. A group of another namespace may be out of sight, and limits nothing here.
 */
#include "libcaulk/memory_room.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "libcaulk/proc.h"

/* What the older files say for "no limit" is above. */
#define LARGEST_LIMIT (UINT64_C(1) << 60)

static bool scan_file(const char *folder, const char *name, const char *format, uint64_t *ret_value)
{
    char path[PATH_MAX];
    return snprintf(path, sizeof(path), "%s/%s", folder, name) < (int)sizeof(path) &&
           proc_number(path, format, ret_value);
}

static uint64_t room_at(const char *folder, bool unified)
{
    uint64_t max, used, droppable = 0;
    if (!scan_file(folder, unified ? "memory.max" : "memory.limit_in_bytes", "%" SCNu64, &max) ||
        !scan_file(folder, unified ? "memory.current" : "memory.usage_in_bytes", "%" SCNu64,
                   &used) ||
        max > LARGEST_LIMIT)
        return UINT64_MAX;
    scan_file(folder, "memory.stat",
              unified ? "inactive_file %" SCNu64 : "total_inactive_file %" SCNu64, &droppable);
    used -= droppable < used ? droppable : used;
    return max > used ? max - used : 0;
}

static bool is_of_memory(const char *controllers)
{
    char list[256];
    snprintf(list, sizeof(list), ",%s,", controllers);
    return strstr(list, ",memory,") != NULL;
}

uint64_t memory_room_of_group(const char *root, const char *membership)
{
    char folder[PATH_MAX], controllers[128] = "", path[PATH_MAX] = "";
    uint64_t least = UINT64_MAX;
    bool unified = sscanf(membership, "%*d::%4095[^\n]", path) == 1;
    if (!unified && (sscanf(membership, "%*d:%127[^:]:%4095[^\n]", controllers, path) != 2 ||
                     !is_of_memory(controllers)))
        return least;
    int base = snprintf(folder, sizeof(folder), "%s%s", root, unified ? "" : "/memory");
    if (base + (int)strlen(path) >= (int)sizeof(folder))
        return least;
    strcpy(folder + base, path);
    for (char *slash; (slash = strrchr(folder, '/')) && slash >= folder + base; *slash = '\0') {
        uint64_t room = room_at(folder, unified);
        least = room < least ? room : least;
    }
    uint64_t room = room_at(folder, unified);
    return room < least ? room : least;
}

uint64_t memory_room(pid_t task)
{
    char path[64], line[PATH_MAX];
    uint64_t least = UINT64_MAX, available;
    if (proc_number("/proc/meminfo", "MemAvailable: %" SCNu64, &available))
        least = available << 10;
    snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)task);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof(line), file)) {
        uint64_t room = memory_room_of_group(MEMORY_ROOM_ROOT, line);
        least = room < least ? room : least;
    }
    if (file)
        fclose(file);
    return least;
}
