/* Stacks of merged dumps: which code is the same, and where it is put. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "libcaulk/dump_merge.h"
#include "libcaulk/dump_merge_stacks.h"
#include "tests/support/dump_builder.h"

static struct analysis *analyze(struct dump *dump)
{
    const struct analysis_options options = {.all_cycles = false};
    struct analysis *analysis;
    assert_true(analysis_create(dump, &options, &analysis, NULL));
    return analysis;
}

static void add(struct dump_merge *merge, struct dump_builder *builder)
{
    struct dump *dump = dump_builder_open(builder);
    struct analysis *analysis = analyze(dump);
    assert_true(dump_merge_add(merge, analysis, NULL));
    analysis_destroy(analysis);
    dump_close(dump);
}

/* A module 0x1000000 long, at an address, whose code at offset 0x100 has a block. */
static struct dump_builder *loaded_at(uint32_t pid, uint64_t address, const char *path,
                                      const char *build_id)
{
    struct dump_builder *builder = dump_builder_create();
    const struct dump_module module = {.start = address, .end = address + 0x1000000};
    uint64_t pc = address + 0x100;
    dump_builder_process(builder)->pid = pid;
    dump_builder_add_module(builder, &module, path, build_id);
    uint32_t stack = dump_builder_add_stack(builder, &pc, 1);
    dump_builder_add_block(builder,
                           &(struct builder_block){.address = 0x1000, .bytes = 10, .stack = stack});
    return builder;
}

static uint32_t sites_of_two(struct dump_builder *first, struct dump_builder *second)
{
    struct dump_merge merge = {0};
    add(&merge, first);
    add(&merge, second);
    struct analysis *analysis = analyze(merge.dump);
    uint32_t count = analysis->sites.count;
    analysis_destroy(analysis);
    dump_merge_finish(&merge);
    return count;
}

static void a_build_id_is_one_module_wherever_it_lies(void **state)
{
    (void)state;
    const uint64_t here = 0x7f0000000000, there = 0x7f5555000000;
    assert_int_equal(
        sites_of_two(loaded_at(1, here, "/a", "01ab"), loaded_at(2, there, "/b", "01ab")), 1);
    assert_int_equal(
        sites_of_two(loaded_at(1, here, "/a", "01ab"), loaded_at(2, here, "/a", "02ab")), 2);
    assert_int_equal(sites_of_two(loaded_at(1, here, "/a", ""), loaded_at(2, there, "/a", "")), 1);
    assert_int_equal(sites_of_two(loaded_at(1, here, "/a", ""), loaded_at(2, here, "/b", "")), 2);
}

/* Each of these lies across all others. */
static void modules_that_lie_across_each_other_are_kept_apart(void **state)
{
    (void)state;
    struct dump_merge merge = {0};
    for (uint32_t pid = 1; pid <= 20; pid++) {
        char id[16];
        snprintf(id, sizeof(id), "%02x", pid % 5);
        add(&merge, loaded_at(pid, 0x7f0000000000 + pid % 5 * 0x1000, "/a", id));
    }
    struct analysis *analysis = analyze(merge.dump);
    assert_int_equal(analysis->sites.count, 5);
    assert_int_equal(analysis->dump->module_count, 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(analysis->sites.site[i].live.blocks, 4);
    analysis_destroy(analysis);
    dump_merge_finish(&merge);
}

static void code_without_a_module_is_all_one(void **state)
{
    (void)state;
    struct dump_builder *builder[2];
    for (uint32_t i = 0; i < 2; i++) {
        uint64_t pc = 0x5000 + i;
        builder[i] = dump_builder_create();
        dump_builder_process(builder[i])->pid = i + 1;
        dump_builder_add_block(builder[i], &(struct builder_block){.address = 0x1000,
                                                                   .bytes = 10,
                                                                   .stack = dump_builder_add_stack(
                                                                       builder[i], &pc, 1)});
    }
    assert_int_equal(sites_of_two(builder[0], builder[1]), 1);
}

/* Two merged dumps have the module that both know in different places. */
static void merged_dumps_have_common_numbers(void **state)
{
    (void)state;
    struct dump_merge first = {0}, second = {0};
    struct dump *code;
    uint32_t *common[2];
    add(&first, loaded_at(1, 0x7f0000000000, "/a", "01"));
    add(&second, loaded_at(1, 0x7f0000000000, "/b", "02"));
    add(&second, loaded_at(2, 0x7f0000000000, "/a", "01"));
    struct dump *const dumps[] = {first.dump, second.dump};
    assert_true(dump_merge_stacks(dumps, 2, &code, common));
    assert_int_equal(code->stack_count, 2);
    assert_int_equal(common[0][1], common[1][2]);
    assert_int_not_equal(common[1][1], common[1][2]);
    free(common[0]);
    free(common[1]);
    dump_close(code);
    dump_merge_finish(&first);
    dump_merge_finish(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_id_is_one_module_wherever_it_lies),
        cmocka_unit_test(modules_that_lie_across_each_other_are_kept_apart),
        cmocka_unit_test(code_without_a_module_is_all_one),
        cmocka_unit_test(merged_dumps_have_common_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
