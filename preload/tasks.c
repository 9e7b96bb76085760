/* Reads the directory with getdents64 itself: opendir allocates. */
#include "preload/tasks.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/plain_text.h"
#include "preload/proc.h"
#include "preload/raw_io.h"
#include "preload/thread_registry.h"

struct directory_entry { /* the kernel's struct linux_dirent64 */
    uint64_t inode;
    int64_t offset;
    uint16_t bytes;
    uint8_t type;
    char name[];
};

void tasks_open(struct tasks *tasks)
{
    tasks->position = tasks->end = tasks->registry = 0;
    tasks->main_given = tasks->refused = false;
    int self = proc_open_self();
    tasks->fd = self < 0 ? -1 : raw_openat(self, "task", O_RDONLY | O_DIRECTORY, 0);
    if (self >= 0)
        raw_close(self);
}

static pid_t number(const char *text)
{
    pid_t n = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        n = n * 10 + (*text - '0');
    return n;
}

/* False at the end. */
static bool list_more(struct tasks *tasks)
{
    long n = syscall(SYS_getdents64, tasks->fd, tasks->buffer, sizeof(tasks->buffer));
    tasks->refused = n < 0;
    tasks->position = 0;
    tasks->end = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static pid_t next_listed(struct tasks *tasks)
{
    for (;;) {
        if (tasks->position == tasks->end && !list_more(tasks))
            return 0;
        const struct directory_entry *entry = (const void *)(tasks->buffer + tasks->position);
        tasks->position += entry->bytes;
        pid_t tid = number(entry->name);
        if (tid)
            return tid;
    }
}

static pid_t next_registered(struct tasks *tasks)
{
    if (!tasks->main_given) {
        tasks->main_given = true;
        return getpid();
    }
    const struct thread_entry *entry;
    while ((entry = thread_registry_next(&tasks->registry)))
        if (entry->state == THREAD_ENTRY_RUNNING && entry->tid)
            return entry->tid;
    return 0;
}

pid_t tasks_next(struct tasks *tasks)
{
    if (tasks->fd >= 0 && !tasks->refused) {
        pid_t tid = next_listed(tasks);
        if (!tasks->refused)
            return tid;
    }
    return next_registered(tasks);
}

void tasks_close(struct tasks *tasks)
{
    if (tasks->fd >= 0)
        raw_close(tasks->fd);
}

uint32_t tasks_count(void)
{
    struct tasks tasks;
    uint32_t n = 0;
    tasks_open(&tasks);
    while (tasks_next(&tasks))
        n++;
    tasks_close(&tasks);
    return n;
}

ssize_t tasks_read(pid_t tid, const char *name, char *ret_text, size_t capacity)
{
    char path[64];
    text_format(path, sizeof(path), "task/%d/%s", (int)tid, name);
    return proc_read(path, ret_text, capacity);
}
