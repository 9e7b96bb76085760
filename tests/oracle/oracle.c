/*
 * The oracle: a library to preload into any program. Every allocation's stack is captured, so that
 * the capture's memory of earlier stacks works as in the tracker, and every Nth is compared frame
 * by frame: the plain walk, the remembered stack, the full interpreter, and libunwind.
 *
 *   CAULK_ORACLE_LOG=log CAULK_ORACLE_EVERY=100 LD_PRELOAD=build/oracle.so python3 -c ...
 *
 * It ends with one line at the end of CAULK_ORACLE_LOG: captures compared, frames in them, distinct
 * stack nodes, mismatches. The first few mismatches are written out whole.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/capture.h"
#include "preload/stack_table.h"
#include "preload/unwind_full.h"
#include "tests/oracle/libunwind_walk.h"

#define DEPTH 64
#define MISMATCHES_SHOWN 5
#define EVERY_DEFAULT 100
#define EXPORTED __attribute__((visibility("default")))

enum way { PLAIN, REMEMBERED, FULL, ORACLE, WAYS };

struct comparison {
    unsigned count[WAYS];
    uintptr_t pcs[WAYS][DEPTH];
};

/* The program's own, or libc's. */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*dlopen)(const char *, int);
    int (*dlclose)(void *);
} below;

static struct stack_table table;
static bool ready;
static unsigned long every = EVERY_DEFAULT;
static char log_path[4096];
static atomic_ulong calls, compared, frames, mismatches;
static __thread bool inside;

static unsigned expand(uint32_t node, uintptr_t *ret_pcs)
{
    unsigned count = 0;
    while (node && count < DEPTH && stack_table_node(&table, node, &node, &ret_pcs[count]))
        count++;
    return count;
}

static bool agree(const struct comparison *c)
{
    for (unsigned way = 0; way < WAYS; way++)
        if (c->count[way] != c->count[ORACLE] ||
            memcmp(c->pcs[way], c->pcs[ORACLE], c->count[ORACLE] * sizeof(uintptr_t)) != 0)
            return false;
    return true;
}

static void write_log(const char *text, int length)
{
    int log =
        log_path[0] ? open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : dup(2);
    if (log >= 0 && length > 0 && write(log, text, (size_t)length) < 0)
        abort();
    close(log);
}

static void show(const struct comparison *c)
{
    char line[256];
    write_log(line,
              snprintf(line, sizeof(line),
                       "oracle: %d: mismatch: plain, remembered, full, libunwind\n", getpid()));
    for (unsigned i = 0; i < DEPTH; i++) {
        uintptr_t pcs[WAYS];
        for (unsigned way = 0; way < WAYS; way++)
            pcs[way] = i < c->count[way] ? c->pcs[way][i] : 0;
        if (pcs[PLAIN] || pcs[REMEMBERED] || pcs[FULL] || pcs[ORACLE])
            write_log(line, snprintf(line, sizeof(line), "  %14lx %14lx %14lx %14lx\n", pcs[PLAIN],
                                     pcs[REMEMBERED], pcs[FULL], pcs[ORACLE]));
    }
}

static void compare(const struct capture_start *start)
{
    struct comparison c;
    struct stack_reader reader = {0};
    c.count[PLAIN] = capture_stack(start, DEPTH, c.pcs[PLAIN]);
    c.count[REMEMBERED] = expand(capture_site(start, DEPTH), c.pcs[REMEMBERED]);
    c.count[FULL] = unwind_full(start, DEPTH, &reader, c.pcs[FULL]);
    c.count[ORACLE] = libunwind_walk(start, DEPTH, c.pcs[ORACLE]);
    compared++;
    frames += c.count[ORACLE];
    if (!agree(&c) && mismatches++ < MISMATCHES_SHOWN)
        show(&c);
}

/* In the constructor, or for the first allocation before it. In this glibc dlsym allocates only
 * where it fails. */
static void find_below(void)
{
    below.calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
    below.realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
    below.dlopen = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
    below.dlclose = (int (*)(void *))dlsym(RTLD_NEXT, "dlclose");
    below.malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
}

__attribute__((noinline)) static void look(const struct capture_start *start)
{
    if (!below.malloc)
        find_below();
    if (inside || !ready)
        return;
    inside = true;
    if (atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed) % every == 0)
        compare(start);
    else
        capture_site(start, DEPTH);
    inside = false;
}

EXPORTED void *malloc(size_t bytes)
{
    struct capture_start start = capture_here();
    look(&start);
    return below.malloc(bytes);
}

EXPORTED void *calloc(size_t count, size_t bytes)
{
    struct capture_start start = capture_here();
    look(&start);
    return below.calloc(count, bytes);
}

EXPORTED void *realloc(void *block, size_t bytes)
{
    struct capture_start start = capture_here();
    look(&start);
    return below.realloc(block, bytes);
}

EXPORTED void *dlopen(const char *file, int mode)
{
    capture_load_begin();
    void *handle = below.dlopen(file, mode);
    capture_load_end();
    return handle;
}

EXPORTED int dlclose(void *handle)
{
    capture_unload_begin();
    int result = below.dlclose(handle);
    capture_unload_end();
    libunwind_forget();
    return result;
}

__attribute__((constructor)) static void begin(void)
{
    const char *number = getenv("CAULK_ORACLE_EVERY"), *path = getenv("CAULK_ORACLE_LOG");
    if (number && atol(number) > 0)
        every = (unsigned long)atol(number);
    snprintf(log_path, sizeof(log_path), "%s", path ? path : "");
    find_below();
    capture_init(&table);
    ready = stack_table_init(&table);
}

__attribute__((destructor)) static void end(void)
{
    char line[256];
    inside = true;
    write_log(line, snprintf(line, sizeof(line),
                             "oracle: %d: %lu compared, %lu frames, %u nodes, %lu mismatches\n",
                             getpid(), compared, frames, stack_table_count(&table), mismatches));
}
