/* The threads of this process, as the kernel lists them; where /proc is out of reach, or may not be
 * listed, those that the thread registry knows. Async-signal-safe, no heap. */
#ifndef CAULK_TASKS_H
#define CAULK_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct tasks {
    int fd;               /* of /proc/self/task, or -1 */
    bool refused;         /* it is there and may not be listed: some threads may be missing */
    size_t position, end; /* in buffer */
    size_t registry;      /* cursor, where there is no /proc */
    bool main_given;
    char buffer[2048];
};

void tasks_open(struct tasks *tasks);
pid_t tasks_next(struct tasks *tasks); /* 0 at the end */
void tasks_close(struct tasks *tasks);

uint32_t tasks_count(void);

/* Reads /proc/self/task/TID/NAME as proc_read() does. */
ssize_t tasks_read(pid_t tid, const char *name, char *ret_text, size_t capacity);

#endif
