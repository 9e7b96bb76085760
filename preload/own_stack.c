#include "preload/own_stack.h"

#include <stddef.h>

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
