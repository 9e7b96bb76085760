/*
 * Allocates on a stack that its own code switched to, and which nothing marks the end of: to the
 * unwind tables, run_on() is still on the stack that it was called on. So a walk goes on beyond the
 * end of the new one, where at first there is another mapping, and later there is none.
 */
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

#define PAGE 4096
#define STACK_BYTES (16 * PAGE)

__attribute__((noinline)) static void allocate(void)
{
    void *volatile block = malloc(24);
    free(block);
}

__attribute__((noinline, optimize("O2", "omit-frame-pointer"))) static void run_on(char *top)
{
    void (*call)(void) = allocate;
    __asm__ volatile("mov %%rsp, %%rbx\n\t"
                     "mov %0, %%rsp\n\t"
                     "call *%1\n\t"
                     "mov %%rbx, %%rsp"
                     : "+D"(top), "+S"(call)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc");
}

int main(void)
{
    char *stack =
        mmap(NULL, STACK_BYTES + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED)
        return 98;
    for (unsigned i = 0; i < 6; i++) {
        if (i == 3)
            munmap(stack + STACK_BYTES, PAGE);
        run_on(stack + STACK_BYTES);
    }
    return 0;
}
