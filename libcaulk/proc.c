/*
 * Text files read to their end at once: the kernel makes them at each read, and a process may be
 * gone at any time, which is an ordinary answer here.
 */
#include "libcaulk/proc.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libcaulk/memory.h"

static FILE *open_proc(pid_t pid, const char *name)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    return fopen(path, "re");
}

static void read_kilobytes(const char *line, const char *format, uint64_t *ret_bytes)
{
    uint64_t kilobytes;
    if (sscanf(line, format, &kilobytes) == 1)
        *ret_bytes = kilobytes << 10;
}

static void read_status_line(const char *line, struct proc_status *status)
{
    unsigned real, effective;
    const char *last = strrchr(line, '\t');
    sscanf(line, "State: %c", &status->state);
    sscanf(line, "PPid: %d", &status->parent);
    sscanf(line, "SigCgt: %" SCNx64, &status->caught);
    sscanf(line, "SigBlk: %" SCNx64, &status->blocked);
    sscanf(line, "SigIgn: %" SCNx64, &status->ignored);
    sscanf(line, "Seccomp: %u", &status->seccomp);
    status->kernel_thread = status->ignored >> (SIGKILL - 1) & 1; /* as no process may */
    sscanf(line, "Threads: %u", &status->threads);
    status->has_memory |= !strncmp(line, "VmSize:", 7);
    read_kilobytes(line, "VmRSS: %" SCNu64, &status->resident_bytes);
    read_kilobytes(line, "VmPTE: %" SCNu64, &status->page_table_bytes);
    read_kilobytes(line, "VmData: %" SCNu64, &status->data_bytes);
    if (sscanf(line, "Uid: %u %u", &real, &effective) == 2)
        status->uid = effective;
    if (last && !strncmp(line, "NSpid:", 6))
        status->inner_pid = atoi(last);
}

bool proc_status(pid_t pid, struct proc_status *ret_status)
{
    FILE *file = open_proc(pid, "status");
    if (!file)
        return false;
    struct proc_status status = {.inner_pid = pid};
    char line[512];
    while (fgets(line, sizeof(line), file))
        read_status_line(line, &status);
    bool complete = !ferror(file) && status.state;
    fclose(file);
    if (!complete) {
        errno = ESRCH;
        return false;
    }
    *ret_status = status;
    return true;
}

/* Whether a line of maps is of the file's start; its path may end in " (deleted)". */
static bool is_start_of(const char *line, const char *file_name, uint64_t *ret_address)
{
    uint64_t start, offset;
    int path_at = 0;
    if (sscanf(line, "%" SCNx64 "-%*s %*s %" SCNx64 " %*s %*s %n", &start, &offset, &path_at) < 2 ||
        !path_at || offset)
        return false;
    const char *slash = strrchr(line + path_at, '/');
    size_t length = strlen(file_name);
    if (!slash || strncmp(slash + 1, file_name, length))
        return false;
    const char *rest = slash + 1 + length;
    if (strcmp(rest, "\n") && strcmp(rest, " (deleted)\n"))
        return false;
    *ret_address = start;
    return true;
}

bool proc_find_library(pid_t pid, const char *file_name, uint64_t *ret_address)
{
    FILE *file = open_proc(pid, "maps");
    if (!file)
        return false;
    char *line = NULL;
    size_t capacity = 0;
    bool found = false;
    errno = 0;
    while (!found && getline(&line, &capacity, file) > 0)
        found = is_start_of(line, file_name, ret_address);
    int failure = ferror(file) ? errno : ENOENT;
    free(line);
    fclose(file);
    errno = failure;
    return found;
}

bool proc_program(pid_t pid, char ret_path[PATH_MAX])
{
    char link[64];
    snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
    ssize_t length = readlink(link, ret_path, PATH_MAX - 1);
    if (length >= 0) {
        ret_path[length] = '\0';
        return true;
    }
    FILE *file = open_proc(pid, "comm");
    if (!file)
        return false;
    bool known = fgets(ret_path, PATH_MAX, file);
    fclose(file);
    if (known)
        ret_path[strcspn(ret_path, "\n")] = '\0';
    return known;
}

char *proc_variable(pid_t pid, const char *name)
{
    FILE *file = open_proc(pid, "environ");
    if (!file)
        return NULL;
    char *pair = NULL, *value = NULL;
    size_t capacity = 0, length = strlen(name);
    while (!value && getdelim(&pair, &capacity, '\0', file) > 0)
        if (!strncmp(pair, name, length) && pair[length] == '=')
            value = strdup(pair + length + 1);
    free(pair);
    fclose(file);
    return value;
}

