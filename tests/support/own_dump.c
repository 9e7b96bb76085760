#include "tests/support/own_dump.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/tracker.h"

static uint32_t site;

uintptr_t own_dump_site(void)
{
    return (uintptr_t)&own_dump_start;
}

int own_dump_start(void **state)
{
    (void)state;
    tracker_start(environ);
    site = stack_table_intern(
        &tracker.stacks, stack_table_intern(&tracker.stacks, 0, OWN_DUMP_CALLER), own_dump_site());
    return tracker_on() ? 0 : -1;
}

void *track(void *block, size_t bytes)
{
    struct block record = {
        .address = (uintptr_t)block,
        .bytes = bytes,
        .stack = site,
        .birth = OWN_DUMP_BIRTH,
    };
    assert_true(block_table_insert(&tracker.blocks, &record));
    return block;
}

void *tracked(size_t bytes)
{
    return track(calloc(1, bytes), bytes);
}

void drop(void *block)
{
    struct block gone;
    assert_true(block_table_remove(&tracker.blocks, (uintptr_t)block, &gone));
    free(block);
}

struct snapshot_thread this_thread(void)
{
    struct snapshot_thread thread = {.tid = gettid(), .name = "tester"};
    pthread_attr_t attributes;
    void *stack;
    size_t bytes;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &stack, &bytes);
    pthread_attr_destroy(&attributes);
    thread.sp = (uintptr_t)__builtin_frame_address(0);
    thread.stack_start = (uintptr_t)stack;
    thread.stack_end = (uintptr_t)stack + bytes;
    thread.tcb = (uintptr_t)pthread_self();
    return thread;
}

static bool proc_hidden;

static int write_in_child(const struct snapshot *snapshot, int fd)
{
    struct snapshot_result result;
    const char *what = "?";
    int proc = proc_hidden ? -1 : open("/proc/self", O_RDONLY | O_DIRECTORY);
    int error = snapshot_write(snapshot, fd, proc, &result, &what);
    if (error)
        fprintf(stderr, "%s: %s\n", what, strerror(error));
    return error;
}

/* Returns the file. */
static int write_dump(struct snapshot_thread *thread, bool only_lost)
{
    static const uint64_t kernel_words[] = {0};
    struct snapshot snapshot = {
        .sequence = 1,
        .tick = OWN_DUMP_TICK,
        .uptime_ns = OWN_DUMP_TICK * TICK_NS,
        .only_lost = only_lost,
        .pid = getpid(),
        .threads = thread,
        .thread_count = 1,
        .kernel_words = kernel_words,
        .pause_ns = 1,
    };
    int fd = memfd_create("dump", 0), status;
    assert_true(fd >= 0);
    pid_t child = fork();
    if (child == 0)
        _exit(write_in_child(&snapshot, fd));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    return fd;
}

/* Closes the file. */
static struct dump *read_dump(int fd)
{
    char path[64];
    struct dump *dump = NULL;
    struct error error;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    if (!dump_open(path, &dump, &error))
        fail_msg("%s", error.message);
    close(fd);
    return dump;
}

struct dump *take_dump_of(struct snapshot_thread *thread)
{
    return read_dump(write_dump(thread, false));
}

struct dump *take_dump(void)
{
    struct snapshot_thread thread = this_thread();
    return take_dump_of(&thread);
}

unsigned references(const struct dump *dump, const void *block, enum root_kind kind)
{
    unsigned count = 0;
    for (uint32_t r = 0; r < dump->root_count; r++)
        for (uint64_t i = dump->refs.begin[r]; i < dump->refs.begin[r + 1]; i++)
            count += dump->roots[r].kind == kind &&
                     dump->block_address[dump->refs.target[i]] == (uintptr_t)block;
    return count;
}

unsigned all_references(const struct dump *dump, const void *block)
{
    unsigned count = 0;
    for (int kind = 0; kind < ROOT_KIND_END; kind++)
        count += references(dump, block, (enum root_kind)kind);
    return count;
}

uint32_t number_of(const struct dump *dump, const void *block)
{
    uint32_t number;
    assert_true(dump_find_block(dump, (uintptr_t)block, &number));
    return number;
}

void *hide(void *block)
{
    return (void *)~(uintptr_t)block;
}

struct dump *take_dump_without_proc(void)
{
    proc_hidden = true;
    struct dump *dump = take_dump();
    proc_hidden = false;
    return dump;
}

struct dump *take_dump_of_lost(void)
{
    struct snapshot_thread thread = this_thread();
    return read_dump(write_dump(&thread, true));
}

void take_both_dumps(struct dump **ret_full, struct dump **ret_lost)
{
    struct snapshot_thread thread = this_thread();
    int files[2];
    for (int i = 0; i < 2; i++) /* both from one place: the stack looks the same to both */
        files[i] = write_dump(&thread, i == 1);
    *ret_full = read_dump(files[0]);
    *ret_lost = read_dump(files[1]);
}
