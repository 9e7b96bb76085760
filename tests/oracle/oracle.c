/*
 * The oracle: a library to preload into any program, which captures every Nth allocation's stack
 * twice, by our own capture and by libunwind's stepwise unwinder, and compares them frame by frame.
 * It ends with one line on CAULK_ORACLE_LOG (a file to append to): captures compared, frames in
 * them, mismatches. The first mismatches are written out whole.
 *
 *   CAULK_ORACLE_LOG=log CAULK_ORACLE_EVERY=100 LD_PRELOAD=build/oracle.so python3 -c ...
 *
 * libunwind is slow here and takes locks, which a test may; the tracker never loads it.
 */
#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "preload/capture.h"
#include "preload/stack_table.h"

#define DEPTH 64
#define OWN_FRAMES 8 /* of the oracle, before the program's first */
#define MISMATCHES_SHOWN 5

struct comparison {
    unsigned own_count, oracle_count;
    uintptr_t own[DEPTH], site[DEPTH], oracle[DEPTH];
    unsigned site_count;
};

void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);

static struct stack_table table;
static unsigned every = 100;
static atomic_ulong calls, compared, frames, mismatches;
static __thread bool inside;

static unsigned ask_oracle(const struct capture_start *start, uintptr_t *ret_pcs)
{
    unw_context_t context;
    unw_cursor_t cursor;
    unw_word_t pc, sp;
    unsigned count = 0;
    bool interrupted = false;
    unw_getcontext(&context);
    unw_init_local(&cursor, &context);
    for (unsigned i = 0; i < DEPTH + OWN_FRAMES; i++) {
        unw_get_reg(&cursor, UNW_REG_IP, &pc);
        unw_get_reg(&cursor, UNW_REG_SP, &sp);
        bool signal = unw_is_signal_frame(&cursor) > 0;
        if (count < DEPTH && pc && (count || (pc == start->pc && sp == start->sp)))
            ret_pcs[count++] = pc + (interrupted || signal);
        interrupted = signal;
        if (unw_step(&cursor) <= 0)
            break;
    }
    return count;
}

static unsigned expand(uint32_t node, uintptr_t *ret_pcs)
{
    unsigned count = 0;
    while (node && count < DEPTH && stack_table_node(&table, node, &node, &ret_pcs[count]))
        count++;
    return count;
}

static bool agree(const struct comparison *c)
{
    return c->own_count == c->oracle_count && c->site_count == c->own_count &&
           !memcmp(c->own, c->oracle, c->own_count * sizeof(c->own[0])) &&
           !memcmp(c->own, c->site, c->own_count * sizeof(c->own[0]));
}

static void write_log(const char *text, int length)
{
    const char *path = getenv("CAULK_ORACLE_LOG");
    int log = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : dup(2);
    if (length > 0 && write(log, text, (size_t)length) < 0)
        abort();
    close(log);
}

static void show(const struct comparison *c)
{
    char line[256];
    write_log(line,
              snprintf(line, sizeof(line), "oracle: %d: mismatch: own %u, site %u, oracle %u\n",
                       getpid(), c->own_count, c->site_count, c->oracle_count));
    for (unsigned i = 0; i < c->own_count || i < c->oracle_count || i < c->site_count; i++)
        write_log(line,
                  snprintf(line, sizeof(line), "  %14lx %14lx %14lx\n",
                           i < c->own_count ? c->own[i] : 0, i < c->site_count ? c->site[i] : 0,
                           i < c->oracle_count ? c->oracle[i] : 0));
}

static void compare(const struct capture_start *start)
{
    struct comparison c;
    c.own_count = capture_stack(start, DEPTH, c.own);
    c.site_count = expand(capture_site(start, DEPTH), c.site);
    c.oracle_count = ask_oracle(start, c.oracle);
    compared++;
    frames += c.oracle_count;
    if (!agree(&c) && mismatches++ < MISMATCHES_SHOWN)
        show(&c);
}

/* Every call goes through the capture, so that its memory of earlier stacks is under test. */
__attribute__((noinline)) static void look(const struct capture_start *start)
{
    if (inside || !table.indexes[0])
        return;
    inside = true;
    if (atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed) % every == 0)
        compare(start);
    else
        capture_site(start, DEPTH);
    inside = false;
}

__attribute__((visibility("default"))) void *malloc(size_t bytes)
{
    struct capture_start start = capture_here();
    look(&start);
    return __libc_malloc(bytes);
}

__attribute__((visibility("default"))) void *calloc(size_t count, size_t bytes)
{
    struct capture_start start = capture_here();
    look(&start);
    return __libc_calloc(count, bytes);
}

__attribute__((visibility("default"))) void *realloc(void *block, size_t bytes)
{
    struct capture_start start = capture_here();
    look(&start);
    return __libc_realloc(block, bytes);
}

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("CAULK_ORACLE_EVERY");
    if (text && atoi(text) > 0)
        every = (unsigned)atoi(text);
    inside = true;
    capture_init(&table);
    stack_table_init(&table);
    inside = false;
}

__attribute__((destructor)) static void end(void)
{
    char line[200];
    inside = true;
    write_log(line, snprintf(line, sizeof(line),
                             "oracle: %d: %lu compared, %lu frames, %u nodes, %lu mismatches\n",
                             getpid(), compared, frames, stack_table_count(&table), mismatches));
}
