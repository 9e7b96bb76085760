#include "preload/own_stack.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/pages.h"

/* Pages are touched as they are needed; the dump's child runs on its copy of the same stack. */
enum { OWN_STACK_BYTES = 1 << 20 };

static char *stack;

bool own_stack_init(void)
{
    if (!stack)
        stack = pages_map(OWN_STACK_BYTES);
    return stack != NULL;
}

void own_stack_call_at(void *top, void (*function)(void *), void *argument);

/* rbp keeps the caller's stack pointer, and tells unwinders where it is. */
__asm__(".text\n"
        ".globl own_stack_call_at\n"
        ".hidden own_stack_call_at\n"
        ".type own_stack_call_at, @function\n"
        "own_stack_call_at:\n"
        "    .cfi_startproc\n"
        "    endbr64\n"
        "    push %rbp\n"
        "    .cfi_adjust_cfa_offset 8\n"
        "    .cfi_rel_offset rbp, 0\n"
        "    mov %rsp, %rbp\n"
        "    .cfi_def_cfa_register rbp\n"
        "    mov %rdi, %rsp\n"
        "    mov %rdx, %rdi\n"
        "    call *%rsi\n"
        "    mov %rbp, %rsp\n"
        "    .cfi_def_cfa_register rsp\n"
        "    pop %rbp\n"
        "    .cfi_adjust_cfa_offset -8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size own_stack_call_at, . - own_stack_call_at\n");

void own_stack_call(void (*function)(void *), void *argument)
{
    own_stack_call_at(stack + OWN_STACK_BYTES, function, argument);
}

/* A thread may be slow to leave one while others are asked to park again. */
struct parked_stack {
    _Alignas(16) char space[PARKED_STACK_BYTES - 16];
    _Alignas(16) _Atomic bool taken; /* at the end that is used anyway */
};

/* What became too small is never given back: a thread may still be on it. */
static struct parked_stack *_Atomic parked_stacks;
static _Atomic uint32_t parked_stack_count; /* of the array above or of one before it */
static _Atomic uint32_t parked_stack_next;  /* the first ones have been used before */

void parked_stacks_reserve(uint32_t count)
{
    struct parked_stack *fresh;
    size_t bytes = 2 * count * sizeof(*fresh);
    parked_stack_next = 0;
    if (count <= parked_stack_count || !(fresh = pages_map(bytes)))
        return;
    if (syscall(SYS_madvise, fresh, bytes, MADV_WIPEONFORK) != 0) {
        pages_unmap(fresh, bytes);
        return;
    }
    parked_stacks = fresh;
    parked_stack_count = 2 * count;
}

/* What follows the call writes to the thread's own stack no more. */
void parked_stack_call(void (*function)(void *), void *argument)
{
    uint32_t count = parked_stack_count;
    struct parked_stack *parked =
        count ? &parked_stacks[atomic_fetch_add(&parked_stack_next, 1) % count] : NULL;
    if (!parked || atomic_exchange(&parked->taken, true)) {
        function(argument);
        return;
    }
    own_stack_call_at(&parked->taken, function, argument);
    parked->taken = false;
}
