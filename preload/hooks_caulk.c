/*
 * The tracker's side of caulk.h. What is said about an address where no live block starts is
 * ignored: it would never be forgotten again.
 */
#include <stddef.h>
#include <stdint.h>

#include "preload/annotations.h"
#include "preload/block_table.h"
#include "preload/capture.h"
#include "preload/export.h"
#include "preload/pending.h"
#include "preload/recorder.h"
#include "preload/snapshot_request.h"
#include "preload/thread.h"
#include "preload/tracker.h"

EXPORT int caulk_tracker_dump(const char *path);
EXPORT void caulk_tracker_own(const void *owner, const void *block);
EXPORT void caulk_tracker_disown(const void *owner, const void *block);
EXPORT void caulk_tracker_label(const void *block, const char *type);
EXPORT void caulk_tracker_ignore(const void *block);
EXPORT void caulk_tracker_root(const void *start, size_t bytes);
EXPORT void caulk_tracker_unroot(const void *start);
EXPORT void caulk_tracker_allocated(const void *block, size_t bytes);
EXPORT void caulk_tracker_freed(const void *block);

EXPORT int caulk_tracker_dump(const char *path)
{
    return snapshot_now(path);
}

static bool is_block(const void *block)
{
    struct block known;
    return block_table_find(&tracker.blocks, (uintptr_t)block, &known) ||
           (annotations_any() && annotations_find(ANNOTATION_CUSTOM, (uintptr_t)block));
}

static void say(const struct annotation *annotation)
{
    if (!annotations_add(annotation))
        tracker_fail("no memory for what the program says through caulk.h");
}

static void take_back(enum annotation_kind kind, const void *address, const void *other)
{
    struct annotation said;
    if (!tracker_on())
        return;
    uintptr_t outer = thread_enter();
    annotations_remove(kind, (uintptr_t)address, (uintptr_t)other, &said);
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT void caulk_tracker_own(const void *owner, const void *block)
{
    if (!tracker_on())
        return;
    uintptr_t outer = thread_enter();
    if (is_block(owner) && is_block(block))
        say(&(struct annotation){
            .kind = ANNOTATION_OWN, .address = (uintptr_t)owner, .other = (uintptr_t)block});
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT void caulk_tracker_disown(const void *owner, const void *block)
{
    take_back(ANNOTATION_OWN, owner, block);
}

EXPORT void caulk_tracker_label(const void *block, const char *type)
{
    if (!tracker_on() || !type)
        return;
    uintptr_t outer = thread_enter();
    if (is_block(block))
        say(&(struct annotation){
            .kind = ANNOTATION_LABEL, .address = (uintptr_t)block, .text = type});
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT void caulk_tracker_ignore(const void *block)
{
    if (!tracker_on())
        return;
    uintptr_t outer = thread_enter();
    if (is_block(block))
        say(&(struct annotation){.kind = ANNOTATION_IGNORE, .address = (uintptr_t)block});
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT void caulk_tracker_root(const void *start, size_t bytes)
{
    if (!tracker_on() || bytes == 0)
        return;
    uintptr_t outer = thread_enter();
    say(&(struct annotation){.kind = ANNOTATION_ROOT, .address = (uintptr_t)start, .bytes = bytes});
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT void caulk_tracker_unroot(const void *start)
{
    take_back(ANNOTATION_ROOT, start, NULL);
}

/* Memory that was freed before and is handed out again counts again. */
static void reuse(uintptr_t block, size_t bytes)
{
    struct annotation freed;
    if (annotations_any() && annotations_remove(ANNOTATION_FREED, block, 0, &freed) &&
        freed.bytes > bytes)
        say(&(struct annotation){
            .kind = ANNOTATION_FREED, .address = block + bytes, .bytes = freed.bytes - bytes});
}

EXPORT void caulk_tracker_allocated(const void *block, size_t bytes)
{
    if (!tracker_on() || !block)
        return;
    const struct capture_start start = capture_here();
    uintptr_t outer = thread_enter();
    reuse((uintptr_t)block, bytes);
    say(&(struct annotation){.kind = ANNOTATION_CUSTOM,
                             .address = (uintptr_t)block,
                             .bytes = bytes,
                             .stack = recorder_site(&start, bytes),
                             .birth = tracker_tick()});
    thread_leave(outer);
    pending_check(NULL);
}

EXPORT void caulk_tracker_freed(const void *block)
{
    struct annotation freed;
    if (!tracker_on() || !annotations_any())
        return;
    uintptr_t outer = thread_enter();
    if (annotations_remove(ANNOTATION_CUSTOM, (uintptr_t)block, 0, &freed)) {
        annotations_forget(freed.address, freed.bytes);
        say(&(struct annotation){
            .kind = ANNOTATION_FREED, .address = freed.address, .bytes = freed.bytes});
    }
    thread_leave(outer);
    pending_check(NULL);
}
