/* Several processes' dumps as one: what a fork copied, what a program's other start shares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "libcaulk/dump_sum.h"
#include "libcaulk/stack_frames.h"
#include "tests/support/dump_builder.h"

static struct dump *process(uint32_t pid, uint32_t fork_tick, const char *line)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->pid = pid;
    dump_builder_process(builder)->fork_tick = fork_tick;
    dump_builder_add_graph(builder, line);
    return dump_builder_open(builder);
}

static struct analysis *analyze(struct dump **parts, uint32_t count)
{
    struct analysis_options options = {.all_cycles = false};
    struct dump *sum;
    struct analysis *analysis;
    assert_true(dump_sum(parts, count, &sum, NULL));
    assert_true(analysis_create(sum, &options, &analysis, NULL));
    return analysis;
}

static void finish(struct analysis *analysis)
{
    struct dump *dump = (struct dump *)analysis->dump;
    analysis_destroy(analysis);
    dump_close(dump);
}

static void assert_kinds(const struct analysis *analysis, uint64_t definite, uint64_t indirect,
                         uint64_t reachable)
{
    assert_int_equal(analysis->of_kind[KIND_DEFINITE].blocks, definite);
    assert_int_equal(analysis->of_kind[KIND_INDIRECT].blocks, indirect);
    assert_int_equal(analysis->of_kind[KIND_REACHABLE].blocks, reachable);
    assert_int_equal(analysis->live.blocks, definite + indirect + reachable);
}

static void what_a_fork_copied_counts_once(void **state)
{
    (void)state;
    struct dump *parts[] = {
        process(2, 50, "0^1!inherited 1^2!inherited 2^60 0>1 0@8>2 r>0"),
        process(1, 0, "0^1 1^2 2^70 3^80 r>0 0>1 0@16>3"),
    };
    struct analysis *analysis = analyze(parts, 2);
    assert_int_equal(analysis->dump->process.pid, 1);
    assert_kinds(analysis, 1, 0, 4); /* 0, 1, the child's 2 and the parent's 3; the parent's 2 */
    assert_int_equal(analysis->dump->edges.count, 3);
    finish(analysis);
}

static void a_copy_is_lost_where_every_process_lost_it(void **state)
{
    (void)state;
    struct dump *kept[] = {process(1, 0, "0^1"), process(2, 50, "0^1!inherited r>0")};
    struct analysis *analysis = analyze(kept, 2);
    assert_kinds(analysis, 0, 0, 1);
    finish(analysis);
    struct dump *lost[] = {process(1, 0, "0^1 0>1^1"), process(2, 50, "0^1!inherited 1^60")};
    analysis = analyze(lost, 2);
    assert_kinds(analysis, 2, 1, 0);
    finish(analysis);
}

static void blocks_of_other_births_or_programs_are_others(void **state)
{
    (void)state;
    struct dump *births[] = {process(1, 0, "0^70"), process(2, 50, "0^60")};
    struct analysis *analysis = analyze(births, 2);
    assert_int_equal(analysis->live.blocks, 2);
    finish(analysis);

    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->pid = 9;
    dump_builder_process(builder)->start_ns += 12345;
    dump_builder_add_graph(builder, "0^1!inherited");
    struct dump *programs[] = {process(1, 0, "0^1"), dump_builder_open(builder)};
    analysis = analyze(programs, 2);
    assert_int_equal(analysis->live.blocks, 2);
    finish(analysis);
}

static struct dump *sibling(uint32_t pid, uint32_t fork_tick, uint32_t flags, const char *line)
{
    struct dump_builder *builder = dump_builder_create();
    *dump_builder_process(builder) = (struct dump_process){.pid = pid,
                                                           .parent_pid = 1,
                                                           .fork_tick = fork_tick,
                                                           .flags = flags,
                                                           .tick = 1000,
                                                           .tick_ns = 10000000};
    dump_builder_add_graph(builder, line);
    return dump_builder_open(builder);
}

/* What a parent allocates between two forks one worker may allocate alike, at the same address. */
static void siblings_share_only_what_both_inherited(void **state)
{
    (void)state;
    struct dump *parts[] = {sibling(2, 10, 0, "0^5!inherited 1^15"),
                            sibling(3, 20, 0, "0^5!inherited 1^15!inherited")};
    struct analysis *analysis = analyze(parts, 2);
    assert_int_equal(analysis->live.blocks, 3);
    finish(analysis);
}

static void without_births_siblings_share_nothing_by_themselves(void **state)
{
    (void)state;
    const uint32_t low = DUMP_PROCESS_NO_BIRTHS;
    struct dump *parts[] = {sibling(1, 0, low, "0"), sibling(2, 10, low, "0!inherited 1!inherited"),
                            sibling(3, 20, low, "0!inherited 1!inherited")};
    struct analysis *analysis = analyze(parts, 3);
    assert_int_equal(analysis->live.blocks, 3);
    assert_string_equal(analysis->warnings.warning[0].code, "copies");
    finish(analysis);
}

