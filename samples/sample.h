/*
 * What the samples share: a way to build a shape without leaving stale pointers to it behind.
 *
 * A pointer that a finished function left in its dead stack frame or in a register is a witness
 * like any other to a scan that happens to see it: with it, a sample's verdict would change with
 * the compiler. So the shape is built far below main's frame, and then the stack down there and
 * the registers are wiped. Samples are compiled without optimization: their stores, even those
 * that nothing reads, are the point.
 *
 * Each sample's first comment starts with its verdict, which tests/e2e/samples_test.sh reads:
 *
 *   verdict: definite 1 block 24 bytes; indirect 0; possible 0; cycles 0
 *   valgrind: same
 *
 * "cycles" are the lost ones, with their blocks and bytes; "reachable" and "suppressed" may be
 * added. "valgrind:" is what Memcheck says: "same", or its own definite, indirect and possible.
 */
#ifndef SAMPLES_SAMPLE_H
#define SAMPLES_SAMPLE_H

#include <stddef.h>
#include <string.h>

#include "preload/caulk.h"

#define SAMPLE_WIPED_BYTES 65536

/* The copy also overwrites the vector registers that copies go through. */
static inline void sample_wipe(void)
{
    char zeros[SAMPLE_WIPED_BYTES / 2], copy[SAMPLE_WIPED_BYTES / 2];

    memset(zeros, 0, sizeof(zeros));
    memcpy(copy, zeros, sizeof(zeros));
    __asm__ volatile("xor %%eax, %%eax\n\txor %%ecx, %%ecx\n\txor %%edx, %%edx\n\t"
                     "xor %%esi, %%esi\n\txor %%edi, %%edi\n\txor %%r8d, %%r8d\n\t"
                     "xor %%r9d, %%r9d\n\txor %%r10d, %%r10d\n\txor %%r11d, %%r11d"
                     :
                     : "r"(copy)
                     : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc", "memory");
}

static inline void sample_below(void (*shape)(void))
{
    char distance[SAMPLE_WIPED_BYTES / 4];

    memset(distance, 0, sizeof(distance));
    shape();
}

static inline void sample_build(void (*shape)(void))
{
    sample_below(shape);
    sample_wipe();
}

#endif
