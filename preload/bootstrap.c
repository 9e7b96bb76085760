/* See preload/bootstrap.h. dlsym wants a few hundred bytes, if anything. */
#include "preload/bootstrap.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define ARENA_BYTES 65536u
#define ALIGNMENT 16u
#define PAGE_BYTES 4096u

static _Alignas(PAGE_BYTES) char arena[ARENA_BYTES];
static _Atomic size_t arena_used;

bool bootstrap_owns(const void *block)
{
    return (uintptr_t)block - (uintptr_t)arena < ARENA_BYTES;
}

size_t bootstrap_size(const void *block)
{
    size_t bytes;
    memcpy(&bytes, (const char *)block - ALIGNMENT, sizeof(bytes));
    return bytes;
}

static void *take(size_t alignment, size_t bytes)
{
    if (alignment < ALIGNMENT)
        alignment = ALIGNMENT;
    size_t used = atomic_load(&arena_used), start, end;
    do {
        start = (used + ALIGNMENT + alignment - 1) & ~(alignment - 1);
        if (alignment > PAGE_BYTES || start >= ARENA_BYTES || bytes > ARENA_BYTES - start) {
            errno = ENOMEM;
            return NULL;
        }
        end = start + bytes;
    } while (!atomic_compare_exchange_weak(&arena_used, &used, end));
    memcpy(arena + start - ALIGNMENT, &bytes, sizeof(bytes));
    return arena + start;
}

static void *take_plain(size_t bytes)
{
    return take(ALIGNMENT, bytes);
}

static void *take_array(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total))
        total = SIZE_MAX;
    return take(ALIGNMENT, total); /* .bss: zeroed, and never used twice */
}

static void *take_again(void *block, size_t bytes)
{
    void *moved = take(ALIGNMENT, bytes);
    if (moved && block) {
        size_t old = bootstrap_size(block);
        memcpy(moved, block, old < bytes ? old : bytes);
    }
    return moved;
}

static void *take_array_again(void *block, size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total))
        total = SIZE_MAX;
    return take_again(block, total);
}

static int take_posix(void **ret_block, size_t alignment, size_t bytes)
{
    void *block = take(alignment, bytes);
    if (!block)
        return ENOMEM;
    *ret_block = block;
    return 0;
}

static void *take_page(size_t bytes)
{
    return take(PAGE_BYTES, bytes);
}

static void keep(void *block)
{
    (void)block;
}

static size_t usable(void *block)
{
    return block ? bootstrap_size(block) : 0;
}

const struct allocator bootstrap_allocator = {
    .malloc = take_plain,
    .calloc = take_array,
    .realloc = take_again,
    .reallocarray = take_array_again,
    .free = keep,
    .memalign = take,
    .aligned_alloc = take,
    .posix_memalign = take_posix,
    .valloc = take_page,
    .pvalloc = take_page,
    .malloc_usable_size = usable,
    .name = "bootstrap",
};
