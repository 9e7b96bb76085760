#include "preload/cgroup.h"

#include <stdbool.h>
#include <string.h>

#include "preload/plain_text.h"
#include "preload/raw_io.h"

enum { PATH_BYTES = 4096, STATISTICS_BYTES = 4096 };

/* Where a hierarchy's files are, and what they are called. */
struct hierarchy {
    const char *controller;            /* in the membership's line; "" is the unified hierarchy */
    const char *folders[2];            /* in the root: one of them */
    const char *limits[CGROUP_LIMITS]; /* what the kernel enforces, and what it slows down for */
    const char *current, *cpu;
    const char *droppable; /* name in memory.stat */
};

static const struct hierarchy hierarchies[] = {
    {"",
     {".", "unified"},
     {"memory.max", "memory.high"},
     "memory.current",
     "cpu.max",
     "\ninactive_file "},
    {"memory",
     {"memory", NULL},
     {"memory.limit_in_bytes", NULL},
     "memory.usage_in_bytes",
     NULL,
     "\ntotal_inactive_file "},
    {"cpu", {"cpu", "cpu,cpuacct"}, {NULL, NULL}, NULL, "cpu.cfs_quota_us", NULL},
};

/* Amounts above are what the older files say for "no limit". */
#define LARGEST_LIMIT (UINT64_C(1) << 60)

static size_t read_at_start(int fd, char *ret_text, size_t capacity)
{
    long length = syscall(SYS_pread64, fd, ret_text, capacity - 1, 0L);
    ret_text[length > 0 ? length : 0] = '\0';
    return length > 0 ? (size_t)length : 0;
}

/* The number at the start of a text; false where there is none, as in "max". */
static bool leading_number(const char *text, uint64_t *ret_number)
{
    char digits[24];
    size_t length = strspn(text, "0123456789");
    if (length == 0 || length >= sizeof(digits))
        return false;
    memcpy(digits, text, length);
    digits[length] = '\0';
    return text_to_number(digits, UINT64_MAX, ret_number);
}

/* A group's folder. */
struct place {
    int root;
    const char *path; /* from there */
};

static int open_in(struct place folder, const char *name)
{
    char path[PATH_BYTES];
    if (!name)
        return -1;
    text_format(path, sizeof(path), "%s/%s", folder.path, name);
    return raw_openat(folder.root, path, O_RDONLY, 0);
}

static void close_opened(int fd)
{
    if (fd >= 0)
        raw_close(fd);
}

static size_t read_file(struct place folder, const char *name, char *ret_text, size_t capacity)
{
    int fd = open_in(folder, name);
    size_t length = fd >= 0 ? read_at_start(fd, ret_text, capacity) : 0;
    close_opened(fd);
    return length;
}

/* The limit as it is now, which may have been changed since the dump began. */
static uint64_t limit_of(int fd)
{
    char text[64];
    uint64_t bytes;
    if (fd < 0 || !read_at_start(fd, text, sizeof(text)) || !leading_number(text, &bytes) ||
        bytes > LARGEST_LIMIT)
        return CGROUP_NO_LIMIT;
    return bytes;
}

static uint64_t limit_at(const struct cgroup_memory *level)
{
    uint64_t least = CGROUP_NO_LIMIT;
    for (size_t i = 0; i < CGROUP_LIMITS; i++) {
        uint64_t limit = limit_of(level->limits[i]);
        if (limit < least)
            least = limit;
    }
    return least;
}

static void add_memory(struct cgroup *group, struct place folder, const struct hierarchy *kind)
{
    if (!kind->current || group->memory_levels == CGROUP_LEVELS_MAX)
        return;
    struct cgroup_memory level = {
        .current = open_in(folder, kind->current),
        .statistics = open_in(folder, "memory.stat"),
        .droppable = kind->droppable,
    };
    for (size_t i = 0; i < CGROUP_LIMITS; i++)
        level.limits[i] = open_in(folder, kind->limits[i]);
    if (limit_at(&level) != CGROUP_NO_LIMIT && level.current >= 0) {
        group->memory[group->memory_levels++] = level;
        return;
    }
    for (size_t i = 0; i < CGROUP_LIMITS; i++)
        close_opened(level.limits[i]);
    close_opened(level.current);
    close_opened(level.statistics);
}

