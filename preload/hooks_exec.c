/*
 * A program that is started from a thread inherits that thread's signal mask: for the moment of the
 * call, the mask is the one that the program believes in. One that takes the process over inherits
 * its children too: none of ours may be among them.
 */
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "preload/dump_signal.h"
#include "preload/export.h"
#include "preload/next.h"
#include "preload/snapshot_request.h"

typedef char *const vector[];

static int (*next_execve)(const char *, vector, vector);
static int (*next_execvpe)(const char *, vector, vector);
static int (*next_fexecve)(int, vector, vector);
static int (*next_posix_spawn)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                               const posix_spawnattr_t *, vector, vector);
static int (*next_posix_spawnp)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                                const posix_spawnattr_t *, vector, vector);
static int (*next_system)(const char *);
static FILE *(*next_popen)(const char *, const char *);

__attribute__((constructor)) static void look_up(void)
{
    (void)NEXT(next_execve, "execve");
    (void)NEXT(next_execvpe, "execvpe");
    (void)NEXT(next_fexecve, "fexecve");
    (void)NEXT(next_posix_spawn, "posix_spawn");
    (void)NEXT(next_posix_spawnp, "posix_spawnp");
    (void)NEXT(next_system, "system");
    (void)NEXT(next_popen, "popen");
}

#define EXECUTES "the program executes another one"

EXPORT int execve(const char *path, vector arguments, vector environment)
{
    snapshot_give_up(EXECUTES);
    dump_signal_mask_real();
    int result = NEXT(next_execve, "execve")(path, arguments, environment);
    dump_signal_mask_virtual();
    return result;
}

EXPORT int execvpe(const char *file, vector arguments, vector environment)
{
    snapshot_give_up(EXECUTES);
    dump_signal_mask_real();
    int result = NEXT(next_execvpe, "execvpe")(file, arguments, environment);
    dump_signal_mask_virtual();
    return result;
}

EXPORT int fexecve(int fd, vector arguments, vector environment)
{
    snapshot_give_up(EXECUTES);
    dump_signal_mask_real();
    int result = NEXT(next_fexecve, "fexecve")(fd, arguments, environment);
    dump_signal_mask_virtual();
    return result;
}

EXPORT int execv(const char *path, vector arguments)
{
    return execve(path, arguments, environ);
}

EXPORT int execvp(const char *file, vector arguments)
{
    return execvpe(file, arguments, environ);
}

static size_t count_arguments(va_list arguments)
{
    size_t count = 1; /* the first one is named */
    while (va_arg(arguments, char *))
        count++;
    return count;
}

static void collect_arguments(char **ret_vector, const char *first, size_t count, va_list arguments)
{
    ret_vector[0] = (char *)first;
    for (size_t i = 1; i <= count; i++) /* with the NULL */
        ret_vector[i] = va_arg(arguments, char *);
}

/* The list forms lay their arguments out on the stack: they run in children of vfork. */
#define LIST_TO_VECTOR(first, last)                                                                \
    va_list list;                                                                                  \
    va_start(list, first);                                                                         \
    size_t count = count_arguments(list);                                                          \
    va_end(list);                                                                                  \
    char **arguments = __builtin_alloca((count + 1) * sizeof(*arguments));                         \
    va_start(list, first);                                                                         \
    collect_arguments(arguments, first, count, list);                                              \
    last;                                                                                          \
    va_end(list)

EXPORT int execl(const char *path, const char *first, ...)
{
    LIST_TO_VECTOR(first, (void)0);
    return execve(path, arguments, environ);
}

EXPORT int execlp(const char *file, const char *first, ...)
{
    LIST_TO_VECTOR(first, (void)0);
    return execvpe(file, arguments, environ);
}

EXPORT int execle(const char *path, const char *first, ...)
{
    char **environment;
    LIST_TO_VECTOR(first, environment = va_arg(list, char **));
    return execve(path, arguments, environment);
}

EXPORT int posix_spawn(pid_t *restrict ret_pid, const char *restrict path,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *restrict attributes,
                       char *const *restrict arguments, char *const *restrict environment)
{
    dump_signal_mask_real();
    int result = NEXT(next_posix_spawn, "posix_spawn")(ret_pid, path, actions, attributes,
                                                       arguments, environment);
    dump_signal_mask_virtual();
    return result;
}

EXPORT int posix_spawnp(pid_t *restrict ret_pid, const char *restrict file,
                        const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *restrict attributes,
                        char *const *restrict arguments, char *const *restrict environment)
{
    dump_signal_mask_real();
    int result = NEXT(next_posix_spawnp, "posix_spawnp")(ret_pid, file, actions, attributes,
                                                         arguments, environment);
    dump_signal_mask_virtual();
    return result;
}

EXPORT int system(const char *command)
{
    dump_signal_mask_real();
    int result = NEXT(next_system, "system")(command);
    dump_signal_mask_virtual();
    return result;
}

EXPORT FILE *popen(const char *command, const char *mode)
{
    dump_signal_mask_real();
    FILE *result = NEXT(next_popen, "popen")(command, mode);
    dump_signal_mask_virtual();
    return result;
}
