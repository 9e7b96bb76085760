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
static struct path_cache paths;

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
    trace.node = node;
    for (unsigned i = 0; i <= FRAMES; i++) {
        struct trace_frame *traced = &trace.frames[FRAMES - i];
        traced->frame.sp = (uintptr_t)&words[i * FRAME_WORDS];
        traced->frame.pc = i ? words[i * FRAME_WORDS - 1] : pc;
        traced->frame.pc_slot = i ? traced->frame.sp - 8 : 0;
        traced->frame.bp = 0x5000;
        traced->plain = true;
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

static void remember(struct stack_memo *memo)
{
    struct path_hash hash;
    if (stack_memo_put(memo, &trace, &paths.keys, &hash))
        path_cache_put(&paths, hash, trace.node);
}

static void put(struct stack_memo *memo, uintptr_t pc, unsigned path)
{
    make_stack(path);
    make_trace(pc, path + 1);
    remember(memo);
}

static uint32_t find(struct stack_memo *memo, uintptr_t pc, unsigned path)
{
    struct capture_start start = start_at(pc);
    make_stack(path);
    return stack_memo_find(memo, &start, &paths);
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

/* What a caller keeps in its frame says nothing about the stack. */
static void only_the_words_of_the_walk_count(void **state)
{
    struct stack_memo *memo = new_memo();
    for (unsigned frames = 1; frames <= FRAMES; frames++) {
        struct capture_start start = start_at(0x1000 + frames);
        make_stack(frames);
        make_trace(start.pc, frames);
        memmove(trace.frames, &trace.frames[FRAMES - frames],
                (frames + 1) * sizeof(trace.frames[0]));
        trace.count = frames + 1;
        remember(memo);
        for (unsigned i = 0; i < FRAMES * FRAME_WORDS; i++)
            words[i] += i % FRAME_WORDS != FRAME_WORDS - 1;
        assert_int_equal(stack_memo_find(memo, &start, &paths), frames);
    }
    stack_memo_destroy(memo);
    (void)state;
}

/* They part at the first frame, at the last, and in between; one layout serves them all. */
static void tells_stacks_with_one_start_apart(void **state)
{
    struct stack_memo *memo = new_memo();
    for (unsigned i = 0; i < 200; i++)
        put(memo, 0x42, i * 4999 % 1000000);
    unsigned found = 0;
    for (unsigned i = 0; i < 200; i++) {
        uint32_t node = find(memo, 0x42, i * 4999 % 1000000);
        assert_true(node == 0 || node == i * 4999 % 1000000 + 1);
        found += node != 0;
    }
    assert_in_range(found, 180, 200); /* a few may have pushed each other out of the cache */
    const struct stack_memo_slot *set =
        stack_memo_set(memo, stack_memo_hash(0x42, (uintptr_t)words));
    assert_int_equal(set[1].tag, 0);
    stack_memo_destroy(memo);
    (void)state;
}

/* As many stacks with one start, of different layouts, as there are ways. */
static void one_start_may_have_several_layouts(void **state)
{
    struct stack_memo *memo = new_memo();
    struct capture_start start = start_at(0x42);
    make_stack(7);
    for (unsigned i = 0; i < STACK_MEMO_WAYS; i++) {
        make_trace(0x42, i + 1);
        trace.frames[0].frame.pc_slot -= i * sizeof(words[0]);
        words[FRAMES * FRAME_WORDS - 1 - i] = 0x9000 + i;
        remember(memo);
        assert_int_equal(stack_memo_find(memo, &start, &paths), i + 1);
        words[FRAMES * FRAME_WORDS - 1 - i] = 0;
    }
    for (unsigned i = 0; i < STACK_MEMO_WAYS; i++) {
        words[FRAMES * FRAME_WORDS - 1 - i] = 0x9000 + i;
        assert_int_equal(stack_memo_find(memo, &start, &paths), i + 1);
        words[FRAMES * FRAME_WORDS - 1 - i] = 0;
    }
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
    assert_in_range(found, 400, 4000);
    stack_memo_destroy(memo);
    (void)state;
}

static void rbp_counts_only_where_it_matters(void **state)
{
    struct stack_memo *memo = new_memo();
    struct capture_start start = start_at(0x42);
    put(memo, 0x42, 7);
    start.bp = 0x6000;
    assert_int_equal(stack_memo_find(memo, &start, &paths), 8);
    stack_memo_reset(memo);
    make_trace(0x42, 8);
    trace.frames[FRAMES].bp_needed = true;
    remember(memo);
    assert_int_equal(stack_memo_find(memo, &start, &paths), 0);
    start.bp = 0x5000;
    assert_int_equal(stack_memo_find(memo, &start, &paths), 8);
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
    remember(memo);
    assert_int_equal(stack_memo_find(memo, &start, &paths), 8);
    words[1] = 1;
    assert_int_equal(stack_memo_find(memo, &start, &paths), 0);
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
    remember(memo);
    assert_int_equal(find(memo, 0x42, 7), 0);
    stack_memo_destroy(memo);
    (void)state;
}

/* Another thread's stack, or this one's elsewhere: the same words in the same places. */
static void equal_layouts_share_what_they_find(void **state)
{
    struct stack_memo *one = new_memo(), *other = new_memo();
    struct capture_start start = start_at(0x7777);
    put(one, start.pc, 7);
    make_stack(7);
    make_trace(start.pc, 0);
    struct path_hash hash;
    assert_true(stack_memo_put(other, &trace, &paths.keys, &hash));
    assert_int_equal(path_cache_get(&paths, hash), 8);
    other->epoch++; /* code may have changed */
    stack_memo_reset(other);
    assert_true(stack_memo_put(other, &trace, &paths.keys, &hash));
    assert_int_equal(path_cache_get(&paths, hash), 0);
    stack_memo_destroy(one);
    stack_memo_destroy(other);
    (void)state;
}

/* A coroutine's frames: their memory may be gone when the words are read. */
static void what_lies_on_another_stack_is_not_kept(void **state)
{
    struct stack_memo *memo = new_memo();
    memo->reader.own_end -= sizeof(words[0]);
    put(memo, 0x42, 7);
    assert_int_equal(find(memo, 0x42, 7), 0);
    stack_memo_destroy(memo);
    (void)state;
}

static int set_up(void **state)
{
    (void)state;
    path_cache_init(&paths);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(every_word_counts),
        cmocka_unit_test(tells_stacks_with_one_start_apart),
        cmocka_unit_test(only_the_words_of_the_walk_count),
        cmocka_unit_test(one_start_may_have_several_layouts),
        cmocka_unit_test(the_oldest_give_way),
        cmocka_unit_test(rbp_counts_only_where_it_matters),
        cmocka_unit_test(the_word_that_ended_it_counts),
        cmocka_unit_test(what_lies_too_far_away_is_not_kept),
        cmocka_unit_test(equal_layouts_share_what_they_find),
        cmocka_unit_test(what_lies_on_another_stack_is_not_kept),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
