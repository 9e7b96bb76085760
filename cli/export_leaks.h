/* The rows of `leaks` for programs that show findings one by one: a sentence, a place, a cycle. */
#ifndef CAULK_EXPORT_LEAKS_H
#define CAULK_EXPORT_LEAKS_H

#include "cli/opened.h"
#include "cli/words.h"

/* A leak and what goes with it. */
struct export_leak {
    const struct leak *leak;
    const struct shape *shape; /* of a lost cycle that its blocks are in, or NULL */
    const char *closing;       /* the pointer that would open it, or NULL */
    struct call_stack stack;   /* at least one frame */
};

/* Called for each leak, worst first. */
typedef void export_leak_fn(void *context, const struct export_leak *leak);
void export_leaks_each(const struct opened *opened, export_leak_fn *take, void *context);

/* "5 blocks, 3.01 KiB lost in a cycle (session_open() ⇄ filesystem_open()), and 8 blocks, 128 KiB
 * that only they hold; filesystem_open() +0x10 → session_open() closes it". */
struct phrase export_leak_text(const struct opened *opened, const struct export_leak *leak);

/* What allocated it: "session_open() session.c:22". */
struct phrase export_leak_place(const struct opened *opened, const struct export_leak *leak);

#endif
