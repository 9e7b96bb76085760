/*
 * Contexts of its own (ucontext): one suspended on a stack from malloc, one on a mapping, one that
 * runs. Each has the only pointer to a block on its stack, and so has main's, which was left.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "tests/e2e/programs/gate.h"

#define STACK_BYTES 65536

static ucontext_t main_context, on_heap, on_mapping, running;

static void keep_block(ucontext_t *own)
{
    void *volatile block = malloc(100);
    if (own == &running)
        gate();
    swapcontext(own, &main_context);
    free(block);
}

static void keep_on_heap(void)
{
    keep_block(&on_heap);
}

static void keep_on_mapping(void)
{
    keep_block(&on_mapping);
}

static void keep_running(void)
{
    keep_block(&running);
}

static void switch_to(ucontext_t *context, void *stack, void (*run)(void))
{
    getcontext(context);
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = STACK_BYTES;
    makecontext(context, run, 0);
    swapcontext(&main_context, context);
}

int main(void)
{
    void *volatile block = malloc(100);
    switch_to(&on_heap, malloc(STACK_BYTES), keep_on_heap);
    switch_to(&on_mapping,
              mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
              keep_on_mapping);
    switch_to(&running, malloc(STACK_BYTES), keep_running);
    free(block);
    return 0;
}
