/* Texts of any length, made by formats and as files are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/written_text.h"
#include "libcaulk/memory.h"

static void what_was_written_is_the_text(void **state)
{
    (void)state;
    struct written_text written;
    written_text_begin(&written);
    for (int i = 0; i < 10000; i++)
        fprintf(written.out, "%d,", i % 10);
    char *text = written_text_end(&written);
    assert_int_equal(written.bytes, 20000);
    assert_int_equal(strlen(text), 20000);
    assert_memory_equal(text, "0,1,2,", 6);
    free(text);
}

static void nothing_written_is_an_empty_text(void **state)
{
    (void)state;
    struct written_text written;
    written_text_begin(&written);
    char *text = written_text_end(&written);
    assert_string_equal(text, "");
    free(text);
}

static void formats_may_give_long_texts(void **state)
{
    (void)state;
    char *text = format_text("%s %0*d", "a", 5000, 7);
    assert_int_equal(strlen(text), 5002);
    assert_memory_equal(text, "a 00", 4);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_the_text),
        cmocka_unit_test(nothing_written_is_an_empty_text),
        cmocka_unit_test(formats_may_give_long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
