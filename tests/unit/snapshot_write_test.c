/* Real memory of this very process → a dump written by a forked child → the reader. */
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

#include "libcaulk/dump.h"
#include "preload/allocator.h"
#include "preload/annotations.h"
#include "preload/snapshot.h"
#include "preload/tracker.h"

#define PAGE 4096u
#define TICK 1000

static uint32_t site;
static _Atomic uint64_t pause_ns = 1;

static int start(void **state)
{
    (void)state;
    tracker_start(environ);
    site = stack_table_intern(&tracker.stacks, stack_table_intern(&tracker.stacks, 0, 0x1000),
                              (uintptr_t)&start);
    return tracker_on() ? 0 : -1;
}

static void *track(void *block, size_t bytes)
{
    struct block record = {
        .address = (uintptr_t)block,
        .bytes = bytes,
        .stack = site,
        .birth = 7,
    };
    assert_true(block_table_insert(&tracker.blocks, &record));
    return block;
}

static void *tracked(size_t bytes)
{
    return track(calloc(1, bytes), bytes);
}

static void drop(void *block)
{
    struct block gone;
    assert_true(block_table_remove(&tracker.blocks, (uintptr_t)block, &gone));
    free(block);
}

static struct snapshot_thread this_thread(void)
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

static int write_in_child(const struct snapshot *snapshot, int fd)
{
    struct snapshot_result result;
    const char *what = "?";
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    int error = snapshot_write(snapshot, fd, proc, &result, &what);
    if (error)
        fprintf(stderr, "%s: %s\n", what, strerror(error));
    return error;
}

