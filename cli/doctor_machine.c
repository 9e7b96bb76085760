/* The machine and the installation: the tracker's file tried out, the kernel, where dumps go. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <gnu/libc-version.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/launch.h"
#include "cli/text.h"
#include "libcaulk/process_path.h"

#define TRIAL_BYTES 4096
#define ROOM_LITTLE (UINT64_C(64) << 20)
#define PTRACE_SCOPE "/proc/sys/kernel/yama/ptrace_scope"
#define OVERCOMMIT "/proc/sys/vm/overcommit_memory"
#define DEBUGINFOD "libdebuginfod.so.1"

/* ---- the tracker's file ---- */

static void read_all(int fd, char *ret_text, size_t capacity)
{
    size_t length = 0;
    for (ssize_t got;
         length < capacity - 1 && (got = read(fd, ret_text + length, capacity - 1 - length)) > 0;)
        length += (size_t)got;
    ret_text[length] = '\0';
}

/* Runs this program's --version with the tracker preloaded; what the loader has against it is what
 * that says on standard error. */
static bool try_library(const char *library, char ret_said[TRIAL_BYTES])
{
    static char *const arguments[] = {"caulk", "--version", NULL};
    char preload[PATH_MAX + 16];
    char *environment[] = {preload, NULL};
    int ends[2], status = -1;
    pid_t pid;
    snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", library);
    if (pipe2(ends, O_CLOEXEC))
        return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    int failure = posix_spawn(&pid, "/proc/self/exe", &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (!failure) {
        read_all(ends[0], ret_said, TRIAL_BYTES);
        waitpid(pid, &status, 0);
    }
    close(ends[0]);
    return !failure && status == 0 && !*ret_said;
}

static void check_readers(const char *library, struct diagnosis *diagnosis)
{
    const struct credentials nobody = {.uid = (uid_t)-2, .gid = (gid_t)-2};
    char where[PATH_MAX];
    if (process_path_check(getpid(), &nobody, library, R_OK | X_OK, where) == PATH_ALLOWED)
        return;
    diagnosis_add(diagnosis, LEVEL_WARN, "tracker",
                  "not every user may read %s: services that run as another one go untracked",
                  where);
    diagnosis_advise(diagnosis, "chmod a+rX, or make install");
}

static void check_library(struct diagnosis *diagnosis)
{
    struct error err;
    char said[TRIAL_BYTES] = "", *library = launch_find_library(&err);
    if (!library) {
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker", "%s%s%s", err.file, *err.file ? ": " : "",
                      err.message);
        return;
    }
    if (try_library(library, said)) {
        diagnosis_add(diagnosis, LEVEL_OK, "tracker", "%s, and it loads", library);
        check_readers(library, diagnosis);
    } else {
        said[strcspn(said, "\n")] = '\0';
        diagnosis_add(diagnosis, LEVEL_BAD, "tracker", "%s can't be loaded: %s", library,
                      *said ? said : "a program with it does not start");
        diagnosis_advise(diagnosis, "install the one that belongs to this caulk");
    }
    free(library);
}

/* ---- what it runs on ---- */

static bool is_older(const char *version, unsigned major, unsigned minor)
{
    unsigned has_major = 0, has_minor = 0;
    sscanf(version, "%u.%u", &has_major, &has_minor);
    return has_major < major || (has_major == major && has_minor < minor);
}

static void check_system(struct diagnosis *diagnosis)
{
    struct utsname name;
    uname(&name);
    if (is_older(name.release, 4, 14)) {
        diagnosis_add(diagnosis, LEVEL_WARN, "kernel",
                      "%s: no dumps of processes that were forked and have executed nothing",
                      name.release);
        diagnosis_advise(diagnosis, "4.14 or later");
    } else {
        diagnosis_add(diagnosis, LEVEL_OK, "kernel", "%s %s", name.release, name.machine);
    }
    const char *libc = gnu_get_libc_version();
    diagnosis_add(diagnosis, is_older(libc, 2, 34) ? LEVEL_BAD : LEVEL_OK, "libc", "glibc %s",
                  libc);
    if (is_older(libc, 2, 34))
        diagnosis_advise(diagnosis, "2.34 or later");
}

static int read_digit(const char *path)
{
    FILE *file = fopen(path, "re");
    int digit = file ? fgetc(file) - '0' : -1;
    if (file)
        fclose(file);
    return digit;
}

