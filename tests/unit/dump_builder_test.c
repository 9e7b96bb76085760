/* What the builder writes, the reader reads: every field of every section, and the notation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "tests/support/dump_builder.h"

static void graph_pointers(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("0>1 0>2 2@24>0+8sm 1>1 r>0 stack@16>2+4 1=2");
    assert_int_equal(dump->block_count, 3);
    assert_int_equal(dump->edges.count, 4);
    const uint64_t begin[] = {0, 2, 3, 4};
    assert_memory_equal(dump->edges.begin, begin, sizeof(begin));
    const uint32_t target[] = {1, 2, 1, 0}, words[] = {0, 1, 0, 3}, inner[] = {0, 0, 0, 8};
    assert_memory_equal(dump->edges.target, target, sizeof(target));
    assert_memory_equal(dump->edges.source_words, words, sizeof(words));
    assert_memory_equal(dump->edges.target_offset, inner, sizeof(inner));
    assert_int_equal(dump->edges.witness[3], WITNESS_STDSTRING | WITNESS_MULTIPLE_INHERITANCE);
    assert_int_equal(dump->root_count, 2);
    assert_int_equal(dump->roots[1].kind, ROOT_STACK);
    assert_int_equal(dump->refs.begin[2], 2);
    assert_int_equal(dump->refs.target[1], 2);
    assert_int_equal(dump->refs.source_words[1], 2);
    assert_int_equal(dump->refs.target_offset[1], 4);
    assert_int_equal(dump->declared_count, 1);
    assert_int_equal(dump->declared[0].owner, 1);
    assert_int_equal(dump->declared[0].block, 2);
    dump_close(dump);
}

static void graph_attributes(void **state)
{
    (void)state;
    struct dump *dump = dump_from_graph("1:100#2^30!ignored!pool~node 0");
    assert_int_equal(dump->block_count, 2);
    assert_int_equal(dump->block_address[1], DUMP_BUILDER_ADDRESS(1));
    assert_int_equal(dump->block_bytes[0], 64);
    assert_int_equal(dump->block_bytes[1], 100);
    assert_int_equal(dump->block_birth[1], 30);
    assert_int_equal(dump->block_flags[1], BLOCK_IGNORED | BLOCK_POOL);
    assert_null(dump->block_label[0]);
    assert_string_equal(dump->block_label[1], "node");
    uint32_t inner = dump->block_stack[1], outer = dump->stack_parent[inner];
    assert_int_equal(dump->stack_pc[inner], DUMP_BUILDER_SITE_PC(2));
    assert_int_equal(dump->stack_pc[outer], DUMP_BUILDER_MAIN_PC);
    assert_int_equal(dump->stack_parent[outer], 0);
    assert_int_equal(dump->stack_parent[dump->block_stack[0]], outer);
    dump_close(dump);
}

static void process_modules_threads(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->stacks_mode = DUMP_STACKS_CALLER;
    dump_builder_process(builder)->flags = DUMP_PROCESS_NO_PROC;
    dump_builder_process(builder)->rss_bytes = DUMP_AMOUNT_MAX;
    const struct dump_module library = {
        .start = 0x7000, .end = 0x9000, .bias = 0x7000, .loaded_tick = 5, .unloaded_tick = 9};
    dump_builder_module(builder, 0)->start = 0x5000;
    dump_builder_module(builder, 0)->bias = -UINT64_C(1);
    uint32_t number = dump_builder_add_module(builder, &library, "/lib/l.so", "00ff");
    dump_builder_add_segment(builder, &(struct dump_segment){0x7000, 0x8000, number, 4});
    dump_builder_add_thread(builder, &(struct dump_thread){.tid = 7, .state = 2}, "\xff worker");
    dump_builder_maps(builder, "00400000-00500000 r-xp\n");
    struct dump *dump = dump_builder_open(builder);
    assert_int_equal(dump->process.pid, 4711);
    assert_int_equal(dump->process.stacks_mode, STACKS_CALLER);
    assert_true(dump->process.no_proc && !dump->process.pymalloc && !dump->process.no_calls);
    assert_true(dump->process.rss_bytes == DUMP_AMOUNT_MAX);
    assert_string_equal(dump->process.program, "/bin/program");
    assert_string_equal(dump->process.options, "");
    assert_int_equal(dump->module_count, 2);
    assert_true(dump->modules[0].is_main && dump->modules[0].bias == UINT64_MAX);
    assert_int_equal(dump->modules[1].first_segment, 2);
    assert_int_equal(dump->modules[1].segment_count, 1);
    assert_int_equal(dump->modules[1].unloaded_tick, 9);
    assert_string_equal(dump->modules[1].path, "/lib/l.so");
    assert_string_equal(dump->modules[1].build_id, "00ff");
    assert_int_equal(dump->segments[2].flags, 4);
    assert_int_equal(dump->threads[1].state, THREAD_UNPARKED);
    assert_string_equal(dump->threads[1].name, "\xff worker");
    assert_int_equal(dump->maps_bytes, strlen("00400000-00500000 r-xp\n"));
    assert_string_equal(dump->parts[0].name, "PROCESS");
    assert_int_equal(dump->parts[0].bytes, sizeof(struct dump_process));
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(graph_pointers),
        cmocka_unit_test(graph_attributes),
        cmocka_unit_test(process_modules_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
