#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/report_parts.h"

struct written {
    char *text;
    size_t bytes;
    FILE *out;
};

static FILE *begin(struct written *written)
{
    written->out = open_memstream(&written->text, &written->bytes);
    assert_non_null(written->out);
    return written->out;
}

static void is(struct written *written, const char *expected)
{
    fclose(written->out);
    assert_string_equal(written->text, expected);
    free(written->text);
}

static void cells_have_the_number_to_sort_by(void **state)
{
    (void)state;
    struct written written;
    begin(&written);
    report_cell_count(written.out, "Blocks", 1234);
    report_cell_bytes(written.out, "Bytes", 2048);
    is(&written, "<td class=number data-sort=1234 data-label=\"Blocks\">1,234</td>"
                 "<td class=number data-sort=2048 data-label=\"Bytes\">2 KiB</td>");
}

static void shares_are_percents(void **state)
{
    (void)state;
    assert_string_equal(report_share(1, 8).s, "12.500%");
    assert_string_equal(report_share(0, 0).s, "0.000%");
    assert_string_equal(report_share(UINT64_MAX, UINT64_MAX).s, "100.000%");
}

static void a_stack_is_a_list_of_text(void **state)
{
    (void)state;
    struct written written;
    struct frame frames[] = {{.function = "</ol>", .file = "\"a\"/b.c", .line = 3},
                             {.function = "main"}};
    const struct call_stack stack = {.frame = frames, .count = 2, .user_end = 2, .truncated = true};
    begin(&written);
    report_stack(written.out, &stack, STACK_FOLDED);
    is(&written,
       "<details class=stack ><summary>&lt;/ol&gt; <span class=place>b.c:3</span></summary><ol>"
       "<li><span class=function>&lt;/ol&gt;</span> <span class=place "
       "title=\"&quot;a&quot;/b.c\">b.c:3</span></li>"
       "<li><span class=function>main</span> <span class=place title=\"\"></span></li>"
       "<li class=place>… not recorded further</li></ol></details>");
}

static void a_stack_that_is_not_known_says_so(void **state)
{
    (void)state;
    struct written written;
    const struct call_stack stack = {0};
    begin(&written);
    report_stack(written.out, &stack, STACK_OPEN);
    is(&written, "<span class=place>(stack not recorded)</span>");
}

static void a_deep_stack_is_cut_and_says_so(void **state)
{
    (void)state;
    struct written written;
    struct frame frames[70];
    for (size_t i = 0; i < 70; i++)
        frames[i] = (struct frame){.function = "again", .address = i};
    const struct call_stack stack = {.frame = frames, .count = 70, .user_end = 70};
    begin(&written);
    report_stack(written.out, &stack, STACK_OPEN);
    fclose(written.out);
    assert_non_null(strstr(written.text, "<details class=stack open>"));
    assert_non_null(strstr(written.text, "… 6 more frames</li></ol>"));
    free(written.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_have_the_number_to_sort_by),
        cmocka_unit_test(shares_are_percents),
        cmocka_unit_test(a_stack_is_a_list_of_text),
        cmocka_unit_test(a_stack_that_is_not_known_says_so),
        cmocka_unit_test(a_deep_stack_is_cut_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