static void a_block_of_another_stack_is_another(void **state)
{
    (void)state;
    struct dump *parts[] = {process(1, 0, "0^1#1"), process(2, 50, "0^1#2!inherited")};
    struct analysis *analysis = analyze(parts, 2);
    assert_int_equal(analysis->live.blocks, 2);
    finish(analysis);
}

static void one_stack_is_one_site(void **state)
{
    (void)state;
    struct dump *parts[] = {process(1, 0, "0#1 1#2"), process(2, 50, "0#1^60 1#3^60")};
    struct analysis *analysis = analyze(parts, 2);
    assert_int_equal(analysis->sites.count, 3);
    assert_int_equal(analysis->leaks.leak[0].own.blocks, 2);
    finish(analysis);
}

/* The same program executed again, its module elsewhere: site 1 is at the same place in it. */
static void code_is_the_same_wherever_it_was_loaded(void **state)
{
    (void)state;
    const uint64_t moved = 0x7000000;
    struct dump *again = process(9, 0, "0#1");
    again->process.start_ns++;
    again->modules[0].start += moved;
    again->modules[0].end += moved;
    again->modules[0].bias += moved;
    for (uint32_t s = 1; s <= again->stack_count; s++)
        again->stack_pc[s] += moved;
    struct dump *parts[] = {process(1, 0, "0#1"), again};
    struct analysis *analysis = analyze(parts, 2);
    assert_int_equal(analysis->dump->module_count, 1);
    assert_int_equal(analysis->sites.count, 1);
    assert_int_equal(analysis->sites.site[0].live.blocks, 2);
    finish(analysis);
}

/* Another program at the same addresses keeps its own code. */
static void other_code_at_the_same_address_is_moved(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_module(builder, 0)->path = dump_builder_add_string(builder, "/bin/other");
    dump_builder_process(builder)->start_ns += 1;
    dump_builder_add_graph(builder, "0#1 r>0");
    struct dump *parts[] = {process(1, 0, "0#1"), dump_builder_open(builder)};
    struct analysis *analysis = analyze(parts, 2);
    const struct dump *dump = analysis->dump;
    assert_int_equal(dump->module_count, 2);
    assert_int_equal(analysis->sites.count, 2);
    for (uint32_t b = 0; b < 2; b++) {
        const struct module *module =
            dump_find_module(dump, dump->stack_pc[dump->block_stack[b]], 0);
        assert_non_null(module);
        assert_string_equal(module->path, b ? "/bin/other" : "/bin/program");
    }
    assert_string_equal(dump->modules[dump->roots[0].owner].path, "/bin/other");
    assert_true(dump->roots[0].start >= dump->modules[dump->roots[0].owner].start);
    finish(analysis);
}

/* Blocks at one site of a Python program, which calls other things first. */
static struct dump *python_process(uint32_t pid, const char *first, const char *file)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->pid = pid;
    dump_builder_add_python_loop(builder, 0x402000, 0x402100);
    uint32_t code = 0;
    for (; *first; first++)
        code = 1 + dump_builder_add_python_code(builder, "other", file, (uint32_t)*first);
    dump_builder_add_python_code(builder, "leak", file, 7);
    uint64_t pc = DUMP_BUILDER_PYTHON(code, 9) | DUMP_PC_PYTHON_ENTRY;
    uint32_t c = dump_builder_add_stack(builder, (uint64_t[]){0x402010, 0x403000}, 2);
    uint32_t python = dump_builder_add_stack(builder, &pc, 1);
    uint32_t node = dump_builder_add_stack_node(builder, c, DUMP_PC_PYTHON_STACK | python);
    const struct builder_block block = {DUMP_BUILDER_ADDRESS(0), 16, node, 0, 0};
    dump_builder_add_block(builder, &block);
    return dump_builder_open(builder);
}

static void python_functions_are_the_same_by_what_is_said_of_them(void **state)
{
    (void)state;
    struct dump *parts[] = {python_process(1, "", "a.py"), python_process(2, "xyz", "a.py"),
                            python_process(3, "xyz", "b.py")};
    struct analysis *analysis = analyze(parts, 3);
    const struct dump *dump = analysis->dump;
    assert_int_equal(dump->code_count, 1 + 3 + 4);
    assert_int_equal(analysis->sites.count, 2);
    for (uint32_t b = 0; b < 3; b++) {
        static struct stack_frames frames;
        stack_frames_list(dump, dump->block_stack[b], &frames);
        assert_int_equal(frames.count, 3);
        assert_int_equal(stack_python_line(frames.frame[1]), 9);
        const struct python_code *code = &dump->codes[stack_python_code(frames.frame[1])];
        assert_string_equal(code->name, "leak");
        assert_string_equal(code->file, b == 2 ? "b.py" : "a.py");
    }
    finish(analysis);
}

static void a_process_given_twice_is_refused(void **state)
{
    (void)state;
    struct error err;
    struct dump *sum;
    struct dump *parts[] = {process(1, 0, "0"), process(2, 5, "0"), process(1, 0, "1")};
    assert_false(dump_sum(parts, 3, &sum, &err));
    assert_non_null(strstr(err.message, "the same process"));
    for (int i = 0; i < 3; i++)
        dump_close(parts[i]);
}

