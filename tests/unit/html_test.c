#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/html.h"

struct written {
    char *text;
    size_t bytes;
    FILE *out;
};

static void begin(struct written *written)
{
    written->out = open_memstream(&written->text, &written->bytes);
    assert_non_null(written->out);
}

static void is(struct written *written, const char *expected)
{
    fclose(written->out);
    assert_string_equal(written->text, expected);
    free(written->text);
}

static void text_is(const char *text, const char *expected)
{
    struct written written;
    begin(&written);
    html_text(written.out, text);
    is(&written, expected);
}

static void a_text_is_never_markup(void **state)
{
    (void)state;
    text_is("</script><b a='1' c=\"2\">&lt;",
            "&lt;/script&gt;&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;lt;");
    text_is("", "");
    text_is("A ⇄ B", "A ⇄ B");
}

static void what_is_not_text_is_replaced(void **state)
{
    (void)state;
    text_is("a\xff\xc3z", "a\xef\xbf\xbd\xef\xbf\xbdz");
    text_is("\x1b[31m\x7f\n\t", "\xef\xbf\xbd[31m\xef\xbf\xbd\n\t");
    text_is("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    text_is("cut \xe2\x87", "cut \xef\xbf\xbd\xef\xbf\xbd");
}

static void texts_take_their_places(void **state)
{
    (void)state;
    struct written written;
    begin(&written);
    html_put(written.out, "<p title=\"$\">$</p>", "\"x\"", "$<", NULL);
    html_put(written.out, "<br>", NULL);
    is(&written, "<p title=\"&quot;x&quot;\">$&lt;</p><br>");
}

static void json_ends_no_script(void **state)
{
    static const char json[] = "{\"name\":\"</script><!--&\"}";
    struct written written;
    (void)state;
    begin(&written);
    html_json(written.out, json, sizeof(json) - 1);
    is(&written, "{\"name\":\"\\u003c/script\\u003e\\u003c!--\\u0026\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_never_markup),
        cmocka_unit_test(what_is_not_text_is_replaced),
        cmocka_unit_test(texts_take_their_places),
        cmocka_unit_test(json_ends_no_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
