#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/xml.h"

static void is(void (*write)(struct xml *xml), const char *expected)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    struct xml *xml = xml_create(out);
    write(xml);
    xml_destroy(xml);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void write_elements(struct xml *xml)
{
    xml_open(xml, "a");
    xml_attribute(xml, "b", "c\"<");
    xml_element(xml, "d", "%s %d", "</script>&", 7);
    xml_open(xml, "e");
    xml_text(xml, "f\n");
    xml_text(xml, "g");
    xml_close(xml);
    xml_close(xml);
}

static void elements_and_escapes(void **state)
{
    (void)state;
    is(write_elements, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                       "<a b=\"c&quot;&lt;\">\n <d>&lt;/script&gt;&amp; 7</d>\n"
                       " <e>f\ng</e>\n</a>\n");
}

static void write_forbidden(struct xml *xml)
{
    xml_element(xml, "a", "%s",
                "\x01\x1b\xff|Gr\xc3\xbc\xc3\x9f"
                "e|\xef\xbf\xbe|\xef\xbf\xbf|\xf0\x9f\x98\x80");
}

static void what_xml_forbids_is_replaced(void **state)
{
    (void)state;
    is(write_forbidden, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>���|Grüße|�|�|😀</a>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_and_escapes),
        cmocka_unit_test(what_xml_forbids_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
