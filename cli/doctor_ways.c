/*
 * Too late to preload: what can still be done for a process that runs without the tracker, as
 * commands for this one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/launch.h"
#include "cli/service.h"
#include "cli/words.h"
#include "cli/written_text.h"
#include "libcaulk/memory.h"
#include "libcaulk/process_memory.h"
#include "libcaulk/program.h"

#define CORES "/var/tmp"

static bool is_installed(const char *program)
{
    char path[PATH_MAX];
    return program_find(program, getenv("PATH"), path, NULL);
}

/* ---- its command line ---- */

/* Names the program as well now as when it was started? A relative path may not: the working
 * directory is another one by now. */
static bool names_program(const char *word)
{
    return word[0] == '/' ? access(word, F_OK) == 0 : !strchr(word, '/') && is_installed(word);
}

/* The path that was executed, which the kernel left in the process's memory: of a program with
 * several names the one that was meant. Else the file itself. */
static void executed_path(const struct target *target, char ret_path[PATH_MAX])
{
    uint64_t address = 0;
    if (!proc_auxiliary(target->task, AT_EXECFN, &address) ||
        !process_memory_text(target->task, address, ret_path, PATH_MAX) || !names_program(ret_path))
        snprintf(ret_path, PATH_MAX, "%s", target->program);
}

static void put_words(FILE *out, const char *words, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += strlen(words + at) + 1) {
        char *word = words_quoted(words + at);
        fprintf(out, "%s%s", at ? " " : "", word);
        free(word);
    }
}

/* A daemon that writes a title over its arguments leaves no program's name at their beginning. */
static bool is_title(const char *arguments)
{
    return !arguments || strpbrk(arguments, " :");
}

/* The command line as a shell takes it, "…" for arguments that are not there any more; the caller
 * frees it. */
static char *command_line(const struct patient *patient)
{
    size_t bytes = 0;
    struct written_text line;
    char *arguments = proc_arguments(patient->target.task, &bytes);
    char path[PATH_MAX];
    written_text_begin(&line);
    executed_path(&patient->target, path);
    bool title = is_title(arguments);
    const char *program = !title && names_program(arguments) ? arguments : path;
    size_t first = title ? bytes : strlen(arguments) + 1;
    put_words(line.out, program, strlen(program));
    fputs(title ? " …" : first < bytes ? " " : "", line.out);
    if (first < bytes)
        put_words(line.out, arguments + first, bytes - first);
    free(arguments);
    return written_text_end(&line);
}

/* ---- restarting it ---- */

/* A group's name may be anybody's choice: quoted like the rest. */
static void add_service(const struct service *service, const char *library,
                        struct diagnosis *diagnosis)
{
    char *unit = words_quoted(service->unit), *path = words_quoted(library);
    const char *base =
        service->of_user ? "\"$XDG_RUNTIME_DIR\"/systemd/user" : "/run/systemd/system";
    const char *manager = service->of_user ? "systemctl --user" : "systemctl";
    char *command =
        format_text("mkdir -p %s/%s.d && printf '[Service]\\nEnvironment=LD_PRELOAD=%%s\\n' %s "
                    ">%s/%s.d/caulk.conf && %s daemon-reload && %s restart %s",
                    base, unit, path, base, unit, manager, manager, unit);
    diagnosis_add_way(
        diagnosis, command,
        "restart it, a service of systemd's, under the tracker (until the next boot)");
    free(path);
    free(unit);
}

static void add_container(const char *library, struct diagnosis *diagnosis)
{
    char *path = words_quoted(library);
    diagnosis_add_way(
        diagnosis, format_text("docker run -v %s:%s:ro -e LD_PRELOAD=%s …", path, path, path),
        "restart one replica under the tracker: it lives in a container, which needs the library "
        "and the variable beside its own options (Kubernetes: see the README)");
    free(path);
}

/* As its user: who started it as another one had more rights than it has now. */
static char *as_its_user(const struct patient *patient)
{
    if (patient->status.uid == geteuid())
        return format_text("%s", "");
    return format_text("setpriv --reuid=%u --regid=%u --init-groups ", patient->credentials.uid,
                       patient->credentials.gid);
}

