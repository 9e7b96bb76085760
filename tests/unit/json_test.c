#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cli/json.h"

struct document {
    char *text;
    size_t length;
    FILE *file;
    struct json *json;
};

static void document_begin(struct document *document)
{
    document->file = open_memstream(&document->text, &document->length);
    document->json = json_create(document->file);
}

static void document_is(struct document *document, const char *expected)
{
    json_destroy(document->json);
    fclose(document->file);
    assert_string_equal(document->text, expected);
    free(document->text);
}

static void writes_every_kind_of_value(void **state)
{
    (void)state;
    struct document document;
    document_begin(&document);
    struct json *json = document.json;
    json_object(json, NULL);
    json_string(json, "schema", "caulk.test/1");
    json_string(json, "none", NULL);
    json_number(json, "most", UINT64_MAX);
    json_seconds(json, "paused", 0.0021);
    json_bool(json, "cyclic", true);
    json_array(json, "rows");
    json_address(json, NULL, 0x55d0c0de12a0);
    json_amount(json, NULL, (struct amount){2, 48});
    json_end(json);
    json_null(json, "type");
    json_end(json);
    document_is(&document, "{\"schema\":\"caulk.test/1\",\"none\":null,"
                           "\"most\":18446744073709551615,\"paused\":0.002100,\"cyclic\":true,"
                           "\"rows\":[\"0x55d0c0de12a0\",{\"blocks\":2,\"bytes\":48}],"
                           "\"type\":null}\n");
}

static void long_documents_are_whole(void **state)
{
    (void)state;
    enum { ROWS = 100000 };
    struct document document;
    document_begin(&document);
    json_array(document.json, NULL);
    for (int i = 0; i < ROWS; i++)
        json_number(document.json, NULL, 7);
    json_end(document.json);
    char *expected = malloc(2 * ROWS + 3), *end = expected;
    for (int i = 0; i < ROWS; i++)
        end = stpcpy(end, i ? ",7" : "[7");
    strcpy(end, "]\n");
    document_is(&document, expected);
    free(expected);
}

static void strings_are_escaped_and_made_utf8(void **state)
{
    (void)state;
    struct document document;
    document_begin(&document);
    json_string(document.json, NULL, "a\"\\\n\x01\xff\xc3Grüße");
    document_is(&document, "\"a\\\"\\\\\\n\\u0001��Grüße\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_every_kind_of_value),
        cmocka_unit_test(long_documents_are_whole),
        cmocka_unit_test(strings_are_escaped_and_made_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
