/*
 * A parent beside the program: it passes on the signals that were sent to it, waits, and then runs
 * `caulk analyze` on what the program dumped at its exit. Where all is well that takes one line.
 *
 * Dumps go where the option `dump` says, else into a folder of their own, which is removed again
 * unless something was found: then the user wants to look at it.
 */
#include "cli/verify.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/dump_files.h"
#include "cli/fatal.h"
#include "cli/launch.h"
#include "libcaulk/dump.h"
#include "libcaulk/memory.h"

/* ---- where dumps go ---- */

struct dump_place {
    char *template;
    char folder[PATH_MAX]; /* of our own, or "" */
};

static void dump_place_init(struct dump_place *place, const char *options)
{
    place->template = launch_find_option(options, "dump");
    place->folder[0] = '\0';
    if (place->template)
        return;
    const char *parent = getenv("TMPDIR");
    snprintf(place->folder, sizeof(place->folder), "%s/caulk-run.XXXXXX",
             parent && parent[0] == '/' ? parent : "/tmp");
    /* Programs may run as another user by the time they exit: to write, not to list. */
    if (!mkdtemp(place->folder) || chmod(place->folder, S_ISVTX | 0733))
        fatal(place->folder, "%s", strerror(errno));
    place->template = format_text("%s/%%p.%%n.dump", place->folder);
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder)
        closedir(folder);
    rmdir(path);
}

static void dump_place_finish(struct dump_place *place, bool keep)
{
    if (place->folder[0] && !keep)
        remove_folder(place->folder);
    free(place->template);
}

/* ---- the program beside us ---- */

static volatile sig_atomic_t child;

/* What the terminal sends goes to the program too; what is sent to us alone, we pass on. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code <= 0 && child > 0)
        kill((pid_t)child, number);
}

static const int passed_on[] = {SIGHUP,  SIGINT,  SIGQUIT, SIGUSR1, SIGUSR2,
                                SIGTERM, SIGALRM, SIGCONT, SIGWINCH};
#define PASSED_ON (sizeof(passed_on) / sizeof(*passed_on))

static void set_handlers(struct sigaction *old)
{
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    for (size_t i = 0; i < PASSED_ON; i++)
        sigaction(passed_on[i], &action, &old[i]);
}

/* The child gets our handlers' place back as it was before any signal can reach it. */
static pid_t start(const char *path, char **argv, const char *library, const char *options)
{
    struct sigaction old[PASSED_ON];
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    set_handlers(old);
    pid_t pid = fork();
    if (pid == 0) {
        for (size_t i = 0; i < PASSED_ON; i++)
            sigaction(passed_on[i], &old[i], NULL);
        launch_set_environment(library, options);
        sigset_t inherited = before;
        launch_block_signal(options, &inherited);
        sigprocmask(SIG_SETMASK, &inherited, NULL);
        launch_exec(path, argv);
    }
    if (pid < 0)
        fatal(path, "%s", strerror(errno));
    child = pid;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return pid;
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            fatal(NULL, "the program can't be waited for: %s", strerror(errno));
    child = 0;
    return status;
}

/* Whoever waits for us sees what happened to the program. */
static _Noreturn void end_by_signal(int number)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0});
    signal(number, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, number);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    raise(number);
    exit(128 + number);
}

/* ---- the verdict ---- */

/* A tracker that has seen no allocation has tracked nothing: another allocator serves. */
static bool anything_tracked(const struct dump_files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        struct dump *dump;
        struct error err;
        if (!dump_open(files->paths[i], &dump, &err))
            fatal_error(&err);
        bool tracked = !dump->process.no_calls;
        dump_close(dump);
        if (tracked)
            return true;
    }
    return false;
}

/* Sends what analyze prints to a file of its own: standard output is the program's. */
static int run_analyze(int argc, char **argv, int report)
{
    fflush(stdout);
    int own = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    dup2(report, STDOUT_FILENO);
    int status = command_find("analyze")->run(argc, argv);
    fflush(stdout);
    if (own >= 0) {
        dup2(own, STDOUT_FILENO);
        close(own);
    }
    return status;
}

static void show(int report)
{
    char chunk[1 << 14];
    ssize_t got;
    for (off_t at = 0; (got = pread(report, chunk, sizeof(chunk), at)) > 0; at += got)
        fwrite(chunk, 1, (size_t)got, stderr);
}

static int analyze(const char *path, const struct dump_files *files, const char *kinds)
{
    int report = memfd_create("report", MFD_CLOEXEC);
    if (report < 0)
        fatal(NULL, "no place for the analysis: %s", strerror(errno));
    char *fail_on = format_text("--fail-on=%s", kinds);
    char **argv = allocate(files->count + 3, sizeof(*argv));
    argv[0] = "analyze";
    argv[1] = fail_on;
    memcpy(argv + 2, files->paths, files->count * sizeof(*argv));
    int status = run_analyze((int)files->count + 2, argv, report);
    if (status == EXIT_FOUND)
        show(report);
    else
        note(path, "none found at exit (%s)", kinds);
    close(report);
    free(argv);
    free(fail_on);
    return status;
}

int verify_run(const char *path, char **argv, const char *library, char *options, const char *kinds)
{
    struct dump_place place;
    struct timespec begun;
    clock_gettime(CLOCK_REALTIME_COARSE, &begun);
    dump_place_init(&place, options);
    options = launch_add_option(options, "dump", place.template);
    options = launch_add_option(options, "at_exit", "yes");
    int program_status = wait_for(start(path, argv, library, options));
    free(options);

    struct dump_files files;
    dump_files_find(place.template, begun, &files);
    int verdict = EXIT_FAILED;
    if (anything_tracked(&files))
        verdict = analyze(path, &files, kinds);
    else
        warn(path, "nothing was tracked");
    bool found = verdict == EXIT_FOUND;
    if (found && place.folder[0])
        note(files.paths[0], "kept, for a closer look");
    dump_files_finish(&files);
    dump_place_finish(&place, found);
    if (WIFSIGNALED(program_status))
        end_by_signal(WTERMSIG(program_status));
    return WEXITSTATUS(program_status) ? WEXITSTATUS(program_status) : verdict;
}
