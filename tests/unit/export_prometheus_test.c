#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/exported.h"

static char *metrics(const char *line)
{
    size_t bytes;
    return exported("prometheus", line, &bytes);
}

static unsigned count(const char *text, const char *part)
{
    unsigned times = 0;
    for (; (text = strstr(text, part)); text++)
        times++;
    return times;
}

static void verdicts_are_series(void **state)
{
    (void)state;
    char *text = metrics("0 1:100 global>1");
    assert_non_null(strstr(
        text, "\ncaulk_heap_bytes{program=\"program\",pid=\"4711\",verdict=\"reachable\"} 100\n"));
    assert_non_null(strstr(
        text, "\ncaulk_heap_blocks{program=\"program\",pid=\"4711\",verdict=\"definite\"} 1\n"));
    assert_non_null(strstr(text, "\ncaulk_dump_time_seconds{program=\"program\",pid=\"4711\"} "
                                 "1700000010.000000000\n"));
    free(text);
}

/* Without symbols the signature is the module's name, so all these are one. */
static void leaks_alike_are_one_series(void **state)
{
    (void)state;
    char *text = metrics("0#1 1#2:100 2#3");
    assert_int_equal(count(text, "\ncaulk_leaked_bytes{"), 1);
    assert_non_null(strstr(text, "\"} 228\n"));
    free(text);
}

static void what_a_collector_comes_back_for_is_told_apart(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create();
    dump_builder_add_graph(builder, "0@16>1+16 1@16>0+16 0%gNode,1 1%gNode,1 2");
    dump_builder_python(builder, &(struct dump_python){.collector = DUMP_COLLECTOR_ON});
    size_t bytes;
    char *text = exported_from("prometheus", builder, &bytes);
    assert_non_null(strstr(text, "\ncaulk_pending_bytes{program=\"program\",pid=\"4711\"} 128\n"));
    free(text);
}

static void labels_are_escaped(void **state)
{
    (void)state;
    char *text = metrics("0~a\"b\\");
    assert_non_null(strstr(text, "site=\"a\\\"b\\\\"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_series),
        cmocka_unit_test(leaks_alike_are_one_series),
        cmocka_unit_test(what_a_collector_comes_back_for_is_told_apart),
        cmocka_unit_test(labels_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
