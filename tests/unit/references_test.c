/* Counts of a cycle's members beside the pointers that are in it: "uses+weak/pointers" of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/analysis.h"
#include "libcaulk/references.h"
#include "tests/support/dump_builder.h"

static void expect(const char *line, const char *wanted)
{
    struct dump *dump = dump_from_graph(line);
    const struct analysis_options options = {0};
    struct analysis *analysis;
    struct references *references;
    char found[256] = "";
    assert_true(analysis_create(dump, &options, &analysis, NULL));
    assert_int_equal(analysis->cycles.lost_count, 1);
    const struct cycle *cycle = &analysis->cycles.cycle[0];
    assert_true(references_of_cycle(&analysis->heap, &analysis->cycles, cycle, NULL, &references));
    for (uint32_t m = 0; m < cycle->member_count; m++)
        sprintf(found + strlen(found), "%s%u+%u/%u%s", m ? " " : "", references[m].uses,
                references[m].weak, (unsigned)references[m].pointers,
                references[m].known ? "" : "?");
    assert_string_equal(found, wanted);
    free(references);
    analysis_destroy(analysis);
    dump_close(dump);
}

static void shared_pointers(void **state)
{
    (void)state;
    expect("0@16>1+16 0@24>1 1@16>0+16 1@24>0 0%s4Peer,1,1 1%s7Session,1,1", "1+0/1 1+0/1");
    expect("0@16>1 1@16>0 2>0 0%s4Peer,2,1 1%s7Session,1,1 2", "2+0/1 1+0/1");
    expect("0@16>1 1@16>0 0%c4Peer 1%s7Session,1,1", "0+0/0? 1+0/1");
}

/* A pointer to the private data before an object is none to the object. */
static void gobjects(void **state)
{
    (void)state;
    expect("0@0>1+48 1@56>0+48 0%oDemoView,1 1%oDemoView,2", "1+0/1 2+0/1");
    expect("0@0>1 1@56>0+48 0%oDemoView,1 1%oDemoView,1", "1+0/1 1+0/0");
}

/* A child's std::weak_ptr to its parent, whose own owner has gone without a release. */
static void weak_pointers(void **state)
{
    (void)state;
    expect("0@16>1 1@24>0 0%s6Parent,1,2 1%s5Child,1,1", "1+1/1 1+0/1");
}

static enum smart_pointer judge_offset(const void *context, uint32_t block, uint64_t offset)
{
    (void)context, (void)block;
    return offset == 16 ? SMART_SHARED : offset == 24 ? SMART_WEAK : SMART_UNKNOWN;
}

/* A weak reference elsewhere is no missing release where all the owning ones are known. */
static void pointers_that_are_told_apart(void **state)
{
    (void)state;
    static const struct smart_judge judge = {judge_offset, NULL};
    const struct analysis_options options = {0};
    struct dump *dump = dump_from_graph("0@16>1 1@16>0 1@24>0 0%s6Parent,1,3 1%s5Child,1,1");
    struct analysis *analysis;
    assert_true(analysis_create(dump, &options, &analysis, NULL));
    for (int told = 0; told < 2; told++) {
        struct references *references;
        assert_true(references_of_cycle(&analysis->heap, &analysis->cycles,
                                        &analysis->cycles.cycle[0], told ? &judge : NULL,
                                        &references));
        assert_int_equal(references[0].pointers, 2);
        assert_int_equal(references[0].shared, told);
        assert_int_equal(references[0].weak_pointers, told);
        assert_int_equal(references_inside(&references[0]), told);
        free(references);
    }
    analysis_destroy(analysis);
    dump_close(dump);
}

static void an_object_that_knows_itself(void **state)
{
    (void)state;
    expect("0@16>1 0@32>0 1@16>0 0%s4Self,1,2 1%s4Peer,1,1", "1+1/2 1+0/1");
}

static void objects_of_python(void **state)
{
    (void)state;
    expect("0@0>1+24 1>2+32 2@8>0+32 2@16>0+16 0%mA,1 1 2%mB,3", "1+0/1 0+0/0? 3+0/1");
    expect("0@16>0+16 0%gA,4294967295", "0+0/0?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_pointers),
        cmocka_unit_test(gobjects),
        cmocka_unit_test(weak_pointers),
        cmocka_unit_test(pointers_that_are_told_apart),
        cmocka_unit_test(an_object_that_knows_itself),
        cmocka_unit_test(objects_of_python),
    };
    return cmocka_run_group_tests_name("references", tests, NULL, NULL);
}