char *proc_arguments(pid_t pid, size_t *ret_bytes)
{
    FILE *file = open_proc(pid, "cmdline");
    char *text = NULL;
    size_t capacity = 0;
    ssize_t length = file ? getdelim(&text, &capacity, EOF, file) : -1;
    if (file)
        fclose(file);
    if (length <= 0) {
        free(text);
        return NULL;
    }
    *ret_bytes = (size_t)length;
    return text;
}

bool proc_auxiliary(pid_t pid, uint64_t type, uint64_t *ret_value)
{
    FILE *file = open_proc(pid, "auxv");
    uint64_t entry[2];
    bool found = false;
    while (file && !found && fread(entry, sizeof(entry), 1, file) == 1)
        found = entry[0] == type;
    if (file)
        fclose(file);
    if (found)
        *ret_value = entry[1];
    return found;
}

bool proc_limit(pid_t pid, const char *name, uint64_t *ret_limit)
{
    FILE *file = open_proc(pid, "limits");
    char line[256];
    size_t length = strlen(name);
    bool found = false;
    while (file && !found && fgets(line, sizeof(line), file))
        found = !strncmp(line, name, length);
    if (file)
        fclose(file);
    if (found && sscanf(line + length, "%" SCNu64, ret_limit) != 1)
        *ret_limit = UINT64_MAX;
    return found;
}

bool proc_number(const char *path, const char *format, uint64_t *ret_number)
{
    char line[256];
    FILE *file = fopen(path, "re");
    bool found = false;
    while (file && !found && fgets(line, sizeof(line), file))
        found = sscanf(line, format, ret_number) == 1;
    if (file)
        fclose(file);
    return found;
}

static bool has_ended(pid_t task)
{
    struct proc_status status;
    return !proc_status(task, &status) || status.state == 'Z' || status.state == 'X';
}

pid_t proc_task(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *folder = has_ended(pid) ? opendir(path) : NULL;
    if (!folder)
        return pid;
    pid_t running = pid;
    for (struct dirent *entry; running == pid && (entry = readdir(folder));) {
        pid_t task = (pid_t)atoi(entry->d_name);
        if (task > 0 && !has_ended(task))
            running = task;
    }
    closedir(folder);
    return running;
}

static int compare_pids(const void *left, const void *right)
{
    pid_t a = *(const pid_t *)left, b = *(const pid_t *)right;
    return (a > b) - (a < b);
}

bool proc_list(pid_t **ret_pids, size_t *ret_count)
{
    DIR *folder = opendir("/proc");
    if (!folder)
        return false;
    pid_t *pids = NULL;
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char *end;
        long pid = strtol(entry->d_name, &end, 10);
        if (pid <= 0 || *end)
            continue;
        pids = need_room(pids, count, sizeof(*pids));
        pids[count++] = (pid_t)pid;
    }
    closedir(folder);
    if (count)
        qsort(pids, count, sizeof(*pids), compare_pids);
    *ret_pids = pids;
    *ret_count = count;
    return true;
}

/* Children have been appended to found behind their parent, and then have their turn as parents. */
bool proc_descendants(pid_t pid, pid_t **ret_pids, size_t *ret_count)
{
    pid_t *pids;
    size_t count, found_count = 1;
    if (!proc_list(&pids, &count))
        return false;
    pid_t *parents = allocate(count + 1, sizeof(*parents));
    pid_t *found = allocate(count + 1, sizeof(*found));
    struct proc_status status;
    for (size_t i = 0; i < count; i++)
        parents[i] = pids[i] != pid && proc_status(pids[i], &status) ? status.parent : 0;
    found[0] = pid;
    for (size_t turn = 0; turn < found_count; turn++)
        for (size_t i = 0; i < count; i++)
            if (parents[i] == found[turn]) {
                found[found_count++] = pids[i];
                parents[i] = 0;
            }
    free(pids);
    free(parents);
    *ret_pids = found;
    *ret_count = found_count;
    return true;
}

bool proc_same_file(const char *first, const char *second)
{
    struct stat a, b;
    return !stat(first, &a) && !stat(second, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* The link's text is a path in the process's mount namespace, which may be another one than ours.
 */
void proc_plain_path(const char *path, char ret_path[PATH_MAX])
{
    char plain[PATH_MAX];
    bool same = realpath(path, plain) && proc_same_file(path, plain);
    snprintf(ret_path, PATH_MAX, "%s", same ? plain : path);
}
