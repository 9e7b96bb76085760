/* Which pointers hit an object's beginning, and which are only links of Python's collector. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "tests/support/dump_builder.h"

/* The kinds of blocks 0, 1, …: d(efinite), i(ndirect), p(ossible), r(eachable). */
static void assert_kinds(struct dump *dump, const char *expected)
{
    struct analysis_options options = {0};
    struct analysis *analysis;
    struct error err;
    char kinds[64] = "";
    assert_true(analysis_create(dump, &options, &analysis, &err));
    for (uint32_t b = 0; b < dump->block_count; b++)
        kinds[b] = *block_kind_name(verdicts_kind(&analysis->verdicts, b));
    assert_string_equal(kinds, expected);
    analysis_destroy(analysis);
    dump_close(dump);
}

static void where_the_object_begins(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0+16 r>1+24 0%s7Session 1%s7Session"), "rp");
    assert_kinds(dump_from_graph("r>0+16 r>1+32 r>2+16 0%gdict 1%mNode 2%mNode"), "rrp");
    assert_kinds(dump_from_graph("r>0 0@40>1+8 0%a4Node 1%a4Node"), "rr");
}

/* Two dictionaries in the collector's list, one of which is reachable. */
static void links_keep_nothing_alive(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0+16 0@0>1 1@0>0 0@8>1+1 1@8>0 0%gdict 1%gdict"), "rd");
    assert_kinds(dump_from_graph("r>0+32 0@16>1+16 1@16>0+16 0@24>1+16 0%mNode 1%mNode"), "rd");
}

/* What it calls is its own, and so is a field that a class of the program's adds to it. */
static void weak_references_own_nothing(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0+16 0@32>1+16 0@40>2+16 0@56>3+16 0@64>4+16 0@72>5+16 0%wref "
                                 "1%gA 2%gB 3%wref 4%wref 5%gC"),
                 "rdrddr");
}

/* Private data come before an object of GObject's; its pointer to them holds nothing. */
static void objects_with_private_data(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0+48 r>1+40 0%oDemoView,1 1%oDemoView,1"), "rp");
    struct dump *dump = dump_from_graph("0@56>0 0@64>1 0%oDemoView,1 1");
    struct analysis_options options = {0};
    struct analysis *analysis;
    assert_true(analysis_create(dump, &options, &analysis, NULL));
    assert_int_equal(analysis->cycles.lost_count, 0);
    analysis_destroy(analysis);
    dump_close(dump);
}

static void what_lies_elsewhere_is_no_link(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0+16 0@16>1 0@32>2 0%gdict 1 2"), "rrr");
    assert_kinds(dump_from_graph("r>0 0@0>1 0@8>2 0%pstr 1 2"), "rrr");
}

/* Of one that the collector knows, a program's own class, every word may be a pointer. */
static void data_is_no_pointer(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0 0@8>1 0@16>2 0@24>3+8 0%pint 1 2 3"), "rrdd");
    assert_kinds(dump_from_graph("r>0 0@24>1 0@32>2 0@40>3 0%pstr 1 2 3"), "rrdr");
    assert_kinds(dump_from_graph("r>0+16 0@32>1 0%gint 1"), "rr");
    assert_kinds(dump_from_graph("r>0 0@16>1 0%pinterval 1"), "rr");
}

/* Attributes lie in a block of their own that a word before the object points into. */
static void words_for_attributes(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0+32 0@0>1+24 0@8>2+7 0@40>3+24 0%mNode 1 2 3"), "rrrp");
    assert_kinds(dump_from_graph("r>0+16 0@32>1+24 0%gNode 1"), "rp");
}

static struct dump *with_heads(const char *line, uint64_t heads)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, line);
    dump_builder_python(builder, &(struct dump_python){.heads = heads, .heads_bytes = 96});
    return dump_builder_open(builder);
}

static void list_heads(void **state)
{
    (void)state;
    assert_kinds(with_heads("r@16>0 r@96>1 0%gdict 1%gdict", 0x4f0000), "dr");
    assert_kinds(with_heads("r@0>0 r@96>1 0%gdict 1%gdict", 0x4f0008), "rd");
    assert_kinds(with_heads("r>2 2@96>0 2@104>1 0%gdict 1%gdict", DUMP_BUILDER_ADDRESS(2) + 8),
                 "drr");
}

/* A tuple in a free list still points to what it had, and to the next one there. */
static void dead_objects(void **state)
{
    (void)state;
    assert_kinds(dump_from_graph("r>0+16 0@40>1 0@48>2+16 2@40>3 0%gtuple,0 1 2%gtuple,0 3"),
                 "rdrd");
    assert_kinds(dump_from_graph("r>0 0@16>1 0%s7Session,0,2 1"), "rd");
    assert_kinds(dump_from_graph("r>0 0@16>1 0%s7Session,1,2 1"), "rr");
}

static uint32_t lost_cycles(const char *line)
{
    struct dump *dump = dump_from_graph(line);
    struct analysis_options options = {0};
    struct analysis *analysis;
    struct error err;
    assert_true(analysis_create(dump, &options, &analysis, &err));
    uint32_t count = analysis->cycles.lost_count;
    analysis_destroy(analysis);
    dump_close(dump);
    return count;
}

/* std::enable_shared_from_this, made by make_shared (0) and beside its counts (1 counts 0). */
static void objects_that_know_themselves(void **state)
{
    (void)state;
    assert_int_equal(lost_cycles("0@24>0 0%s4Self,1,2"), 0);
    assert_int_equal(lost_cycles("0@24>0 0%s4Self,1,1"), 1);
    assert_int_equal(lost_cycles("0@24>0 0@40>0 0%s4Self,2,2"), 1);
    assert_int_equal(lost_cycles("0@16>0+16 0@24>0 0%s4Self,1,2"), 0);
    assert_int_equal(lost_cycles("0@8>0+16 0@24>0 0%s4Self,1,2"), 1);
    assert_int_equal(lost_cycles("0@8>1 1@16>0 1%kP4Self,1,2"), 0);
    assert_int_equal(lost_cycles("0@8>0 0@16>1 1@16>0 1%kP4Self,1,2"), 0);
    assert_int_equal(lost_cycles("0@8>1 1@16>0 1%kP4Self,1,1"), 1);
    assert_int_equal(lost_cycles("0@8>1 0@32>1 1@16>0 1%kP4Self,2,2"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_the_object_begins),
        cmocka_unit_test(links_keep_nothing_alive),
        cmocka_unit_test(weak_references_own_nothing),
        cmocka_unit_test(objects_with_private_data),
        cmocka_unit_test(what_lies_elsewhere_is_no_link),
        cmocka_unit_test(data_is_no_pointer),
        cmocka_unit_test(words_for_attributes),
        cmocka_unit_test(list_heads),
        cmocka_unit_test(dead_objects),
        cmocka_unit_test(objects_that_know_themselves),
    };
    return cmocka_run_group_tests_name("dump_links", tests, NULL, NULL);
}
