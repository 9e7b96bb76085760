/* glibc's real heap, seen from inside: what of it is taken for the allocator's, and what is not. */
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/allocator.h"
#include "preload/dump_modules.h"
#include "preload/fault_guard.h"
#include "preload/glibc_heap.h"
#include "preload/malloc_chunk.h"
#include "preload/tracker.h"
#include "tests/support/loaded_module.h"

static struct dump_job job;
static struct snapshot snapshot = {.tick = 1};

static int start(void **state)
{
    (void)state;
    tracker_start(environ);
    return tracker_on() ? 0 : -1;
}

static void *track(void *pointer)
{
    struct block block = {.address = (uintptr_t)pointer, .bytes = 1};
    assert_true(block_table_insert(&tracker.blocks, &block));
    return pointer;
}

static void drop(void *pointer)
{
    struct block gone;
    assert_true(block_table_remove(&tracker.blocks, (uintptr_t)pointer, &gone));
    free(pointer);
}

static void find_heap(void)
{
    job = (struct dump_job){.snapshot = &snapshot};
    assert_int_equal(fault_guard_init(), 0);
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    assert_int_equal(maps_read(proc, &job.maps), 0);
    close(proc);
    assert_true(dump_modules_number(&job));
    assert_true(glibc_heap_find(&job));
    ranges_settle(&job.allocator);
}

static bool is_allocators(uintptr_t address)
{
    return ranges_contain(&job.allocator, address);
}

static uintptr_t chunk_of(const void *block)
{
    return (uintptr_t)block - CHUNK_HEAD_BYTES;
}

static void test_between_blocks(void **state)
{
    (void)state;
    char *first = track(malloc(100)), *freed = malloc(3000), *second = track(malloc(100));
    uintptr_t hole = (uintptr_t)freed;
    free(freed);
    find_heap();
    assert_true(is_allocators(chunk_of(first)));
    assert_true(is_allocators((uintptr_t)first));
    assert_true(is_allocators(hole) && is_allocators(hole + 2999));
    assert_true(is_allocators((uintptr_t)second + 100));
    drop(first), drop(second);
}

static void test_main_arena_but_not_libc(void **state)
{
    (void)state;
    char *block = track(malloc(100));
    find_heap();
    unsigned inside = 0, outside = 0;
    const struct loaded_module *libc = loaded_module_at((uintptr_t)&strtol);
    for (uint32_t i = 0; i < libc->segment_count; i++)
        for (uintptr_t at = libc->segments[i].start; at < libc->segments[i].end; at += 8)
            *(is_allocators(at) ? &inside : &outside) += 8;
    assert_int_equal(inside, 2200); /* sizeof(struct malloc_state) */
    assert_true(outside > 100000);
    drop(block);
}

static void test_mmapped_block_is_all_of_its_mapping(void **state)
{
    (void)state;
    size_t bytes = 8u << 20;
    char *block = track(memalign(1u << 20, bytes));
    find_heap();
    assert_true(is_allocators((uintptr_t)block) && is_allocators((uintptr_t)block + bytes - 1));
    assert_true(is_allocators(chunk_of(block)));
    drop(block);
}

/* Memory of the program's own, which the kernel merges with malloc's mappings. */
static void test_neighbour_of_an_mmapped_block(void **state)
{
    (void)state;
    mallopt(M_MMAP_THRESHOLD, 1 << 20); /* or the free above raised it */
    char *block = track(malloc(4u << 20));
    char *below = mmap((void *)(chunk_of(block) - PAGE_BYTES), PAGE_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    find_heap();
    assert_true(is_allocators((uintptr_t)block));
    assert_false(is_allocators((uintptr_t)below));
    munmap(below, PAGE_BYTES);
    drop(block);
}

/* Somebody else calls sbrk between malloc's calls: a gap in the main arena. */
static void test_foreign_sbrk(void **state)
{
    (void)state;
    enum { COUNT = 300, FOREIGN_BYTES = 8192 };
    char *before = track(malloc(1000)), *after[COUNT];
    uint64_t *foreign = sbrk(FOREIGN_BYTES);
    for (size_t i = 0; i < FOREIGN_BYTES / sizeof(*foreign); i++)
        foreign[i] = 7 * i;
    for (size_t i = 0; i < COUNT; i++)
        after[i] = track(malloc(1000));
    find_heap();
    assert_true(is_allocators((uintptr_t)before));
    assert_false(is_allocators((uintptr_t)foreign + 64));
    assert_false(is_allocators((uintptr_t)foreign + FOREIGN_BYTES - 192));
    for (size_t i = 0; i < COUNT; i++) {
        assert_true(is_allocators((uintptr_t)after[i]) && is_allocators(chunk_of(after[i])));
        drop(after[i]);
    }
    drop(before);
}

struct other {
    pthread_barrier_t barrier;
    char *block;
    uintptr_t freed;
};

static void *allocate(void *argument)
{
    struct other *other = argument;
    other->block = malloc(200);
    char *freed = malloc(5000);
    other->freed = (uintptr_t)freed;
    free(freed);
    pthread_barrier_wait(&other->barrier);
    pthread_barrier_wait(&other->barrier);
    return NULL;
}

static void check_arena(bool with_block)
{
    struct other other;
    pthread_t thread;
    pthread_barrier_init(&other.barrier, NULL, 2);
    assert_int_equal(pthread_create(&thread, NULL, allocate, &other), 0);
    pthread_barrier_wait(&other.barrier);
    bool arena = chunk_is_of_arena(chunk_of(other.block));
    if (with_block)
        track(other.block);
    find_heap();
    bool found = is_allocators((uintptr_t)other.block) && is_allocators(other.freed);
    bool whole = is_allocators((uintptr_t)other.block & ~((64ul << 20) - 1));
    pthread_barrier_wait(&other.barrier);
    pthread_join(thread, NULL);
    if (with_block)
        drop(other.block);
    else
        free(other.block);
    assert_true(arena && found && whole);
}

static void test_arena_of_a_thread(void **state)
{
    (void)state;
    check_arena(true);
}

static void test_arena_without_blocks(void **state)
{
    (void)state;
    check_arena(false);
}

/* A size that was overwritten ends the walk, and costs no more than what it hides. */
static void test_broken_size(void **state)
{
    (void)state;
    enum { BYTES = 2000 }; /* too large for the thread's cache, which may give another arena's */
    char *first = track(malloc(BYTES)), *middle = track(malloc(BYTES));
    char *last = track(malloc(BYTES));
    memset(middle, 0xff, BYTES);
    uint64_t *size = (uint64_t *)chunk_of(middle) + 1, whole = *size;
    *size = 0x4141414141414140;
    find_heap();
    *size = whole;
    assert_true(is_allocators((uintptr_t)first) && is_allocators((uintptr_t)last));
    assert_false(is_allocators((uintptr_t)middle));
    drop(first), drop(middle), drop(last);
}

int main(void)
{
    if (!allocator_below()->is_glibc)
        return 0; /* a sanitizer's */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_between_blocks),
        cmocka_unit_test(test_main_arena_but_not_libc),
        cmocka_unit_test(test_mmapped_block_is_all_of_its_mapping),
        cmocka_unit_test(test_neighbour_of_an_mmapped_block),
        cmocka_unit_test(test_foreign_sbrk),
        cmocka_unit_test(test_arena_of_a_thread),
        cmocka_unit_test(test_arena_without_blocks),
        cmocka_unit_test(test_broken_size),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
