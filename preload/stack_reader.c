/*
 * Where a thread's own stack ends: the main thread's at what the loader recorded at start, any
 * other's at its thread control block, which glibc puts at the top of the stack, also of one that
 * the program brought. The range then grows downwards, page by page, as deeper stack pointers are
 * seen, and only over pages just tested. So nothing need be asked of pthread_getattr_np, which
 * allocates and reads /proc.
 */
#include "preload/stack_reader.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "preload/seccomp.h"

#define PAGE_BYTES 4096u
#define KERNEL_SIGSET_BYTES 8

/* As far as one step of the stack pointer is followed: further away it is another stack. */
#define OWN_REACH_BYTES (8u << 20)

extern void *__libc_stack_end; /* of the loader: the main thread's first stack pointer */

/* Can the word at address be read? Without libc's errno or our own wrappers of the call. Where a
 * filter ends the process for it, a stack ends where it was not tested before. */
static bool is_readable(uintptr_t address)
{
    long result;
    if (seccomp_kills(SYS_rt_sigprocmask))
        return false;
    register long set_bytes __asm__("r10") = KERNEL_SIGSET_BYTES;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(SYS_rt_sigprocmask), "D"(~0l), "S"(address), "d"(NULL), "r"(set_bytes)
                     : "rcx", "r11", "memory");
    return result == -EINVAL; /* that is, it has read the word and then looked at the request */
}

static uintptr_t page_start(uintptr_t address)
{
    return address & ~(uintptr_t)(PAGE_BYTES - 1);
}

/* The top of the stack that sp is on, or 0 where that is not the thread's own. */
static uintptr_t find_own_end(uintptr_t sp)
{
    uintptr_t control_block = (uintptr_t)__builtin_thread_pointer();
    uintptr_t main_end = page_start((uintptr_t)__libc_stack_end) + PAGE_BYTES;
    if (sp < control_block && control_block - sp < OWN_REACH_BYTES)
        return control_block;
    return sp < main_end && main_end - sp < OWN_REACH_BYTES ? main_end : 0;
}

/* Lowers own_start to sp's page, as far as every page on the way can be read. */
static void extend(struct stack_reader *reader, uintptr_t sp)
{
    while (reader->own_start > sp) {
        uintptr_t page = reader->own_start - PAGE_BYTES;
        if (!is_readable(page)) {
            reader->barrier = reader->own_start;
            return;
        }
        reader->own_start = page;
    }
}

void stack_reader_begin_slowly(struct stack_reader *reader, uintptr_t sp)
{
    for (unsigned i = 0; i < STACK_READER_PAGES; i++)
        reader->pages[i] = 0;
    if (!reader->own_end) {
        uintptr_t end = find_own_end(sp);
        if (!end)
            return;
        reader->own_start = page_start(end - 1);
        reader->own_end = end;
    }
    if (sp < reader->own_start && sp >= reader->barrier && reader->own_start - sp < OWN_REACH_BYTES)
        extend(reader, sp);
}

bool stack_reader_may_read(struct stack_reader *reader, uintptr_t address, enum stack_trust trust)
{
    if (address & 7)
        return false;
    if (stack_reader_owns(reader, address))
        return true;
    uintptr_t page = address / PAGE_BYTES + 1; /* 0: none */
    uintptr_t *known = &reader->pages[page % STACK_READER_PAGES];
    if (trust == STACK_BY_TABLES && *known == page)
        return true;
    if (!is_readable(address))
        return false;
    *known = page;
    return true;
}
