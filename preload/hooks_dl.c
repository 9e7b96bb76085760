/*
 * Code comes and goes. dlopen looks for a bare name where its caller's module says (RUNPATH), and
 * knows its caller by the return address: then it must be reached by a tail call, and what it loads
 * is noticed later. Where a path is given, the caller doesn't matter.
 */
#include <dlfcn.h>
#include <string.h>

#include "preload/brought.h"
#include "preload/capture.h"
#include "preload/deep.h"
#include "preload/export.h"
#include "preload/modules.h"
#include "preload/next.h"
#include "preload/python_frames.h"
#include "preload/tracker.h"

typedef void *open_function(const char *, int);

static open_function *next_dlopen;
static int (*next_dlclose)(void *);

__attribute__((noinline)) static void *open_and_note(const char *path, int mode)
{
    capture_load_begin();
    void *handle = NEXT(next_dlopen, "dlopen")(path, mode);
    capture_load_end();
    if (tracker_on())
        modules_refresh(tracker_tick());
    brought_relink();
    if (handle && tracker_on())
        python_frames_look(handle);
    if (mode & RTLD_DEEPBIND)
        deep_relink();
    return handle;
}

/* $ORIGIN and its like stand for the caller's folder. */
static bool depends_on_caller(const char *path)
{
    return path && (!strchr(path, '/') || strchr(path, '$'));
}

EXPORT void *dlopen(const char *path, int mode)
{
    open_function *open = depends_on_caller(path) ? NEXT(next_dlopen, "dlopen") : open_and_note;
    return open(path, mode);
}

/* What a tail-called dlopen loaded is noticed before it goes, too. */
EXPORT int dlclose(void *handle)
{
    if (tracker_on())
        modules_refresh(tracker_tick());
    capture_unload_begin();
    int error = NEXT(next_dlclose, "dlclose")(handle);
    capture_unload_end();
    if (tracker_on())
        modules_refresh(tracker_tick());
    return error;
}