static void labels_declarations_and_threads_come_along(void **state)
{
    (void)state;
    struct dump *parts[] = {process(1, 0, "0^1 stack>1"),
                            process(2, 50, "0^1!inherited 1^60~node 0=1 stack>0")};
    struct analysis *analysis = analyze(parts, 2);
    const struct dump *dump = analysis->dump;
    assert_kinds(analysis, 0, 0, 3);
    assert_string_equal(dump->block_label[2], "node");
    assert_int_equal(dump->declared_count, 1);
    assert_int_equal(dump->declared[0].block, 2);
    assert_int_equal(dump->thread_count, 2);
    assert_int_equal(dump->roots[1].owner, 1);
    finish(analysis);
}

/* What a fork copied is one block with one type; what each parent's links say is settled before. */
static void types_come_along(void **state)
{
    (void)state;
    struct dump *parts[] = {process(1, 0, "0^1%gdict,1 1^1%c4Node"),
                            process(2, 50, "0^1!inherited%gdict,1 1^60%glist,1 1@0>0+16")};
    struct analysis *analysis = analyze(parts, 2);
    const struct labels *labels = &analysis->heap.labels;
    assert_int_equal(analysis->dump->typed_count, 3);
    assert_string_equal(labels_name_of(labels, 0), "dict");
    assert_string_equal(labels_name_of(labels, 1), "Node");
    assert_string_equal(labels_name_of(labels, 2), "list");
    assert_kinds(analysis, 3, 0, 0);
    finish(analysis);
}

static void names_come_along(void **state)
{
    (void)state;
    struct dump *parts[] = {process(1, 0, "0^1.16peer 1^1"),
                            process(2, 50, "0^1!inherited 0.16peer 0.24view 1^60 1.8other")};
    struct analysis *analysis = analyze(parts, 2);
    const struct dump *dump = analysis->dump;
    assert_int_equal(dump->attributes_count, 3);
    assert_string_equal(dump_find_attribute(dump, 0, 16), "peer");
    assert_string_equal(dump_find_attribute(dump, 0, 24), "view");
    assert_null(dump_find_attribute(dump, 1, 8));
    assert_string_equal(dump_find_attribute(dump, 2, 8), "other");
    finish(analysis);
}

/* Block 0 was sampled, block 1 of the same caller was not. */
static struct dump *sampled(uint32_t pid, uint64_t interval)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_process(builder)->pid = pid;
    dump_builder_process(builder)->stacks_mode = interval ? STACKS_SAMPLED : STACKS_FULL;
    dump_builder_process(builder)->sample_bytes = interval;
    dump_builder_add_graph(builder, "0#1/5 1#1/");
    return dump_builder_open(builder);
}

static uint64_t most_of_a_site(const struct analysis *analysis)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < analysis->sites.count; i++)
        if (analysis->sites.site[i].live.blocks > most)
            most = analysis->sites.site[i].live.blocks;
    return most;
}

static void only_what_was_sampled_alike_is_scaled_up(void **state)
{
    (void)state;
    const uint64_t intervals[][2] = {{1000, 1000}, {1000, 500}, {0, 1000}, {1000, 0}};
    for (size_t i = 0; i < sizeof(intervals) / sizeof(*intervals); i++) {
        struct dump *parts[] = {sampled(1, intervals[i][0]), sampled(2, intervals[i][1])};
        struct analysis *analysis = analyze(parts, 2);
        assert_int_equal(analysis->live.blocks, 4);
        assert_int_equal(most_of_a_site(analysis), i == 0 ? 4 : 2);
        assert_string_equal(analysis->warnings.warning[0].code, "sampled");
        finish(analysis);
    }
}

static void too_many_are_refused(void **state)
{
    (void)state;
    static struct dump *parts[4096];
    struct dump *sum;
    struct error err;
    for (size_t i = 0; i < 4096; i++)
        parts[i] = i ? parts[0] : process(1, 0, "0");
    assert_false(dump_sum(parts, 4096, &sum, &err));
    assert_non_null(strstr(err.message, "one of 4096 dumps"));
    dump_close(parts[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_sampled_alike_is_scaled_up),
        cmocka_unit_test(what_a_fork_copied_counts_once),
        cmocka_unit_test(a_copy_is_lost_where_every_process_lost_it),
        cmocka_unit_test(blocks_of_other_births_or_programs_are_others),
        cmocka_unit_test(siblings_share_only_what_both_inherited),
        cmocka_unit_test(without_births_siblings_share_nothing_by_themselves),
        cmocka_unit_test(a_block_of_another_stack_is_another),
        cmocka_unit_test(one_stack_is_one_site),
        cmocka_unit_test(code_is_the_same_wherever_it_was_loaded),
        cmocka_unit_test(other_code_at_the_same_address_is_moved),
        cmocka_unit_test(python_functions_are_the_same_by_what_is_said_of_them),
        cmocka_unit_test(a_process_given_twice_is_refused),
        cmocka_unit_test(too_many_are_refused),
        cmocka_unit_test(labels_declarations_and_threads_come_along),
        cmocka_unit_test(types_come_along),
        cmocka_unit_test(names_come_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