static void add_restart(const struct patient *patient, struct diagnosis *diagnosis)
{
    char folder[PATH_MAX] = "/", link[64];
    snprintf(link, sizeof(link), "/proc/%d/cwd", (int)patient->target.task);
    ssize_t length = readlink(link, folder, sizeof(folder) - 1);
    if (length > 0)
        folder[length] = '\0';
    char *line = command_line(patient), *user = as_its_user(patient);
    char *quoted = words_quoted(folder);
    diagnosis_add_way(diagnosis, format_text("cd %s && %scaulk run -- %s", quoted, user, line),
                      "restart it, or one of its replicas, under the tracker");
    free(quoted);
    free(user);
    free(line);
}

static void add_tracked_restart(const struct patient *patient, struct diagnosis *diagnosis)
{
    struct service service;
    char *library = launch_find_library(NULL);
    if (library && service_of_process(patient->target.task, &service))
        add_service(&service, library, diagnosis);
    else if (library && patient->in_container)
        add_container(library, diagnosis);
    else
        add_restart(patient, diagnosis);
    free(library);
}

/* ---- as it is ---- */

/* The file whose malloc it calls. */
static const char *allocator_file(const struct patient *patient)
{
    static const char *const libraries[] = {"libjemalloc.", "libtcmalloc", "libmimalloc.",
                                            "libc.so.",     "libc-2.",     "ld-musl-"};
    for (size_t i = 0; i < sizeof(libraries) / sizeof(*libraries); i++) {
        const struct mapped_file *file = mapped_files_find(&patient->files, libraries[i]);
        if (file)
            return file->path;
    }
    return patient->target.program;
}

/* chap knows the heap of glibc's malloc alone. */
static void add_core(const struct patient *patient, struct diagnosis *diagnosis)
{
    const char *allocator = words_file_name(allocator_file(patient));
    if (strncmp(allocator, "libc", 4))
        return;
    char *name = words_quoted(words_file_name(patient->target.program));
    int pid = (int)patient->target.pid;
    diagnosis_add_way(diagnosis,
                      format_text("gcore -o " CORES "/%s %d && echo list leaked | chap " CORES
                                  "/%s.%d",
                                  name, pid, name, pid),
                      "what its heap has lost, by size and without stacks: a core (it stops while "
                      "that is written) and chap%s%s",
                      is_installed("gcore") ? "" : "; gcore: apt install gdb",
                      is_installed("chap") ? "" : "; chap: github.com/vmware/chap");
    free(name);
}

/* The package with the running kernel's headers, which bcc compiles with; "" where they are there.
 */
static struct phrase missing_headers(void)
{
    struct utsname kernel;
    if (uname(&kernel) != 0 || access("/sys/kernel/kheaders.tar.xz", F_OK) == 0)
        return words_format("%s", "");
    struct phrase folder = words_format("/lib/modules/%s/build", kernel.release);
    return access(folder.s, F_OK) == 0
               ? words_format("%s", "")
               : words_format(
                     "; it compiles with the kernel's headers: apt install linux-headers-%s",
                     kernel.release);
}

static void add_memleak(const struct patient *patient, struct diagnosis *diagnosis)
{
    const char *program = is_installed("memleak-bpfcc") ? "memleak-bpfcc" : "memleak";
    char *path = patient->own_mounts ? format_text("/proc/%d/root%s", (int)patient->target.task,
                                                   allocator_file(patient))
                                     : format_text("%s", allocator_file(patient));
    char *quoted = words_quoted(path);
    diagnosis_add_way(
        diagnosis,
        format_text("%s -p %d -O %s -o 60000 60", is_installed(program) ? program : "memleak-bpfcc",
                    (int)patient->target.pid, quoted),
        "stacks of what is allocated from now on and kept for a minute, by BPF (slow "
        "where it allocates much)%s%s",
        is_installed(program) ? "" : "; apt install bpfcc-tools", missing_headers().s);
    free(quoted);
    free(path);
}

void doctor_ways(const struct patient *patient, struct diagnosis *diagnosis)
{
    if (!patient->files_known)
        return;
    if (patient->can_be_tracked)
        add_tracked_restart(patient, diagnosis);
    add_core(patient, diagnosis);
    add_memleak(patient, diagnosis);
}
