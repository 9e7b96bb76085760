/*
 * Blocks of all sizes and alignments, by all functions that give any. Says of each that is alive in
 * the end where it is and how much was asked for, and takes a dump, which must agree. What the
 * allocator refuses is left out where it is large. Its own table is no block. With an argument:
 * without pvalloc, which libraries leave to the C library, whose blocks they can't free.
 */
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "preload/caulk.h"
#include "tests/e2e/programs/gate.h"

#define MANY 20000u
#define ALIGNMENT_MAX (64u << 20)
#define SMALL_ALIGNMENT (64u << 10)
#define ALWAYS_THERE ((size_t)1 << 28) /* what no machine refuses */

struct kept {
    void *address;
    size_t bytes;
};

static struct kept *blocks;
static unsigned count;

/* Half of the machine's memory: of a process with more, the kernel may refuse to make a copy. */
static size_t room;

static void keep(void *block, size_t bytes, size_t alignment)
{
    if (!block && bytes < ALWAYS_THERE && alignment <= SMALL_ALIGNMENT)
        _exit(98);
    if (!block)
        return;
    if (count == MANY || (uintptr_t)block % alignment != 0)
        _exit(97);
    blocks[count].address = block;
    blocks[count++].bytes = bytes;
}

static void sizes(void)
{
    for (size_t bytes = 0; bytes <= 4096; bytes++)
        keep(malloc(bytes), bytes, 1);
    for (unsigned bits = 12; bits <= 32; bits++)
        for (size_t bytes = ((size_t)1 << bits) - 1; bytes <= ((size_t)1 << bits) + 1; bytes++)
            if (bytes < room) {
                room -= bytes;
                keep(malloc(bytes), bytes, 1);
            }
    for (size_t items = 1; items < 200; items++)
        keep(calloc(items, 3), items * 3, 1);
}

static void aligned(bool with_pvalloc)
{
    static const size_t odd[] = {1, 24, 25, 40, 41, 56, 57, 100, 5000, 300000};
    for (size_t alignment = 8; alignment <= ALIGNMENT_MAX; alignment *= 2)
        for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
            void *block = NULL;
            keep(memalign(alignment, odd[i]), odd[i], alignment);
            keep(aligned_alloc(alignment, odd[i]), odd[i], alignment);
            keep(posix_memalign(&block, alignment, odd[i]) == 0 ? block : NULL, odd[i], alignment);
        }
    for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
        keep(valloc(odd[i]), odd[i], 4096);
        if (with_pvalloc)
            keep(pvalloc(odd[i]), odd[i], 4096);
    }
}

/* Grown, shrunk and moved, twice; and left alone where there is too much to ask for. */
static void resized(void)
{
    static const size_t some[] = {1,   8,    24,   25,    40,    41,     56,      57,      72,
                                  100, 1000, 4096, 20000, 90000, 200000, 1000000, 40000000};
    static volatile size_t too_much = PTRDIFF_MAX - 4096;
    const size_t kinds = sizeof(some) / sizeof(*some);
    for (size_t i = 0; i < kinds * kinds; i++) {
        char *block = malloc(some[i % kinds]);
        block = realloc(block, some[i / kinds]);
        if (i % 3 == 0)
            block = reallocarray(block, 7, some[i % kinds]);
        if (i % 5 == 0 && realloc(block, too_much))
            _exit(97);
        keep(block, i % 3 == 0 ? 7 * some[i % kinds] : some[i / kinds], 1);
    }
}

/* Every third block goes, by another thread; its place may be taken again. */
static void *free_some(void *unused)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < count; i++)
        if (i % 3 == 1)
            free(blocks[i].address);
        else
            blocks[kept++] = blocks[i];
    count = kept;
    return unused;
}

static void say(void)
{
    char line[64];
    for (unsigned i = 0; i < count; i++) {
        int length = snprintf(line, sizeof(line), "%p %zu\n", blocks[i].address, blocks[i].bytes);
        if (write(STDOUT_FILENO, line, (size_t)length) != length)
            _exit(99);
    }
}

int main(int argc, char **argv)
{
    pthread_t other;
    (void)argv;
    room = (size_t)sysconf(_SC_PHYS_PAGES) * 4096 / 2;
    blocks = mmap(NULL, MANY * sizeof(*blocks), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                  -1, 0);
    if (blocks == MAP_FAILED)
        return 98;
    sizes();
    aligned(argc == 1);
    if (pthread_create(&other, NULL, free_some, NULL) != 0 || pthread_join(other, NULL) != 0)
        return 98;
    resized();
    for (size_t bytes = 0; bytes < 300; bytes++)
        keep(malloc(bytes), bytes, 1);
    say();
    return caulk_dump(NULL) != 0;
}
