/* Each thing that weakens a verdict is one warning. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/warnings.h"
#include "tests/support/dump_builder.h"

static void assert_warnings(struct dump *dump, const char *expected)
{
    char text[256] = "";
    struct warnings warnings;
    warnings_collect(dump, &warnings);
    for (uint32_t i = 0; i < warnings.count; i++) {
        sprintf(text + strlen(text), "%s %u; ", warnings.warning[i].code,
                (unsigned)warnings.warning[i].count);
        assert_true(strlen(warnings.warning[i].text) > 10);
    }
    assert_string_equal(text, expected);
    dump_close(dump);
}

static void a_whole_dump_has_none(void **state)
{
    (void)state;
    assert_warnings(dump_from_graph("0"), "");
}

static void threads_that_did_not_stop(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    const struct dump_thread unparked = {.tid = 2, .state = DUMP_THREAD_UNPARKED};
    const struct dump_thread parked = {.tid = 3, .state = DUMP_THREAD_PARKED};
    dump_builder_add_thread(builder, &unparked, "slow");
    dump_builder_add_thread(builder, &unparked, "slower");
    dump_builder_add_thread(builder, &parked, "fine");
    assert_warnings(dump_builder_open(builder), "unparked_threads 2; ");
}

static void what_the_tracker_noted(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    struct dump_process *process = dump_builder_process(builder);
    process->dropped_blocks = 12;
    process->flags = DUMP_PROCESS_PYMALLOC | DUMP_PROCESS_GSLICE | DUMP_PROCESS_NO_PROC |
                     DUMP_PROCESS_PARTIAL | DUMP_PROCESS_NO_CALLS;
    assert_warnings(dump_builder_open(builder),
                    "dropped 12; pymalloc 1; g_slice 1; partial_roots 1; no_calls 1; ");
}

static void requests_that_the_kernel_has(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_maps(builder, "7f0000000000-7f0000001000 rw-s 00000000 00:0f 9 "
                               "anon_inode:[io_uring]\n"
                               "7f0000002000-7f0000003000 rw-s 00000000 00:0f 9 "
                               "/[aio] (deleted)\n");
    assert_warnings(dump_builder_open(builder), "io_uring 1; aio 1; ");
}

static struct dump *with_heads(uint32_t pointers, uint32_t offset, uint32_t witness)
{
    struct dump_builder *builder = dump_builder_create();
    const struct builder_block block = {.address = 0x10000, .bytes = 4096};
    dump_builder_add_block(builder, &block);
    for (uint32_t i = 0; i < pointers; i++)
        dump_builder_add_edge(builder, &(struct builder_pointer){.offset = 8 * i,
                                                                 .target_offset = offset,
                                                                 .witness = witness});
    dump_builder_add_edge(builder, &(struct builder_pointer){.offset = 8 * pointers});
    return dump_builder_open(builder);
}

static void heads_before_what_the_program_gets(void **state)
{
    (void)state;
    assert_warnings(with_heads(100, 80, 0), "heads 100; ");
    assert_warnings(with_heads(100, 64, 0), "");
    assert_warnings(with_heads(100, 80, DUMP_WITNESS_STDSTRING), "");
    assert_warnings(with_heads(100, 1024, 0), "");
    assert_warnings(with_heads(63, 80, 0), "");
}

static void blocks_without_a_full_stack(void **state)
{
    (void)state;
    for (uint32_t mode = STACKS_FULL; mode <= STACKS_CALLER; mode++) {
        struct dump_builder *builder = dump_builder_create();
        dump_builder_process(builder)->stacks_mode = mode;
        dump_builder_add_graph(builder, "0#1/2 1#1/ 2#2/");
        assert_warnings(dump_builder_open(builder), mode == STACKS_SAMPLED ? "sampled 2; " : "");
    }
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->stacks_mode = STACKS_SAMPLED;
    dump_builder_add_graph(builder, "0#1/2");
    assert_warnings(dump_builder_open(builder), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_dump_has_none),
        cmocka_unit_test(threads_that_did_not_stop),
        cmocka_unit_test(what_the_tracker_noted),
        cmocka_unit_test(requests_that_the_kernel_has),
        cmocka_unit_test(heads_before_what_the_program_gets),
        cmocka_unit_test(blocks_without_a_full_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
