/* Allocates wherever a stack is hard to walk. Without an argument all corners are visited. */
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "tests/oracle/programs/corner.h"

#define STACK_BYTES (64 * 1024)

__attribute__((noinline, optimize("no-omit-frame-pointer"))) static void framed(unsigned depth)
{
    if (depth % 3 == 2)
        alloca_frames(2);
    else if (depth)
        framed(depth - 1);
    allocate();
}

__attribute__((noinline, cold)) static void complain(unsigned number)
{
    volatile char room[40];
    room[number % 40] = 1;
    allocate();
    room[0] = room[1];
}

/* The unlikely part, which calls on, lies in a section of its own: `split.cold`, with its own
 * unwind table, whose first row has the whole frame. */
__attribute__((noinline)) static unsigned split(unsigned number, unsigned depth)
{
    volatile unsigned room[10] = {number};
    if (__builtin_expect(number % 7 == 3, 0)) {
        complain(number);
        complain(room[0] + 1);
        return number;
    }
    allocate();
    return depth ? split(room[0] + 1, depth - 1) + 1 : 0;
}

static void corner_frames(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        alloca_frames(i % 9);
        realigned(i % 7);
        framed(i % 20);
        split(i, i % 8);
    }
}

/* Hand-written: the CFA is based on rbx, which no rule of 32 bits can say; and rbp is a number. */
void assembly_on_rbx(callback *call);
void assembly_bp_is_data(callback *call);
__asm__(".text\n"
        ".type assembly_on_rbx, @function\n"
        "assembly_on_rbx:\n"
        ".cfi_startproc\n"
        "    push %rbx\n"
        ".cfi_def_cfa_offset 16\n"
        ".cfi_offset rbx, -16\n"
        "    mov %rsp, %rbx\n"
        ".cfi_def_cfa rbx, 16\n"
        "    sub $40, %rsp\n"
        "    and $-64, %rsp\n"
        "    call *%rdi\n"
        "    mov %rbx, %rsp\n"
        "    pop %rbx\n"
        ".cfi_def_cfa rsp, 8\n"
        "    ret\n"
        ".cfi_endproc\n"
        ".type assembly_bp_is_data, @function\n"
        "assembly_bp_is_data:\n"
        ".cfi_startproc\n"
        "    push %rbp\n"
        ".cfi_def_cfa_offset 16\n"
        ".cfi_offset rbp, -16\n"
        "    mov $0x1234567, %ebp\n"
        "    call *%rdi\n"
        "    pop %rbp\n"
        ".cfi_def_cfa_offset 8\n"
        "    ret\n"
        ".cfi_endproc\n");

/* Without tables, but with a frame pointer. */
void assembly_untold(callback *call);
__asm__(".text\n"
        ".type assembly_untold, @function\n"
        "assembly_untold:\n"
        "    push %rbp\n"
        "    mov %rsp, %rbp\n"
        "    call *%rdi\n"
        "    pop %rbp\n"
        "    ret\n");

static void through_rbx(void)
{
    assembly_on_rbx(allocate);
}

static void corner_assembly(void)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        assembly_on_rbx(allocate);
        assembly_bp_is_data(allocate);
        assembly_bp_is_data(through_rbx);
        assembly_untold(allocate);
        assembly_untold(through_rbx);
    }
}

/* Code made at run time, which keeps a frame pointer: push rbp; mov rbp, rsp; call rdi; pop; ret */
static void corner_generated_code(void)
{
    static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3};
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert(page != MAP_FAILED);
    memcpy(page, code, sizeof(code));
    assert(mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0);
    for (unsigned i = 0; i < ROUNDS; i++)
        ((void (*)(callback *))page)(allocate);
    munmap(page, 4096);
}

static ucontext_t scheduler, coroutines[4];

static void coroutine(int number)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        alloca_frames((unsigned)number);
        allocate();
        swapcontext(&coroutines[number], &scheduler);
        realigned(i % 3);
    }
}

