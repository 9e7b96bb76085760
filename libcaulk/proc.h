/*
 * What /proc says about processes, for the few things that caulk asks.
 */
#ifndef CAULK_PROC_H
#define CAULK_PROC_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct proc_status {
    pid_t parent;
    pid_t inner_pid; /* as the process itself sees it, in its PID namespace */
    uid_t uid;       /* effective */
    char state;      /* R, S, D, T, Z, … as in proc(5) */
    uint64_t caught; /* signals with a handler, bit n - 1 for signal n */
    uint64_t blocked, ignored;
    uint64_t resident_bytes, page_table_bytes; /* 0 where the main thread has ended, as the next */
    uint64_t data_bytes;                       /* private and writable, but for stacks */
    unsigned threads;
    unsigned seccomp; /* 0: none, 1: strict, 2: filters */
    bool kernel_thread;
    bool has_memory; /* false: a kernel thread, or one that has ended or is about to */
};

/* False with errno, ENOENT or ESRCH where there is no such process. */
bool proc_status(pid_t pid, struct proc_status *ret_status);

/* A thread that has the process's memory, root and working directory: the main thread, or where
 * that has ended, any other. What is below /proc for it serves for the process. */
pid_t proc_task(pid_t pid);

/* Address of the first mapping (of file offset 0) of a file of that name, in any folder, deleted or
 * not. False with errno: ENOENT where none is mapped, EACCES where the process is another's. */
bool proc_find_library(pid_t pid, const char *file_name, uint64_t *ret_address);

/* Path of the executable, or the process's name where that can't be read. */
bool proc_program(pid_t pid, char ret_path[PATH_MAX]);

/* A variable of the environment that the process was executed with; the caller frees it. NULL where
 * it is not set, or can't be read. */
char *proc_variable(pid_t pid, const char *name);

/* Its arguments, each ended by a zero, as many bytes as are returned; the caller frees them. NULL
 * where there are none, or it is gone. */
char *proc_arguments(pid_t pid, size_t *ret_bytes);

/* An entry of the auxiliary vector that the kernel gave the program: getauxval()'s types. False
 * where it can't be read. */
bool proc_auxiliary(pid_t pid, uint64_t type, uint64_t *ret_value);

/* A soft limit by its name in /proc/PID/limits ("Max file size"); UINT64_MAX: unlimited. */
bool proc_limit(pid_t pid, const char *name, uint64_t *ret_limit);

/* The number in the first line of a file that begins as the format (for sscanf, of one uint64_t)
 * says. False where there is no such line, or no such file. */
bool proc_number(const char *path, const char *format, uint64_t *ret_number);

/* PIDs of all processes, ascending; the caller frees them. */
bool proc_list(pid_t **ret_pids, size_t *ret_count);

/* A process and all that descend from it, parents before children; the caller frees them. */
bool proc_descendants(pid_t pid, pid_t **ret_pids, size_t *ret_count);

/* Do both paths lead to one file, as far as this process can see? */
bool proc_same_file(const char *first, const char *second);

/* A path that leads through /proc/PID/root or cwd, without that, where it names the same file so.
 */
void proc_plain_path(const char *path, char ret_path[PATH_MAX]);

#endif
