#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/export_groups.h"
#include "tests/support/dump_builder.h"

/* The groups of a heap as a line: "S1 definite cycle 2/128, …". */
static void are(const char *line, const char *expected)
{
    struct opened opened = {.dump = dump_from_graph(line)};
    const struct analysis_options options = {0};
    struct export_groups groups;
    struct error err;
    char text[1000] = "";
    assert_true(analysis_create(opened.dump, &options, &opened.analysis, &err));
    export_groups_init(&opened, &groups);
    for (uint32_t i = 0; i < groups.count; i++) {
        const struct export_group *group = &groups.group[i];
        const struct labels *labels = &opened.analysis->heap.labels;
        sprintf(text + strlen(text), "%sS%u %s %s%s%llu/%llu", i ? ", " : "", group->site + 1,
                block_kind_name(group->kind), group->in_lost_cycle ? "cycle " : "",
                group->label == LABEL_NONE ? "" : labels->name[group->label],
                (unsigned long long)group->amount.blocks, (unsigned long long)group->amount.bytes);
    }
    assert_string_equal(text, expected);
    export_groups_finish(&groups);
    analysis_destroy(opened.analysis);
    dump_close(opened.dump);
}

static void what_is_alike_is_one_group(void **state)
{
    (void)state;
    are("0#1 1#1:100 2#2 global>2", "S1 definite 2/164, S2 reachable 1/64");
    are("0#1 1#1 0>1 1>0 2#1 3#1 global>3",
        "S1 definite cycle 2/128, S1 definite 1/64, S1 reachable 1/64");
    are("", "");
}

static void types_divide_a_site(void **state)
{
    (void)state;
    are("0#1~a 1#1~b 2#1~a", "S1 definite a2/128, S1 definite b1/64");
}

static void a_pool_counts_for_its_blocks(void **state)
{
    (void)state;
    are("0#1!pool:4000 1#2 global>0 global>1", "S1 reachable 1/4000, S2 reachable 1/64");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_alike_is_one_group),
        cmocka_unit_test(types_divide_a_site),
        cmocka_unit_test(a_pool_counts_for_its_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
