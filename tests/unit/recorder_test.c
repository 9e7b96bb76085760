#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/wait.h>

#include "libcaulk/dump_format.h"
#include "preload/annotations.h"
#include "preload/counters.h"
#include "preload/recorder.h"
#include "preload/tracker.h"

#define ADDRESS 0x10000000ul

static int start(void **state)
{
    char *environment[] = {"CAULK_OPTIONS=stacks=caller:log=none", NULL};
    (void)state;
    tracker_start(environment);
    return tracker_on() ? 0 : -1;
}

static struct block find(uintptr_t address)
{
    struct block block;
    assert_true(block_table_find(&tracker.blocks, address, &block));
    return block;
}

static void a_block_is_known_from_birth_to_end(void **state)
{
    (void)state;
    struct counters_sum before = counters_sum();
    uint32_t tick = tracker_tick();
    errno = EDOM;
    recorder_born((void *)ADDRESS, 1000, 0x1234, 0, 0);
    struct block block = find(ADDRESS);
    assert_int_equal(errno, EDOM);
    assert_int_equal(block.bytes, 1000);
    assert_true(block.birth >= tick);
    uint32_t parent;
    uintptr_t pc;
    assert_true(stack_table_node(&tracker.stacks, block.stack, &parent, &pc));
    assert_int_equal(pc, 0x1234);
    assert_int_equal(counters_sum().live_bytes - before.live_bytes, 1000);
    assert_true(recorder_gone((void *)ADDRESS));
    assert_false(recorder_gone((void *)ADDRESS));
    assert_int_equal(counters_sum().live_blocks, before.live_blocks);
}

static void a_block_beyond_the_table_is_counted(void **state)
{
    (void)state;
    struct counters_sum before = counters_sum();
    uint64_t dropped = tracker.dropped_blocks;
    void *beyond = (void *)((uintptr_t)1 << 47), *last = (void *)(((uintptr_t)1 << 47) - 4096);
    recorder_born(beyond, 1000, 0x1234, 0, 0);
    recorder_born((void *)((uintptr_t)1 << 56), 1000, 0x1234, 0, 0);
    recorder_born(last, 4096, 0x1234, 0, 0);
    assert_true(tracker_on());
    assert_int_equal(tracker.dropped_blocks - dropped, 2);
    assert_int_equal(counters_sum().live_bytes - before.live_bytes, 4096);
    assert_false(recorder_gone(beyond));
    assert_true(recorder_gone(last));
}

static void realloc_moves_buries_or_puts_back(void **state)
{
    (void)state;
    struct block old;
    recorder_born((void *)ADDRESS, 10, 1, 0, 0);
    assert_true(annotations_add(
        &(struct annotation){.kind = ANNOTATION_LABEL, .address = ADDRESS, .text = "x"}));
    assert_true(recorder_take((void *)ADDRESS, &old));
    recorder_put_back(&old);
    assert_int_equal(find(ADDRESS).bytes, 10);
    assert_true(recorder_take((void *)ADDRESS, &old));
    recorder_bury(&old, (void *)ADDRESS); /* in place: it is still the same block */
    assert_true(annotations_any());
    recorder_bury(&old, (void *)(ADDRESS + 64));
    assert_false(annotations_any());
}

static void a_dump_separates_the_ticks(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        recorder_born((void *)ADDRESS, 10, 1, 0, 0);
        uint32_t tick = tracker_tick();
        assert_true(find(ADDRESS).birth <= tick);
        tracker.tick_floor = tick + 1; /* as a dump does */
        recorder_born((void *)ADDRESS, 10, 1, 0, 0);
        assert_true(find(ADDRESS).birth > tick);
    }
    recorder_gone((void *)ADDRESS);
}

static void a_forked_child_renews_its_record(void **state)
{
    (void)state;
    assert_non_null(tracker_process());
    tracker.process->sequence = 7;
    pid_t child = fork();
    if (child == 0) {
        struct tracker_process *own = tracker_process();
        bool renewed = own && own->pid == getpid() && own->sequence == 0 && tracker.fork_tick > 0;
        _exit(renewed && tracker_tick() > tracker.fork_tick ? 0 : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    assert_int_equal(tracker_process()->sequence, 7);
}

static void a_failure_turns_tracking_off_for_good(void **state)
{
    (void)state;
    tracker_fail("for the test");
    assert_false(tracker_on());
    assert_false(tracker_try_start());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_known_from_birth_to_end),
        cmocka_unit_test(a_block_beyond_the_table_is_counted),
        cmocka_unit_test(realloc_moves_buries_or_puts_back),
        cmocka_unit_test(a_dump_separates_the_ticks),
        cmocka_unit_test(a_forked_child_renews_its_record),
        cmocka_unit_test(a_failure_turns_tracking_off_for_good),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
