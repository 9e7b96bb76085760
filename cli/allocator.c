/*
 * Every allocation of this process, those of the libraries too, succeeds or ends it. Where libdw or
 * cgraph get no memory, some of their functions crash and others answer without a word as if there
 * were nothing to find: the verdict would lack names, or a line.
 *
 * What is large lies on large pages, where the kernel has some to give. A heap's arrays are gone
 * through in no order: on small pages the analysis of ten million blocks took up to twice the
 * processor time. And what is given back is used again, all from one heap: arrays of 100 MB follow
 * each other, and the kernel takes longer to clear a new one than some are worked on.
 *
 * Linked into the command line alone, outside the archive that tests link, and not into sanitized
 * builds, whose allocator ends the process by itself.
 */
#include <assert.h>
#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "cli/command.h"
#include "libcaulk/memory.h"

static_assert(MEMORY_EXIT_STATUS == EXIT_FAILED, "as any failure");

/* glibc's allocator by its other names. */
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *block, size_t bytes);

#define LARGE_PAGE ((uintptr_t)2 << 20)

/* glibc would map each large block by itself, and give the end of its heap back. */
__attribute__((constructor)) static void keep_memory(void)
{
    mallopt(M_MMAP_MAX, 0);
    mallopt(M_TRIM_THRESHOLD, -1);
}

/* Only the pages that are the block's own; where there are none to be had, nothing changes. */
static void advise(void *block, size_t bytes)
{
    uintptr_t begin = ((uintptr_t)block + LARGE_PAGE - 1) & -LARGE_PAGE;
    uintptr_t end = ((uintptr_t)block + bytes) & -LARGE_PAGE;
    if (begin < end)
        madvise((void *)begin, end - begin, MADV_HUGEPAGE);
}

static void *need(void *block, size_t bytes)
{
    if (!block)
        memory_fail();
    if (bytes > LARGE_PAGE)
        advise(block, bytes);
    return block;
}

void *malloc(size_t bytes)
{
    return need(__libc_malloc(bytes), bytes);
}

void *calloc(size_t count, size_t bytes)
{
    return need(__libc_calloc(count, bytes), count * bytes);
}

void *realloc(void *block, size_t bytes)
{
    void *result = __libc_realloc(block, bytes);
    return block && bytes == 0 ? result : need(result, bytes); /* which frees the block */
}
