/*
 * Allocates wherever a stack is hard to walk. Run under the oracle, which compares every stack. An
 * argument names one corner; without one, all are visited. Exits 0 when all could be.
 */
#include <assert.h>
#include <dlfcn.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>

#define ROUNDS 200
#define STACK_BYTES (64 * 1024)

__attribute__((noinline)) static void allocate(void)
{
    void *volatile block = malloc(24);
    free(block);
}

typedef void callback(void);

/* Allocates, calls on, and gives every frame a size that depends on the data. */
__attribute__((noinline)) static void alloca_frames(unsigned depth)
{
    volatile char *room = __builtin_alloca(depth * 48 + 16);
    room[0] = 1;
    allocate();
    if (depth)
        alloca_frames(depth - 1);
    room[1] = 1;
}

/* Realigned: the CFA lies where rbp minus something points. */
__attribute__((noinline, target("avx2"))) static void realigned(unsigned depth)
{
    volatile char vectors[96] __attribute__((aligned(64)));
    volatile char *room = __builtin_alloca(depth * 32 + 16);
    vectors[depth % 96] = room[0] = 1;
    allocate();
    if (depth)
        realigned(depth - 1);
    room[1] = vectors[0];
}

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

static volatile sig_atomic_t signals_seen;

static void on_signal(int signal)
{
    (void)signal;
    signals_seen++;
    allocate();
}

static void set_handler(int signal, int flags)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
    assert(sigaction(signal, &action, NULL) == 0);
}

__attribute__((noinline)) static unsigned sum(const char *text, unsigned depth)
{
    char copy[64];
    strncpy(copy, text, sizeof(copy) - 1);
    copy[63] = 0;
    return depth ? sum(copy, depth - 1) + (unsigned)strlen(copy)
                 : (unsigned)strtoul(copy, NULL, 10);
}

static int compare_ints(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* A timer interrupts code at any instruction: prologues, linkage stubs, the C library. None of it
 * allocates, so the handler may. */
static void interrupt_everywhere(void)
{
    struct itimerval timer = {{0, 100}, {0, 100}}, off = {{0, 0}, {0, 0}};
    int numbers[64];
    volatile unsigned total = 0;
    signals_seen = 0;
    setitimer(ITIMER_REAL, &timer, NULL);
    while (signals_seen < 4 * ROUNDS) {
        for (int i = 0; i < 64; i++)
            numbers[i] = i * 37 % 64;
        qsort(numbers, 64, sizeof(int), compare_ints);
        total += sum("12345 and some text after it", 8) + (unsigned)numbers[3];
    }
    setitimer(ITIMER_REAL, &off, NULL);
}

static void corner_signals(void)
{
    static char other_stack[STACK_BYTES];
    stack_t alternate = {.ss_sp = other_stack, .ss_size = sizeof(other_stack)};
    set_handler(SIGUSR2, 0);
    for (unsigned i = 0; i < ROUNDS; i++)
        raise(SIGUSR2);
    set_handler(SIGALRM, SA_RESTART);
    interrupt_everywhere();
    assert(sigaltstack(&alternate, NULL) == 0);
    set_handler(SIGALRM, SA_RESTART | SA_ONSTACK);
    interrupt_everywhere();
}

#define TRAP_FLAG 0x100ul

static volatile bool stop_stepping;

static void on_step(int signal, siginfo_t *info, void *context)
{
    ucontext_t *interrupted = context;
    (void)signal;
    (void)info;
    signals_seen++;
    allocate();
    if (stop_stepping)
        interrupted->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
}

/* Single steps: a handler allocates at each instruction of some thousand, of every kind of code
 * that has tables but doesn't allocate: prologues, linkage stubs, the loader where it binds a
 * function at its first call, the C library's assembly. */
static void corner_steps(void)
{
    struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};
    volatile unsigned total = 0;
    assert(sigaction(SIGTRAP, &action, NULL) == 0);
    signals_seen = 0;
    stop_stepping = false;
    __asm__ volatile("pushf\n\t orl %0, (%%rsp)\n\t popf" ::"i"(TRAP_FLAG) : "memory", "cc");
    for (unsigned i = 0; i < 3; i++)
        total += sum("77 steps", 3) + (unsigned)labs(-atol("5"));
    stop_stepping = true;
    assert(total == 3 * (77 + 3 * 8 + 5));
    assert(signals_seen > 500);
}

static sigjmp_buf back;

static void leave(int signal)
{
    (void)signal;
    allocate();
    siglongjmp(back, 1);
}

static void corner_longjmp(void)
{
    struct sigaction action = {.sa_handler = leave};
    assert(sigaction(SIGUSR2, &action, NULL) == 0);
    for (volatile unsigned i = 0; i < ROUNDS; i++)
        if (!sigsetjmp(back, 1)) {
            alloca_frames(i % 5);
            raise(SIGUSR2);
        } else {
            realigned(i % 5);
        }
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

static const struct corner {
    const char *name;
    callback *visit;
} corners[] = {
    {"frames", corner_frames},
    {"assembly", corner_assembly},
    {"generated", corner_generated_code},
    {"signals", corner_signals},
    {"steps", corner_steps},
    {"longjmp", corner_longjmp},
    {"coroutines", corner_coroutines},
    {"unmarked", corner_unmarked},
    {"threads", corner_threads},
    {"recursion", corner_recursion},
    {"modules", corner_modules},
};

int main(int argc, char **argv)
{
    bool found = false;
    for (size_t i = 0; i < sizeof(corners) / sizeof(corners[0]); i++) {
        if (argc > 1 && strcmp(argv[1], corners[i].name) != 0)
            continue;
        corners[i].visit();
        found = true;
    }
    return found ? 0 : 1;
}
