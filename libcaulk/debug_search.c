/* Folders are laid out as GDB has them: FOLDER/.build-id/ab/cdef….debug. */
#include "libcaulk/debug_search.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libcaulk/memory.h"

#define USUAL_FOLDER "/usr/lib/debug"
#define DELETED " (deleted)" /* as the kernel says it in maps */

static const char *sysroot_of(const struct debug_search *search)
{
    return search->sysroot ? search->sysroot : "";
}

/* The folders of debug files alone, the user's own first. */
static char *debug_folders(const struct debug_search *search)
{
    const char *own = search->debug_folders ? search->debug_folders : "";
    const char *parted = *own ? ":" : "";
    if (!search->sysroot)
        return format_text("%s%s%s", own, parted, USUAL_FOLDER);
    return format_text("%s%s%s%s:%s", own, parted, search->sysroot, USUAL_FOLDER, USUAL_FOLDER);
}

char *debug_search_folders(const struct debug_search *search)
{
    char *folders = debug_folders(search);
    /* the file's own folder, and .debug in it */
    char *all = format_text(":.debug:%s", folders);
    free(folders);
    return all;
}

char *debug_search_path(const struct debug_search *search, const char *path)
{
    char *there = format_text("%s%s", sysroot_of(search), path);
    size_t length = strlen(path), tail = strlen(DELETED);
    if (length > tail && !strcmp(path + length - tail, DELETED) && access(there, F_OK) != 0)
        there[strlen(there) - tail] = '\0';
    return there;
}

char *debug_search_build_id(const struct debug_search *search, const char *build_id)
{
    char *found = NULL, *rest, *folders = debug_folders(search);
    if (strlen(build_id) <= 2)
        folders[0] = '\0';
    for (char *folder = strtok_r(folders, ":", &rest); folder && !found;
         folder = strtok_r(NULL, ":", &rest)) {
        found = format_text("%s/.build-id/%.2s/%s.debug", folder, build_id, build_id + 2);
        if (access(found, R_OK) != 0) {
            free(found);
            found = NULL;
        }
    }
    free(folders);
    return found;
}