static void check_restrictions(struct diagnosis *diagnosis)
{
    if (read_digit(PTRACE_SCOPE) > 0) {
        diagnosis_add(diagnosis, LEVEL_WARN, "ptrace",
                      "kernel.yama.ptrace_scope is %d: without root the memory of processes can't "
                      "be read (dumps work, caulk ps doesn't)",
                      read_digit(PTRACE_SCOPE));
        diagnosis_advise(diagnosis, "use caulk as root");
    }
    if (geteuid() != 0) {
        diagnosis_add(diagnosis, LEVEL_WARN, "user", "only your own processes can be looked at");
        diagnosis_advise(diagnosis, "ask as root for those of others");
    }
    if (read_digit(OVERCOMMIT) == 2) {
        diagnosis_add(diagnosis, LEVEL_WARN, "memory",
                      "vm.overcommit_memory is 2: a dump of a large process may find no memory");
        diagnosis_advise(diagnosis, "caulk doctor PID says of which");
    }
}

/* ---- files ---- */

static void check_folder(struct diagnosis *diagnosis)
{
    struct statvfs system;
    const char *folder = "/tmp"; /* the option dump's default */
    if (access(folder, W_OK | X_OK) || statvfs(folder, &system)) {
        diagnosis_add(diagnosis, LEVEL_BAD, "folder", "%s: %s", folder, strerror(errno));
        diagnosis_advise(diagnosis, "caulk run --dump=/var/tmp/%%p.%%n.dump");
        return;
    }
    uint64_t room = (uint64_t)system.f_bavail * system.f_frsize;
    diagnosis_add(diagnosis, room < ROOM_LITTLE ? LEVEL_WARN : LEVEL_OK, "folder",
                  "dumps go to %s where nothing else is said, %s free", folder, text_size(room).s);
    if (room < ROOM_LITTLE)
        diagnosis_advise(diagnosis, "make room, or caulk run --dump=/var/tmp/%%p.%%n.dump");
}

static void check_servers(struct diagnosis *diagnosis)
{
    void *client = dlopen(DEBUGINFOD, RTLD_LAZY);
    if (client)
        dlclose(client);
    diagnosis_add(diagnosis, LEVEL_OK, "symbols",
                  client ? "debug files can be had from servers: --debuginfod"
                         : "debug files can't be had from servers: " DEBUGINFOD " is missing");
    if (!client)
        diagnosis_advise(diagnosis, "apt install libdebuginfod1, where that is wanted");
}

/* Graphviz finds its renderers in a list that is made when they are installed. */
static void check_pictures(struct diagnosis *diagnosis)
{
    struct mapped_files files;
    const struct mapped_file *library = NULL;
    glob_t lists = {0};
    char pattern[PATH_MAX];
    if (mapped_files_read(getpid(), &files))
        library = mapped_files_find(&files, "libgvc.so");
    if (!library)
        return;
    snprintf(pattern, sizeof(pattern), "%.*s/graphviz/config*",
             (int)(strrchr(library->path, '/') - library->path), library->path);
    bool found = glob(pattern, 0, NULL, &lists) == 0;
    globfree(&lists);
    mapped_files_finish(&files);
    diagnosis_add(diagnosis, found ? LEVEL_OK : LEVEL_WARN, "pictures",
                  found ? "Graphviz renders them: caulk graph -T svg"
                        : "Graphviz has no list of its plugins: caulk graph gives DOT only");
    if (!found)
        diagnosis_advise(diagnosis, "as root: dot -c");
}

static void count_tracked(struct diagnosis *diagnosis)
{
    struct target *targets;
    size_t count;
    struct error err;
    if (!target_list(&targets, &count, &err)) {
        diagnosis_add(diagnosis, LEVEL_BAD, "processes", "%s: %s", err.file, err.message);
        diagnosis_advise(diagnosis, "mount -t proc proc /proc");
        return;
    }
    diagnosis_add(diagnosis, LEVEL_OK, "processes", "%s tracked (caulk ps)",
                  count == 1 ? "1 is"
                  : count    ? text_count(count).s
                             : "none is");
    free(targets);
}

void doctor_machine(struct diagnosis *diagnosis)
{
    check_library(diagnosis);
    check_system(diagnosis);
    check_restrictions(diagnosis);
    check_folder(diagnosis);
    check_servers(diagnosis);
    check_pictures(diagnosis);
    count_tracked(diagnosis);
}
