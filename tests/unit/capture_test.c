#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

#include <cmocka.h>

#include "libcaulk/dump_format.h"
#include "preload/capture.h"
#include "preload/stack_memo.h"
#include "preload/stack_table.h"
#include "preload/thread.h"

#define DEPTH 64u
#define PAGE 4096u

static struct stack_table *table;

struct seen {
    struct capture_start start;
    unsigned count, limit;
    uint32_t node, again;
    uintptr_t pcs[DEPTH];
};

/* In the place of malloc. */
__attribute__((noinline)) static void look(struct seen *seen)
{
    seen->start = capture_here();
    seen->count = capture_stack(&seen->start, seen->limit, seen->pcs);
    seen->node = capture_site(&seen->start, seen->limit);
    seen->again = capture_site(&seen->start, seen->limit);
}

__attribute__((noinline)) static int descend(unsigned depth, struct seen *seen)
{
    volatile int below = 0;
    if (depth)
        below = descend(depth - 1, seen);
    else
        look(seen);
    return below + 1;
}

static void assert_node_is(const struct seen *seen)
{
    uint32_t node = seen->node;
    assert_int_not_equal(node, 0);
    for (unsigned i = 0; i < seen->count; i++) {
        uintptr_t pc;
        assert_true(stack_table_node(table, node, &node, &pc));
        assert_int_equal(pc, seen->pcs[i]);
    }
    assert_int_equal(node, 0);
}

static int set_up(void **state)
{
    (void)state;
    table = calloc(1, sizeof(*table));
    if (!table || !stack_table_init(table))
        return -1;
    capture_init(table);
    return 0;
}

static void the_stack_is_the_walks(void **state)
{
    (void)state;
    for (unsigned depth = 0; depth < 40; depth++) {
        struct seen seen = {.limit = DEPTH};
        descend(depth, &seen);
        assert_true(seen.count > depth + 3);
        assert_int_equal(seen.pcs[0], seen.start.pc);
        for (unsigned i = 1; i < depth; i++) /* descend in descend */
            assert_int_equal(seen.pcs[i], seen.pcs[1]);
        assert_node_is(&seen);
        assert_int_equal(seen.again, seen.node);
    }
}

static void the_depth_keeps_the_innermost(void **state)
{
    (void)state;
    for (unsigned limit = 1; limit <= DEPTH; limit++) {
        struct seen seen = {.limit = limit};
        descend(500 + limit % 3, &seen);
        assert_int_equal(seen.count, limit);
        assert_node_is(&seen);
        assert_int_equal(seen.again, seen.node);
    }
}

static unsigned looks;

static void wander(unsigned level, unsigned limit, uint32_t *random);

__attribute__((noinline)) static void wander_left(unsigned level, unsigned limit, uint32_t *random)
{
    volatile char room[24] = {0};
    wander(level + 1, limit, random);
    room[0]++;
}

__attribute__((noinline)) static void wander_right(unsigned level, unsigned limit, uint32_t *random)
{
    volatile char room[80] = {0};
    wander(level + 1, limit, random);
    room[0]++;
}

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return *random >> 16;
}

static void look_sometimes(unsigned limit, uint32_t *random)
{
    struct seen seen = {.limit = limit};
    if (next_random(random) % 2)
        return;
    look(&seen);
    assert_node_is(&seen);
    looks++;
}

/* Down by calls that differ, and up again, as an interpreter does: also where the outermost frames
 * that are known are further in than those of the next stack. */
static void wander(unsigned level, unsigned limit, uint32_t *random)
{
    for (unsigned turns = 1 + (level == 0); turns > 0; turns--) {
        if (level > 0)
            look_sometimes(limit, random);
        if (level < 2 * CAPTURE_DEPTH_MAX && next_random(random) % 128) {
            if (next_random(random) % 2)
                wander_left(level, limit, random);
            else
                wander_right(level, limit, random);
        }
    }
    look_sometimes(limit, random);
}

static void stacks_deeper_than_the_depth(void **state)
{
    (void)state;
    static const unsigned limits[] = {1, 5, 20, DEPTH};
    uint32_t random = 1;
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        for (unsigned round = 0; round < 100; round++)
            wander(0, limits[i], &random);
    assert_true(looks > 10000);
}

static void the_caller_alone_lies_below_a_mark(void **state)
{
    (void)state;
    struct capture_start start = {.pc = 0x1234567};
    uint32_t node = capture_caller(&start), outer, none;
    uintptr_t pc;
    assert_int_equal(capture_caller(&start), node);
    assert_true(stack_table_node(table, node, &outer, &pc));
    assert_int_equal(pc, 0x1234567);
    assert_true(stack_table_node(table, outer, &none, &pc));
    assert_int_equal(pc, DUMP_PC_NOT_RECORDED);
    assert_int_equal(none, 0);
}

static void a_dying_thread_gets_no_memo(void **state)
{
    (void)state;
    struct stack_memo *memo = thread_self.memo;
    struct seen seen = {.limit = DEPTH};
    thread_self.memo = NULL;
    thread_self.dying = true;
    descend(5, &seen);
    assert_null(thread_self.memo);
    assert_node_is(&seen);
    thread_self.dying = false;
    thread_self.memo = memo;
}

/* While a module is being unloaded or loaded, and afterwards. */
static void windows_change_nothing_but_the_cost(void **state)
{
    (void)state;
    struct seen before = {.limit = DEPTH}, unloading = before, loading = before, after = before;
    struct seen *all[] = {&before, &unloading, &loading, &after};
    for (volatile unsigned i = 0; i < 4; i++) {
        if (i == 1)
            capture_unload_begin();
        if (i == 2)
            capture_load_begin();
        descend(5, all[i]);
        if (i == 1)
            capture_unload_end();
        if (i == 2)
            capture_load_end();
        assert_node_is(all[i]);
        assert_int_equal(all[i]->node, before.node);
    }
}

