/*
 * For the tracker's checked build (make CHECKED=1): stands between the tracker and capture_site(),
 * to which the linker leads all calls of it (--wrap). Whatever comes out of the thread's memory of
 * stacks, by memo or by join, is compared frame by frame with a walk that remembers nothing. A
 * difference is written out whole on standard error and ends the program with SIGABRT.
 *
 * At the program's end CAULK_ORACLE_LOG gets a line as the oracle writes it, with how many there
 * were.
 */
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "preload/capture.h"
#include "preload/plain_text.h"
#include "preload/raw_io.h"
#include "preload/tracker.h"

uint32_t __real_capture_site(const struct capture_start *start, unsigned depth);
uint32_t __wrap_capture_site(const struct capture_start *start, unsigned depth);

static atomic_ulong compared, frames;

/* The node's stack is these frames and no others. */
static bool is_stack(uint32_t node, const uintptr_t *pcs, unsigned count)
{
    uintptr_t pc;
    for (unsigned i = 0; i < count; i++)
        if (!stack_table_node(&tracker.stacks, node, &node, &pc) || pc != pcs[i])
            return false;
    return node == 0;
}

static void write_text(int fd, const char *text, size_t length)
{
    if (raw_write(fd, text, length) < 0)
        abort();
}

static void write_stacks(uint32_t node, const uintptr_t *pcs, unsigned count)
{
    char line[128];
    write_text(STDERR_FILENO, "checked: mismatch: remembered, walked\n", 38);
    for (unsigned i = 0; node || i < count; i++) {
        uintptr_t pc = 0;
        if (node && !stack_table_node(&tracker.stacks, node, &node, &pc))
            node = 0;
        write_text(STDERR_FILENO, line,
                   text_format(line, sizeof(line), "  %lx %lx\n", pc, i < count ? pcs[i] : 0));
    }
}

/* Node 0 is a stack for which there was no memory. */
uint32_t __wrap_capture_site(const struct capture_start *start, unsigned depth)
{
    uintptr_t pcs[CAPTURE_DEPTH_MAX];
    uint32_t node = __real_capture_site(start, depth);
    if (!node)
        return 0;
    unsigned count = capture_stack(start, depth, pcs);
    if (!is_stack(node, pcs, count)) {
        write_stacks(node, pcs, count);
        signal(SIGABRT, SIG_DFL);
        abort();
    }
    atomic_fetch_add_explicit(&compared, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&frames, count, memory_order_relaxed);
    return node;
}

__attribute__((destructor)) static void end(void)
{
    char line[256];
    const char *path = getenv("CAULK_ORACLE_LOG");
    int log = path ? raw_openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND, 0666) : -1;
    if (log < 0)
        return;
    write_text(log, line,
               text_format(line, sizeof(line),
                           "checked: %d: %lu compared, %lu frames, %u nodes, 0 mismatches\n",
                           getpid(), compared, frames, stack_table_count(&tracker.stacks)));
    raw_close(log);
}
