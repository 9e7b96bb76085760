/*
 * Whether stacks of the process will have names and lines: what is known of its program and its
 * libraries here, or who has it. No server is asked.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/doctor.h"
#include "cli/names_from.h"
#include "cli/words.h"
#include "libcaulk/debug_info.h"
#include "libcaulk/memory.h"
#include "libcaulk/package.h"

#define NAMED_MOST 4 /* libraries in one line */

struct names {
    struct phrase root; /* through which its files are seen: "" or "/proc/PID/root" */
    const struct mapped_file *program;
    const struct mapped_file **lacking; /* libraries without lines */
    size_t lacking_count, library_count;
};

static enum debug_info_result look_at(const struct names *names, const char *path)
{
    struct debug_search search = {.sysroot = *names->root.s ? names->root.s : NULL};
    struct debug_info *info = NULL;
    enum debug_info_result result = debug_info_open(&search, path, "", UINT64_MAX, &info);
    debug_info_close(info);
    return result;
}

/* How to come by the debug files of a program or library. */
static void advise_debug_files(const struct names *names, const struct mapped_file *const *files,
                               size_t count, struct diagnosis *diagnosis)
{
    struct phrase list = {""};
    for (size_t i = 0; i < count && i < NAMED_MOST; i++) {
        char *package = package_of(names->root.s, files[i]->path);
        char *wanted = package ? package_of_debug_files(package) : NULL;
        if (wanted && !strstr(list.s, wanted))
            list = words_format("%s%s%s", words_cut(list.s, 400).s, *list.s ? " " : "", wanted);
        free(wanted);
        free(package);
    }
    if (*list.s)
        diagnosis_advise(diagnosis,
                         "apt install %s%s (with Debian's debug archive, "
                         "deb.debian.org/debian-debug, in its sources); or --debuginfod when you "
                         "analyze",
                         list.s, count > NAMED_MOST ? " …" : "");
    else
        diagnosis_advise(diagnosis,
                         "keep the files from before they were stripped: --debug-dir=DIR "
                         "when you analyze; or --debuginfod; or build with -g");
}

static void check_program(const struct names *names, struct diagnosis *diagnosis)
{
    static const char *const lacks[] = {
        [DEBUG_INFO_SYMBOLS] = "has no debug information: functions, but no lines",
        [DEBUG_INFO_EXPORTS] = "is stripped: only names that it exports, no lines",
        [DEBUG_INFO_NONE] = "is stripped: no names at all",
        [DEBUG_INFO_MISSING] = "is out of reach from here",
        [DEBUG_INFO_CHANGED] = "can't be read",
    };
    enum debug_info_result result = look_at(names, names->program->path);
    const char *name = words_file_name(names->program->path);
    if (result == DEBUG_INFO_FULL) {
        diagnosis_add(diagnosis, LEVEL_OK, "symbols", "%s has names and lines", name);
        return;
    }
    diagnosis_add(diagnosis, LEVEL_WARN, "symbols", "%s %s", name, lacks[result]);
    advise_debug_files(names, &names->program, 1, diagnosis);
}

static struct phrase list_names(const struct names *names)
{
    struct phrase list = {""};
    for (size_t i = 0; i < names->lacking_count && i < NAMED_MOST; i++)
        list = words_format("%s%s%s", list.s, i ? ", " : "",
                            words_cut(words_file_name(names->lacking[i]->path), 40).s);
    return names->lacking_count > NAMED_MOST ? words_format("%s, …", list.s) : list;
}

/* Of libraries the exported names are mostly enough: what calls them is the program's. */
static void add_libraries(const struct names *names, struct diagnosis *diagnosis)
{
    if (!names->library_count)
        return;
    if (!names->lacking_count) {
        diagnosis_add(diagnosis, LEVEL_OK, "symbols", "all %zu libraries have names and lines",
                      names->library_count);
        return;
    }
    diagnosis_add(diagnosis, LEVEL_OK, "symbols",
                  "%zu of %zu libraries have no lines, only names that they export (%s)",
                  names->lacking_count, names->library_count, list_names(names).s);
    advise_debug_files(names, names->lacking, names->lacking_count, diagnosis);
}

static void check_deleted(const struct patient *patient, struct diagnosis *diagnosis)
{
    struct phrase list = {""};
    for (size_t i = 0; i < patient->files.count; i++)
        if (patient->files.file[i].deleted && patient->files.file[i].has_code)
            list = words_format("%s%s%s", words_cut(list.s, 200).s, *list.s ? ", " : "",
                                words_cut(words_file_name(patient->files.file[i].path), 40).s);
    if (!*list.s)
        return;
    diagnosis_add(diagnosis, LEVEL_WARN, "symbols", "replaced or removed since it started: %s",
                  list.s);
    diagnosis_advise(diagnosis, "restart it; else stacks have only the names that a dump brings");
}

static void sort_out(const struct patient *patient, struct names *names)
{
    for (size_t i = 0; i < patient->files.count; i++) {
        const struct mapped_file *file = &patient->files.file[i];
        if (!file->has_code || file->deleted)
            continue;
        if (!strcmp(file->path, patient->target.program)) {
            names->program = file;
        } else if (strcmp(words_file_name(file->path), TARGET_LIBRARY)) {
            names->library_count++;
            if (look_at(names, file->path) != DEBUG_INFO_FULL)
                names->lacking[names->lacking_count++] = file;
        }
    }
}

void doctor_names(const struct patient *patient, struct diagnosis *diagnosis)
{
    struct names names = {{""}, .lacking = allocate(patient->files.count, sizeof(void *))};
    names_from_apply(&(struct names_from){0});
    if (patient->own_mounts)
        names.root = words_format("/proc/%d/root", (int)patient->target.task);
    sort_out(patient, &names);
    if (names.program)
        check_program(&names, diagnosis);
    add_libraries(&names, diagnosis);
    check_deleted(patient, diagnosis);
    free(names.lacking);
}
