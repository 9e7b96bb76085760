/*
 * Says on standard output everything about the allocator that a program can see: results,
 * alignment, errno, contents, usable sizes, overflow, and what happens when memory runs out. The
 * tracker must not change a word of it.
 */
#include <errno.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define ERRNO_BEFORE 4711

/* Volatile: the compiler is not to know what is impossible. */
static volatile size_t all = SIZE_MAX, half = SIZE_MAX / 2, huge = (size_t)PTRDIFF_MAX - 4096;
static void *(*volatile resize)(void *block, size_t bytes) = realloc;
static void *(*volatile resize_array)(void *block, size_t count, size_t bytes) = reallocarray;

/* Says what came of a call that returned block, and frees it. */
static void say(const char *call, void *block, bool exact)
{
    int error = errno;

    if (!block) {
        printf("%s: NULL, errno %d\n", call, error);
        return;
    }
    printf("%s: aligned to 16 %d, errno %d\n", call, (uintptr_t)block % 16 == 0, error);
    if (exact)
        printf("  usable %zu\n", malloc_usable_size(block));
    free(block);
    printf("  errno after free %d\n", errno);
}

/* How much larger an aligned block is than asked for depends on the place that was found for it. */
#define SAY(call) (errno = ERRNO_BEFORE, say(#call, call, true))
#define SAY_ALIGNED(call) (errno = ERRNO_BEFORE, say(#call, call, false))

static void say_sizes(void)
{
    static const size_t sizes[] = {0,  1,  7,   8,    15,   16,     24,
                                   25, 40, 100, 1000, 4096, 131072, 10000000};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        printf("%zu bytes\n", sizes[i]);
        SAY(malloc(sizes[i]));
        SAY(calloc(1, sizes[i]));
        SAY(calloc(sizes[i], 3));
        SAY(realloc(NULL, sizes[i]));
        SAY(reallocarray(NULL, sizes[i], 2));
        SAY_ALIGNED(valloc(sizes[i]));
        SAY_ALIGNED(pvalloc(sizes[i]));
    }
}

static void say_alignments(void)
{
    for (size_t alignment = 0; alignment <= 1 << 21; alignment = alignment ? 2 * alignment : 1) {
        void *block = (void *)1;
        int status;

        errno = ERRNO_BEFORE;
        status = posix_memalign(&block, alignment, 100);
        printf("posix_memalign %zu: %d, errno %d, untouched %d, aligned %d\n", alignment, status,
               errno, block == (void *)1, status == 0 && (uintptr_t)block % alignment == 0);
        if (status == 0)
            free(block);
        errno = ERRNO_BEFORE;
        block = memalign(alignment, 100);
        printf("memalign: %d, errno %d, aligned %d\n", block != NULL, errno,
               alignment == 0 || (uintptr_t)block % alignment == 0);
        free(block);
        errno = ERRNO_BEFORE;
        block = aligned_alloc(alignment, 128);
        printf("aligned_alloc: %d, errno %d\n", block != NULL, errno);
        free(block);
    }
    SAY_ALIGNED(memalign(3, 100));
    SAY_ALIGNED(memalign(half + 2, 100));
    SAY_ALIGNED(aligned_alloc(24, 100));
}

static void say_overflows(void)
{
    void *block = (void *)1;

    SAY(malloc(huge));
    SAY(malloc(all));
    SAY(malloc(half + 1));
    SAY(calloc(half, 3));
    SAY(calloc(all, 1));
    SAY(realloc(NULL, all));
    SAY(reallocarray(NULL, half, 3));
    SAY_ALIGNED(memalign(64, all - 10));
    SAY_ALIGNED(aligned_alloc(4096, all - 4096));
    SAY_ALIGNED(valloc(all));
    SAY_ALIGNED(pvalloc(all));
    errno = ERRNO_BEFORE;
    printf("posix_memalign: %d, ", posix_memalign(&block, 64, all - 10));
    printf("untouched %d, errno %d\n", block == (void *)1, errno);
}

static int holds(const unsigned char *block, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (block[i] != (unsigned char)(i * 7))
            return 0;
    }
    return 1;
}

static void say_refused(const char *call, void *result)
{
    printf("%s: refused %d, errno %d\n", call, result == NULL, errno);
}

static void say_realloc(void)
{
    static const size_t sizes[] = {10, 24, 25, 2000, 24, 200000, 400000, 100, 1};
    unsigned char *block = NULL;
    size_t before = 0;

    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        size_t common = before < sizes[i] ? before : sizes[i];

        errno = ERRNO_BEFORE;
        block = realloc(block, sizes[i]);
        printf("realloc to %zu: usable %zu, holds %d, errno %d\n", sizes[i],
               malloc_usable_size(block), holds(block, common), errno);
        for (size_t j = 0; j < sizes[i]; j++)
            block[j] = (unsigned char)(j * 7);
        before = sizes[i];
    }
    errno = ERRNO_BEFORE;
    say_refused("realloc to too much", resize(block, huge));
    errno = ERRNO_BEFORE;
    say_refused("reallocarray overflows", resize_array(block, half, 4));
    printf("holds %d\n", holds(block, before));
    errno = ERRNO_BEFORE;
    block = resize(block, 0);
    printf("realloc to 0: %d, errno %d\n", block != NULL, errno);
    free(NULL);
    printf("free(NULL): errno %d, usable size of NULL %zu\n", errno, malloc_usable_size(NULL));
}

static void say_calloc_clears(void)
{
    int clear = 1;

    for (size_t bytes = 1; bytes < 300000; bytes = bytes * 3 + 1) {
        unsigned char *block = malloc(bytes);

        memset(block, 0xa5, bytes);
        free(block);
        block = calloc(bytes, 1);
        for (size_t i = 0; i < bytes; i++)
            clear &= block[i] == 0;
        free(block);
    }
    printf("calloc clears %d\n", clear);
}

/* With an address space that is used up: everything fails politely, and works again afterwards. */
static void say_exhaustion(void)
{
    struct rlimit limit, before;
    void *block = malloc(1000);

    getrlimit(RLIMIT_AS, &before);
    limit = before;
    limit.rlim_cur = 0;
    setrlimit(RLIMIT_AS, &limit);
    SAY(malloc(100 << 20));
    SAY(calloc(100, 1 << 20));
    SAY_ALIGNED(memalign(1 << 16, 100 << 20));
    errno = ERRNO_BEFORE;
    say_refused("realloc", resize(block, 100 << 20));
    setrlimit(RLIMIT_AS, &before);
    free(block);
    SAY(malloc(100 << 20));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    say_sizes();
    say_alignments();
    say_overflows();
    say_realloc();
    say_calloc_clears();
    say_exhaustion();
    return 0;
}
