/*
 * Blocks that are held from where a scan easily forgets to look: a page of shared memory that was
 * sealed, one that was closed altogether, a second view of a memory file whose first one is gone,
 * and an alternate signal stack that only the kernel remembers. None of them is lost.
 */
#include <signal.h>
#include <sys/mman.h>

#include "tests/e2e/programs/gate.h"

#define PAGE_BYTES 4096
#define STACK_BYTES 65536

static void fill(void *page)
{
    for (int i = 0; i < 10; i++)
        ((void **)page)[i] = malloc(2000);
}

static void close_shared_memory(int protection)
{
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fill(page);
    mprotect(page, PAGE_BYTES, protection);
}

static void keep_second_view(void)
{
    int file = memfd_create("view", MFD_CLOEXEC);
    if (ftruncate(file, PAGE_BYTES) != 0)
        _exit(97);
    void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    fill(page);
    mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, file, 0);
    munmap(page, PAGE_BYTES);
    close(file);
}

static void forget_signal_stack(void)
{
    stack_t stack = {.ss_sp = malloc(STACK_BYTES), .ss_size = STACK_BYTES};
    sigaltstack(&stack, NULL);
}

int main(void)
{
    close_shared_memory(PROT_READ);
    close_shared_memory(PROT_NONE);
    keep_second_view();
    forget_signal_stack();
    gate();
    return 0;
}