static struct dump *take_dump_of(struct snapshot_thread *thread)
{
    static const uint64_t kernel_words[] = {0};
    struct snapshot snapshot = {
        .sequence = 1,
        .tick = TICK,
        .pid = getpid(),
        .threads = thread,
        .thread_count = 1,
        .kernel_words = kernel_words,
        .pause_ns = &pause_ns,
    };
    char path[64];
    int fd = memfd_create("dump", 0), status;
    assert_true(fd >= 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    pid_t child = fork();
    if (child == 0)
        _exit(write_in_child(&snapshot, fd));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    struct dump *dump = NULL;
    struct error error;
    if (!dump_open(path, &dump, &error))
        fail_msg("%s", error.message);
    close(fd);
    return dump;
}

static struct dump *take_dump(void)
{
    struct snapshot_thread thread = this_thread();
    return take_dump_of(&thread);
}

/* References to the block from roots of a kind: with an exact pointer, or any. */
static unsigned references(const struct dump *dump, const void *block, enum root_kind kind)
{
    unsigned count = 0;
    for (uint32_t r = 0; r < dump->root_count; r++)
        for (uint64_t i = dump->refs.begin[r]; i < dump->refs.begin[r + 1]; i++)
            count += dump->roots[r].kind == kind &&
                     dump->block_address[dump->refs.target[i]] == (uintptr_t)block;
    return count;
}

static unsigned all_references(const struct dump *dump, const void *block)
{
    unsigned count = 0;
    for (int kind = 0; kind < ROOT_KIND_END; kind++)
        count += references(dump, block, (enum root_kind)kind);
    return count;
}

static uint32_t number_of(const struct dump *dump, const void *block)
{
    uint32_t number;
    assert_true(dump_find_block(dump, (uintptr_t)block, &number));
    return number;
}

/* A pointer that no scan sees. */
static void *hide(void *block)
{
    return (void *)~(uintptr_t)block;
}

static void *global;
static __thread void *local;

static void test_blocks_and_their_stacks(void **state)
{
    (void)state;
    char *block = tracked(100);
    struct dump *dump = take_dump();
    uint32_t number = number_of(dump, block);
    assert_int_equal(dump->block_bytes[number], 100);
    assert_int_equal(dump->block_birth[number], 7);
    uint32_t stack = dump->block_stack[number];
    assert_int_equal(dump->stack_pc[stack], (uintptr_t)&start);
    assert_int_equal(dump->stack_pc[dump->stack_parent[stack]], 0x1000);
    assert_int_equal(dump->process.pid, getpid());
    assert_false(dump->process.partial_roots || dump->process.no_proc);
    dump_close(dump);
    drop(block);
}

static void test_edges(void **state)
{
    (void)state;
    void **from = tracked(64), *to = tracked(40);
    from[0] = to;
    from[3] = (char *)to + 8;
    from[5] = (char *)from + 16; /* into itself: no edge */
    from[6] = from;              /* to itself: an edge */
    from[7] = (char *)to + 40;   /* past the end: none */
    struct dump *dump = take_dump();
    uint32_t source = number_of(dump, from), target = number_of(dump, to);
    uint64_t first = dump->edges.begin[source];
    assert_int_equal(dump->edges.begin[source + 1] - first, 3);
    assert_int_equal(dump->edges.target[first], target);
    assert_int_equal(dump->edges.source_words[first], 0);
    assert_int_equal(dump->edges.target_offset[first], 0);
    assert_int_equal(dump->edges.target[first + 1], target);
    assert_int_equal(dump->edges.source_words[first + 1], 3);
    assert_int_equal(dump->edges.target_offset[first + 1], 8);
    assert_int_equal(dump->edges.target[first + 2], source);
    dump_close(dump);
    drop(from), drop(to);
}

static void test_kinds_of_roots(void **state)
{
    (void)state;
    void *volatile on_stack = tracked(32);
    void **mapping = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void **shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    void *in_mapping = hide(tracked(32)), *in_shared = hide(tracked(32));
    global = tracked(32);
    local = tracked(32);
    mapping[7] = hide(in_mapping);
    shared[7] = hide(in_shared);
    struct dump *dump = take_dump();
    assert_true(references(dump, on_stack, ROOT_STACK) > 0);
    assert_int_equal(references(dump, global, ROOT_GLOBAL), 1);
    assert_true(references(dump, local, ROOT_TLS) > 0);
    assert_int_equal(references(dump, mapping[7], ROOT_MAPPING), 1);
    assert_int_equal(references(dump, shared[7], ROOT_MAPPING), 1);
    dump_close(dump);
    drop(on_stack), drop(global), drop(local);
    drop(mapping[7]), drop(shared[7]);
    munmap(mapping, PAGE), munmap(shared, PAGE);
}

/* Memory that was writable once: read-only now, or closed altogether. */
static void test_memory_that_was_writable(void **state)
{
    (void)state;
    void **pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    void *first = hide(tracked(32)), *second = hide(tracked(32));
    pages[1] = hide(first);
    pages[PAGE / sizeof(*pages)] = hide(second);
    mprotect(pages, PAGE, PROT_READ);
    mprotect((char *)pages + PAGE, PAGE, PROT_NONE);
    struct dump *dump = take_dump();
    assert_int_equal(references(dump, hide(first), ROOT_MAPPING), 1);
    assert_int_equal(references(dump, hide(second), ROOT_MAPPING), 1);
    dump_close(dump);
    drop(hide(first)), drop(hide(second));
    munmap(pages, 2 * PAGE);
}

/* What malloc keeps of freed blocks points to living ones, and counts for nothing. */
static void test_freed_memory_is_no_root(void **state)
{
    (void)state;
    if (!allocator_below()->is_glibc)
        skip(); /* a sanitizer's */
    void *lost = hide(tracked(48));
    for (size_t bytes = 32; bytes <= 8192; bytes *= 2) {
        void **stale = malloc(bytes);
        for (size_t i = 0; i < bytes / sizeof(*stale); i++)
            stale[i] = hide(lost);
        free(stale);
    }
    struct dump *dump = take_dump();
    void *block = hide(lost);
    assert_int_equal(all_references(dump, block) - references(dump, block, ROOT_STACK), 0);
    dump_close(dump);
    drop(block);
}

static void annotate(enum annotation_kind kind, void *address, size_t bytes, void *other)
{
    struct annotation annotation = {
        .kind = kind,
        .address = (uintptr_t)address,
        .other = (uintptr_t)other,
        .bytes = bytes,
        .text = "name",
    };
    assert_true(annotations_add(&annotation));
}

static void test_pools(void **state)
{
    (void)state;
    void **pool = tracked(256), *target = tracked(16);
    void **inner = pool + 4;
    pool[1] = target;  /* the pool's own */
    inner[1] = target; /* the inner block's */
    pool[20] = target; /* freed by the custom allocator */
    annotate(ANNOTATION_CUSTOM, inner, 64, NULL);
    annotate(ANNOTATION_FREED, pool + 16, 64, NULL);
    annotate(ANNOTATION_LABEL, target, 0, NULL);
    annotate(ANNOTATION_OWN, target, 0, inner);
    struct dump *dump = take_dump();
    uint32_t outside = number_of(dump, pool), inside = outside + 1;
    assert_int_equal(dump->block_address[inside], (uintptr_t)inner);
    assert_true(dump->block_flags[outside] & BLOCK_POOL);
    assert_true(dump->block_flags[inside] & BLOCK_CUSTOM);
    assert_int_equal(dump->edges.begin[outside + 1] - dump->edges.begin[outside], 1);
    assert_int_equal(dump->edges.begin[inside + 1] - dump->edges.begin[inside], 1);
    assert_int_equal(dump->declared_count, 2);
    assert_string_equal(dump->block_label[number_of(dump, target)], "name");
    dump_close(dump);
    annotations_forget((uintptr_t)pool, 256);
    annotations_forget((uintptr_t)target, 16);
    drop(pool), drop(target);
}

/* The first object lies where the pool does, and takes its place; the others are not lost by it. */
static void test_pool_without_a_header(void **state)
{
    (void)state;
    char *pool = tracked(256);
    annotate(ANNOTATION_CUSTOM, pool, 64, NULL);
    annotate(ANNOTATION_CUSTOM, pool + 64, 64, NULL);
    struct dump *dump = take_dump();
    uint32_t first = number_of(dump, pool);
    assert_int_equal(dump->block_bytes[first], 64);
    assert_int_equal(dump->block_address[first + 1], (uintptr_t)pool + 64);
    assert_true(dump->block_flags[first] & dump->block_flags[first + 1] & BLOCK_CUSTOM);
    dump_close(dump);
    annotations_forget((uintptr_t)pool, 256);
    drop(pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks_and_their_stacks),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_kinds_of_roots),
        cmocka_unit_test(test_memory_that_was_writable),
        cmocka_unit_test(test_freed_memory_is_no_root),
        cmocka_unit_test(test_pools),
        cmocka_unit_test(test_pool_without_a_header),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
