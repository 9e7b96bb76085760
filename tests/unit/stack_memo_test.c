#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "preload/stack_memo.h"

#define FRAMES 6u
#define FRAME_WORDS 4u

/* A stack of our own making: FRAMES frames of FRAME_WORDS words, return address on top of each. */
static uintptr_t words[FRAMES * FRAME_WORDS];
static struct trace trace;

static struct capture_start start_at(uintptr_t pc)
{
    return (struct capture_start){.pc = pc, .sp = (uintptr_t)words, .bp = 0x5000};
}

/* Fills the stack so that each of the path's decimal digits is a return address. */
static void make_stack(unsigned path)
{
    for (unsigned i = 0; i < FRAMES; i++, path /= 10)
        words[(i + 1) * FRAME_WORDS - 1] = 0x1000 * (i + 1) + path % 10;
}

/* The trace that a walk would leave. */
static void make_trace(uintptr_t pc, uint32_t node)
{
    memset(&trace, 0, sizeof(trace));
    trace.count = FRAMES + 1;
    for (unsigned i = 0; i <= FRAMES; i++) {
        struct trace_frame *traced = &trace.frames[FRAMES - i];
        traced->node = node;
        traced->frame.sp = (uintptr_t)&words[i * FRAME_WORDS];
        traced->frame.pc = i ? words[i * FRAME_WORDS - 1] : pc;
        traced->frame.pc_slot = i ? traced->frame.sp - 8 : 0;
        traced->frame.bp = 0x5000;
    }
}

static struct stack_memo *new_memo(void)
{
    struct stack_memo *memo = stack_memo_create();
    assert_non_null(memo);
    memo->reader.own_start = (uintptr_t)words;
    memo->reader.own_end = (uintptr_t)(words + FRAMES * FRAME_WORDS);
    return memo;
}

static void put(struct stack_memo *memo, uintptr_t pc, unsigned path)
{
    make_stack(path);
    make_trace(pc, path + 1);
    stack_memo_put(memo, &trace);
}

static uint32_t find(struct stack_memo *memo, uintptr_t pc, unsigned path)
{
    struct capture_start start = start_at(pc);
    make_stack(path);
    return stack_memo_find(memo, &start);
}

static void finds_what_was_put(void **state)
{
    struct stack_memo *memo = new_memo();
    assert_int_equal(find(memo, 0x42, 123456), 0);
    put(memo, 0x42, 123456);
    assert_int_equal(find(memo, 0x42, 123456), 123457);
    assert_int_equal(find(memo, 0x43, 123456), 0);
    stack_memo_reset(memo);
    assert_int_equal(find(memo, 0x42, 123456), 0);
    stack_memo_destroy(memo);
    (void)state;
}

static void every_word_counts(void **state)
{
    struct stack_memo *memo = new_memo();
    put(memo, 0x42, 111111);
    for (unsigned digit = 1; digit <= 100000; digit *= 10) {
        assert_int_equal(find(memo, 0x42, 111111 + digit), 0);
        assert_int_equal(find(memo, 0x42, 111111), 111112);
    }
    stack_memo_destroy(memo);
    (void)state;
}

/* They part at the first frame, at the last, and in between. */
static void tells_stacks_with_one_start_apart(void **state)
{
    struct stack_memo *memo = new_memo();
    unsigned found = 0;
    for (unsigned i = 0; i < 200; i++)
        put(memo, 0x42, i * 4999 % 1000000);
    for (unsigned i = 0; i < 200; i++) {
        uint32_t node = find(memo, 0x42, i * 4999 % 1000000);
        assert_true(node == 0 || node == i * 4999 % 1000000 + 1);
        found += node != 0;
    }
    assert_in_range(found, 150, 200); /* a few have pushed each other out */
    stack_memo_destroy(memo);
    (void)state;
}

static void the_oldest_give_way(void **state)
{
    struct stack_memo *memo = new_memo();
    for (unsigned i = 0; i < 100000; i++) {
        put(memo, 0x1000 + i * 16, i);
        assert_int_equal(find(memo, 0x1000 + i * 16, i), i + 1);
    }
    unsigned found = 0;
    for (unsigned i = 0; i < 100000; i++) {
        uint32_t node = find(memo, 0x1000 + i * 16, i);
        assert_true(node == 0 || node == i + 1);
        found += node != 0;
    }
    assert_in_range(found, 400, 2000);
    stack_memo_destroy(memo);
    (void)state;
}

static void rbp_counts_only_where_it_matters(void **state)
{
    struct stack_memo *memo = new_memo();
    struct capture_start start = start_at(0x42);
    put(memo, 0x42, 7);
    start.bp = 0x6000;
    assert_int_equal(stack_memo_find(memo, &start), 8);
    make_trace(0x42, 8);
    trace.frames[FRAMES].bp_needed = true;
    stack_memo_put(memo, &trace);
    assert_int_equal(stack_memo_find(memo, &start), 0);
    start.bp = 0x5000;
    assert_int_equal(stack_memo_find(memo, &start), 8);
    stack_memo_destroy(memo);
    (void)state;
}

static void the_word_that_ended_it_counts(void **state)
{
    struct stack_memo *memo = new_memo();
    struct capture_start start = start_at(0x42);
    make_stack(7);
    make_trace(0x42, 8);
    trace.end_slot = (uintptr_t)&words[1];
    trace.end_value = words[1] = 0;
    stack_memo_put(memo, &trace);
    assert_int_equal(stack_memo_find(memo, &start), 8);
    words[1] = 1;
    assert_int_equal(stack_memo_find(memo, &start), 0);
    words[1] = 0;
    stack_memo_destroy(memo);
    (void)state;
}

static void what_lies_too_far_away_is_not_kept(void **state)
{
    struct stack_memo *memo = new_memo();
    make_stack(7);
    make_trace(0x42, 8);
    trace.frames[0].frame.pc_slot += (uintptr_t)1 << 30;
    stack_memo_put(memo, &trace);
    assert_int_equal(find(memo, 0x42, 7), 0);
    stack_memo_destroy(memo);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(every_word_counts),
        cmocka_unit_test(tells_stacks_with_one_start_apart),
        cmocka_unit_test(the_oldest_give_way),
        cmocka_unit_test(rbp_counts_only_where_it_matters),
        cmocka_unit_test(the_word_that_ended_it_counts),
        cmocka_unit_test(what_lies_too_far_away_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
