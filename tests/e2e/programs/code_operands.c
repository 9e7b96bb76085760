/*
 * What a compiler within the program does (Java's, pcre2's, a database's): blocks are held by code
 * alone, as operands of instructions, which begin at any address. The code is in pages that stay
 * writable, in pages that no longer are, and in a second view of a memory file. Ten blocks each are
 * kept, and three that no code knows of are lost.
 */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

#define PAGE_BYTES 4096
#define BLOCKS 10

/* As `movabs $block, %rax; ret`, one after the other: 11 bytes each. */
static void emit(uint8_t *code)
{
    for (int i = 0; i < BLOCKS; i++) {
        void *block = malloc(2000);
        memcpy(code, "\x48\xb8", 2);
        memcpy(code + 2, &block, sizeof(block));
        code[10] = 0xc3;
        code += 11;
    }
}

static uint8_t *map(int file, int flags, int protection)
{
    return mmap(NULL, PAGE_BYTES, protection, flags, file, 0);
}

static void two_views(void)
{
    int file = memfd_create("code", MFD_CLOEXEC);
    if (ftruncate(file, PAGE_BYTES) != 0)
        _exit(97);
    uint8_t *code = map(file, MAP_SHARED, PROT_READ | PROT_WRITE);
    map(file, MAP_SHARED, PROT_READ | PROT_EXEC);
    emit(code);
    munmap(code, PAGE_BYTES);
    close(file);
}

int main(void)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    emit(map(-1, flags, PROT_READ | PROT_WRITE | PROT_EXEC));
    uint8_t *closed = map(-1, flags, PROT_READ | PROT_WRITE);
    emit(closed);
    mprotect(closed, PAGE_BYTES, PROT_READ | PROT_EXEC);
    two_views();
    for (int i = 0; i < 3; i++)
        lose_block(2000);
    gate();
    return 0;
}