/* Coroutines on stacks of the heap, and a second generation on the same stacks. */
static void corner_coroutines(void)
{
    char *stacks =
        mmap(NULL, 4 * STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert(stacks != MAP_FAILED);
    for (unsigned generation = 0; generation < 2; generation++) {
        for (int i = 0; i < 4; i++) {
            getcontext(&coroutines[i]);
            coroutines[i].uc_stack.ss_sp = stacks + i * STACK_BYTES;
            coroutines[i].uc_stack.ss_size = STACK_BYTES;
            coroutines[i].uc_link = &scheduler;
            makecontext(&coroutines[i], (callback *)coroutine, 1, (i + (int)generation) % 4);
        }
        for (unsigned round = 0; round < ROUNDS / 2; round++)
            for (int i = 0; i < 4; i++)
                swapcontext(&scheduler, &coroutines[i]);
    }
    munmap(stacks, 4 * STACK_BYTES);
}

/* Calls on, on another stack, while the tables go on to tell of its own: a walk passes over the end
 * of that stack, and nothing marks it. */
__attribute__((noinline)) static void call_on_stack(char *top, callback *call)
{
    __asm__ volatile("mov %%rsp, %%rbx\n\t"
                     "mov %0, %%rsp\n\t"
                     "call *%1\n\t"
                     "mov %%rbx, %%rsp"
                     : "+D"(top), "+S"(call)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "memory", "cc");
}

static void visit_unmarked(void)
{
    alloca_frames(3);
    realigned(2);
    allocate();
}

/* Beyond the end: nothing mapped, zeros, or what may be an address but is no code's. */
static void corner_unmarked(void)
{
    char *stack =
        mmap(NULL, STACK_BYTES + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert(stack != MAP_FAILED);
    char *top = stack + STACK_BYTES;
    assert(mprotect(top, 4096, PROT_NONE) == 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        if (i == ROUNDS / 3)
            assert(mprotect(top, 4096, PROT_READ | PROT_WRITE) == 0);
        if (i == 2 * ROUNDS / 3)
            for (uintptr_t *word = (uintptr_t *)top; (char *)word < top + 4096; word++)
                *word = 0x12345678;
        call_on_stack(top, visit_unmarked);
    }
    munmap(stack, STACK_BYTES + 4096);
}

static void *run_thread(void *data)
{
    for (unsigned i = 0; i < 20; i++) {
        alloca_frames((unsigned)(uintptr_t)data % 6);
        realigned(i % 4);
    }
    return NULL;
}

/* Threads that end, and others that start on the same stacks. */
static void corner_threads(void)
{
    for (uintptr_t round = 0; round < ROUNDS / 4; round++) {
        pthread_t threads[4];
        for (uintptr_t i = 0; i < 4; i++)
            assert(pthread_create(&threads[i], NULL, run_thread, (void *)(round + i)) == 0);
        for (unsigned i = 0; i < 4; i++)
            pthread_join(threads[i], NULL);
    }
}

__attribute__((noinline)) static unsigned recurse(unsigned depth)
{
    volatile unsigned below = depth ? recurse(depth - 1) : 0;
    if (depth % 100 == 0)
        allocate();
    return depth ? below + 1 : 0;
}

static void corner_recursion(void)
{
    for (unsigned i = 0; i < 3; i++)
        assert(recurse(10000 + i) == 10000 + i);
}

/* Two libraries whose frames differ in size, loaded in turn: at the same address, as a rule. */
static void corner_modules(void)
{
    char path[4096];
    for (unsigned i = 0; i < 40; i++) {
        snprintf(path, sizeof(path), "%s/frame_%s.so", getenv("CAULK_ORACLE_MODULES"),
                 i % 2 ? "large" : "small");
        void *module = dlopen(path, RTLD_NOW);
        assert(module);
        void (*call)(callback *) = (void (*)(callback *))dlsym(module, "frame_call");
        assert(call);
        for (unsigned n = 0; n < 20; n++)
            call(allocate);
        dlclose(module);
    }
}

int main(int argc, char **argv)
{
    static const struct corner corners[] = {
        {"frames", corner_frames},
        {"assembly", corner_assembly},
        {"generated", corner_generated_code},
        {"coroutines", corner_coroutines},
        {"unmarked", corner_unmarked},
        {"threads", corner_threads},
        {"recursion", corner_recursion},
        {"modules", corner_modules},
    };
    return visit_corners(corners, sizeof(corners) / sizeof(corners[0]), argc, argv);
}
