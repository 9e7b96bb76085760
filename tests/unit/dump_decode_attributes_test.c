/* Names of attributes that say what cannot be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/dump_builder.h"

/* A section of other bytes, in a dump with 3 blocks of 64 bytes and two layouts, of word 0 and of
 * word 3. */
static void refused(enum dump_section_kind kind, uint64_t count, const char *bytes, size_t size,
                    const char *expected)
{
    struct dump_builder *builder = dump_builder_create();
    struct dump *dump;
    struct error err;
    dump_builder_add_graph(builder, "0 1 2");
    dump_builder_add_layout(builder, 0, "peer");
    dump_builder_add_layout(builder, 3, "later");
    struct dump_image image = dump_builder_image_with(builder, kind, bytes, size, count);
    if (dump_image_open(&image, &dump, &err))
        fail_msg("accepted, expected \"%s\"", expected);
    if (!strstr(err.message, expected))
        fail_msg("expected \"%s\", got \"%s\"", expected, err.message);
    free(image.bytes);
    dump_builder_destroy(builder);
}

#define LAYOUTS(count, bytes, expected)                                                            \
    refused(DUMP_LAYOUTS, count, bytes, sizeof(bytes) - 1, "LAYOUTS: " expected)
#define ATTRIBUTES(count, bytes, expected)                                                         \
    refused(DUMP_ATTRIBUTES, count, bytes, sizeof(bytes) - 1, "ATTRIBUTES: " expected)
#define MAX_VARINT "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"

static void layouts(void **state)
{
    (void)state;
    LAYOUTS(2, "\1\0\1", "2 records in 3 bytes");
    LAYOUTS(0, "\0", "record 0: 1 bytes follow");
    LAYOUTS(1, "\1\0\x80", "record 0: the section ends in");
    LAYOUTS(1, "\0\0\1", "record 0: 0 names");
    LAYOUTS(1, MAX_VARINT "\0\1", "record 0: 18446744073709551615 names");
    LAYOUTS(1, "\2\0\1\0\1", "record 0: 0 words on from 0");
    LAYOUTS(1, "\2\1\1\xff\xff\x3f\1", "record 0: 1048575 words on from 1");
    LAYOUTS(1, "\1\0\0", "record 0: no name");
    LAYOUTS(1, "\1\0" MAX_VARINT, "record 0: string at 18446744073709551615");
    LAYOUTS(1, "\1\0\xff\xff\3", "record 0: string at 65535 of");
}

static void places(void **state)
{
    (void)state;
    ATTRIBUTES(2, "\0\0\0", "2 records in 3 bytes");
    ATTRIBUTES(0, "\0", "record 0: 1 bytes follow");
    ATTRIBUTES(1, "\0\0\x80", "record 0: the section ends in");
    ATTRIBUTES(1, "\3\0\0", "record 0: 3 blocks on from 0 of 3");
    ATTRIBUTES(2, "\1\0\0\2\0\0", "record 1: 2 blocks on from 1 of 3");
    ATTRIBUTES(1, "\0\0\2", "record 0: layout 2 of 2");
    ATTRIBUTES(1, "\0\10\0", "record 0: 1 words from word 8 of 8");
    ATTRIBUTES(1, "\0\5\1", "record 0: 4 words from word 5 of 8");
    ATTRIBUTES(1, "\0" MAX_VARINT "\0", "record 0: 1 words from word 18446744073709551615 of 8");
    ATTRIBUTES(2, "\0\1\0\0\1\1", "record 1: word 1 after word 1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts),
        cmocka_unit_test(places),
    };
    return cmocka_run_group_tests_name("dump_decode_attributes", tests, NULL, NULL);
}
