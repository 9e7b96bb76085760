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
    struct heap_graph heap;
    assert_true(heap_graph_init(&heap, dump, NULL));
    struct warnings warnings;
    warnings_collect(&heap, &warnings);
    for (uint32_t i = 0; i < warnings.count; i++) {
        sprintf(text + strlen(text), "%s %u; ", warnings.warning[i].code,
                (unsigned)warnings.warning[i].count);
        assert_true(strlen(warnings.warning[i].text) > 10);
    }
    assert_string_equal(text, expected);
    heap_graph_finish(&heap);
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

/* Blocks 0 and 1 point to others, of which so many are of one site, and `lone` of a site each. */
static struct dump *with_heads(uint32_t of_one_site, uint32_t lone, const char *place)
{
    struct dump_builder *builder = dump_builder_create();
    for (uint32_t i = 2; i < 2 + of_one_site + lone; i++) {
        char line[64];
        snprintf(line, sizeof(line), "%u:2000 %u#%u %u>%u+%s", i, i, i < 2 + lone ? i : 1, i % 2, i,
                 place);
        dump_builder_add_graph(builder, line);
    }
    return dump_builder_open(builder);
}

static void heads_before_what_the_program_gets(void **state)
{
    (void)state;
    assert_warnings(with_heads(100, 0, "80"), "heads 100; ");
    assert_warnings(with_heads(100, 0, "80s"), "");
    assert_warnings(with_heads(100, 0, "1024"), "");
    assert_warnings(with_heads(63, 0, "80"), "");
}

/* The header rule accepts a head where a site has many blocks with it, but a program may allocate
 * few at each of its many sites. A few
 * that stay are no matter. */
static void heads_of_blocks_from_many_places(void **state)
{
    (void)state;
    assert_warnings(with_heads(100, 0, "16"), "");
    assert_warnings(with_heads(0, 100, "16"), "heads 100; ");
    assert_warnings(with_heads(300, 100, "16"), "heads 100; ");
    assert_warnings(with_heads(600, 64, "16"), "");
}

/* Whom a block belongs to is no pointer, wherever it stands between them. */
static void heads_beside_declared_edges(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0=2 0=3 1:2000");
    for (uint32_t i = 0; i < 100; i++)
        dump_builder_add_graph(builder, i % 2 ? "3>1+80" : "2>1+80");
    assert_warnings(dump_builder_open(builder), "heads 100; ");
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
        cmocka_unit_test(heads_of_blocks_from_many_places),
        cmocka_unit_test(heads_beside_declared_edges),
        cmocka_unit_test(blocks_without_a_full_stack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