/* An alarming number of ways in which a start or a stack may be nonsense: nothing may fault. */
static void nonsense_never_faults(void **state)
{
    (void)state;
    struct capture_start real = capture_here();
    char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
    uintptr_t end = (uintptr_t)pages + PAGE;
    const uintptr_t words[] = {0,
                               1,
                               8,
                               4096,
                               (uintptr_t)pages,
                               end - 8,
                               end,
                               end - 16,
                               real.pc,
                               real.sp,
                               real.bp,
                               real.sp + 4,
                               UINTPTR_MAX,
                               (uintptr_t)1 << 47,
                               (uintptr_t)1 << 63,
                               (uintptr_t)table};
    const unsigned count = sizeof(words) / sizeof(words[0]);
    srand(1);
    for (unsigned round = 0; round < 20000; round++) {
        struct capture_start start = {words[(unsigned)rand() % count],
                                      words[(unsigned)rand() % count],
                                      words[(unsigned)rand() % count]};
        uintptr_t pcs[DEPTH];
        for (unsigned i = 0; i < PAGE / 8; i++)
            ((uintptr_t *)pages)[i] = words[(unsigned)rand() % count];
        assert_in_range(capture_stack(&start, DEPTH, pcs), 1, DEPTH);
        capture_site(&start, DEPTH);
    }
    munmap(pages, 2 * PAGE);
}

static volatile unsigned signals_seen, signals_wrong;
static bool leave_by_longjmp;
static sigjmp_buf back;

static bool is_right(const struct seen *seen)
{
    uint32_t node = seen->node;
    uintptr_t pc;
    for (unsigned i = 0; i < seen->count; i++)
        if (!stack_table_node(table, node, &node, &pc) || pc != seen->pcs[i])
            return false;
    return node == 0 && seen->again == seen->node;
}

/* Once: a handler that takes longer than the time to the next signal would never end. */
static void ring_soon(void)
{
    const struct itimerval timer = {.it_value = {0, 50}};
    setitimer(ITIMER_REAL, &timer, NULL);
}

static void capture_in_handler(int signal)
{
    struct seen seen = {.limit = DEPTH};
    (void)signal;
    descend(signals_seen % 7, &seen);
    signals_wrong += !is_right(&seen);
    signals_seen++;
    if (leave_by_longjmp && signals_seen % 3 == 0)
        siglongjmp(back, 1);
    ring_soon();
}

/* Interrupted at any instruction by a handler that captures too, and may not even return. */
static void capture_while_interrupted(int flags)
{
    struct sigaction action = {.sa_handler = capture_in_handler, .sa_flags = SA_RESTART | flags};
    volatile unsigned wrong = 0, i = 0;
    signals_seen = signals_wrong = 0;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    sigsetjmp(back, 1);
    ring_soon();
    for (; signals_seen < 3000; i++) {
        struct seen seen = {.limit = DEPTH};
        if (i % 1000 == 0 && !leave_by_longjmp) { /* all is forgotten */
            capture_unload_begin();
            capture_unload_end();
        }
        descend(i % 23, &seen);
        wrong += !is_right(&seen);
    }
    signal(SIGALRM, SIG_IGN);
    assert_int_equal(wrong, 0);
    assert_int_equal(signals_wrong, 0);
}

static void handlers_may_capture_while_capturing(void **state)
{
    leave_by_longjmp = false;
    capture_while_interrupted(0);
    leave_by_longjmp = true;
    capture_while_interrupted(0);
    (void)state;
}

/* The worst place for a signal stack: an array in the thread's own, above what is interrupted. */
static void handlers_may_do_so_on_a_stack_of_their_own(void **state)
{
    char alternate[64 * 1024];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)},
            none = {.ss_flags = SS_DISABLE};
    leave_by_longjmp = false;
    assert_int_equal(sigaltstack(&stack, NULL), 0);
    capture_while_interrupted(SA_ONSTACK);
    sigaltstack(&none, NULL);
    (void)state;
}

static void *capture_in_thread(void *data)
{
    struct seen *seen = data;
    for (unsigned i = 0; i < 200; i++) {
        descend(i % 20, seen);
        assert_node_is(seen);
        assert_int_equal(seen->again, seen->node);
    }
    stack_memo_destroy(thread_self.memo);
    thread_self.memo = NULL;
    return NULL;
}

static void each_thread_has_its_own(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 20; round++) {
        pthread_t threads[4];
        struct seen seen[4];
        for (unsigned i = 0; i < 4; i++) {
            seen[i].limit = DEPTH;
            assert_int_equal(pthread_create(&threads[i], NULL, capture_in_thread, &seen[i]), 0);
        }
        for (unsigned i = 0; i < 4; i++)
            pthread_join(threads[i], NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stack_is_the_walks),
        cmocka_unit_test(the_depth_keeps_the_innermost),
        cmocka_unit_test(stacks_deeper_than_the_depth),
        cmocka_unit_test(the_caller_alone_lies_below_a_mark),
        cmocka_unit_test(a_dying_thread_gets_no_memo),
        cmocka_unit_test(windows_change_nothing_but_the_cost),
        cmocka_unit_test(nonsense_never_faults),
        cmocka_unit_test(handlers_may_capture_while_capturing),
        cmocka_unit_test(handlers_may_do_so_on_a_stack_of_their_own),
        cmocka_unit_test(each_thread_has_its_own),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