/* "QUOTA PERIOD" in one file, or each in a file of its own. */
static void add_processors(struct cgroup *group, struct place folder, const struct hierarchy *kind)
{
    char text[64];
    uint64_t quota, period;
    if (!kind->cpu || !read_file(folder, kind->cpu, text, sizeof(text)) ||
        !leading_number(text, &quota))
        return;
    const char *second = strchr(text, ' ');
    if (!second && !read_file(folder, "cpu.cfs_period_us", text, sizeof(text)))
        return;
    if (!leading_number(second ? second + 1 : text, &period) || period == 0 || quota == 0)
        return;
    double cpus = (double)quota / (double)period;
    if (group->cpus == 0 || cpus < group->cpus)
        group->cpus = cpus;
}

/* From the group itself up to the hierarchy's root. */
static void add_levels(struct cgroup *group, int root, const char *folder, const char *path,
                       size_t path_length, const struct hierarchy *kind)
{
    char at[PATH_BYTES];
    size_t base = text_format(at, sizeof(at), "%s", folder);
    if (base + path_length >= sizeof(at))
        return;
    memcpy(at + base, path, path_length);
    for (size_t length = base + path_length; length >= base;) {
        at[length] = '\0';
        add_memory(group, (struct place){root, at}, kind);
        add_processors(group, (struct place){root, at}, kind);
        while (length > base && at[length - 1] != '/')
            length--;
        if (length <= base)
            break;
        length--; /* the slash */
    }
}

/* Whether the controllers of a line, "a,b,c", are those of the hierarchy. */
static bool has_controller(const char *list, size_t length, const char *name)
{
    size_t name_length = strlen(name);
    if (name_length == 0)
        return length == 0;
    for (const char *at = list; at < list + length; at++) {
        size_t part = strcspn(at, ",:");
        if (part == name_length && !memcmp(at, name, part))
            return true;
        at += part;
    }
    return false;
}

static void add_line(struct cgroup *group, int root, const char *line, size_t length)
{
    const char *list = memchr(line, ':', length);
    const char *end = list ? memchr(list + 1, ':', length - (size_t)(list + 1 - line)) : NULL;
    if (!end)
        return;
    const char *path = end + 1;
    size_t path_length = length - (size_t)(path - line);
    if (path_length == 1) /* "/" is the root itself */
        path_length = 0;
    for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]); i++) {
        const struct hierarchy *kind = &hierarchies[i];
        for (int j = 0; has_controller(list + 1, (size_t)(end - list - 1), kind->controller) &&
                        j < 2 && kind->folders[j];
             j++)
            add_levels(group, root, kind->folders[j], path, path_length, kind);
    }
}

void cgroup_find(int root, const char *membership, struct cgroup *ret_group)
{
    *ret_group = (struct cgroup){0};
    for (const char *line = membership; *line;) {
        size_t length = strcspn(line, "\n");
        add_line(ret_group, root, line, length);
        line += length + (line[length] == '\n');
    }
}

static uint64_t droppable_bytes(const struct cgroup_memory *level)
{
    char text[STATISTICS_BYTES];
    uint64_t bytes = 0;
    text[0] = '\n'; /* every line begins behind one */
    if (level->statistics < 0 || !read_at_start(level->statistics, text + 1, sizeof(text) - 1))
        return 0;
    const char *at = strstr(text, level->droppable);
    if (!at || !leading_number(at + strlen(level->droppable), &bytes))
        return 0;
    return bytes;
}

static uint64_t room_at(const struct cgroup_memory *level, uint64_t max_bytes)
{
    char text[64];
    uint64_t current;
    if (max_bytes == CGROUP_NO_LIMIT || !read_at_start(level->current, text, sizeof(text)) ||
        !leading_number(text, &current))
        return CGROUP_NO_LIMIT;
    uint64_t droppable = droppable_bytes(level);
    current = current > droppable ? current - droppable : 0;
    return max_bytes > current ? max_bytes - current : 0;
}

uint64_t cgroup_memory_room(const struct cgroup *group, uint64_t *ret_max_bytes)
{
    uint64_t least = CGROUP_NO_LIMIT;
    for (size_t i = 0; i < group->memory_levels; i++) {
        uint64_t max_bytes = limit_at(&group->memory[i]);
        uint64_t room = room_at(&group->memory[i], max_bytes);
        if (room < least) {
            least = room;
            *ret_max_bytes = max_bytes;
        }
    }
    return least;
}
