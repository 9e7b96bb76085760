/* Dumps of which one section has other bytes, and which must be refused. For unit tests, after
 * cmocka.h. */
#ifndef CAULK_TESTS_SECTION_CASES_H
#define CAULK_TESTS_SECTION_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/dump_builder.h"

static inline void assert_refused(const struct dump_image *image, const char *expected)
{
    struct dump *dump;
    struct error err;
    if (dump_image_open(image, &dump, &err))
        fail_msg("accepted, expected \"%s\"", expected);
    if (!strstr(err.message, expected))
        fail_msg("expected \"%s\", got \"%s\"", expected, err.message);
}

static inline struct dump_image full_image(void)
{
    struct dump_builder *builder = dump_builder_create_full();
    struct dump_image image = dump_builder_image(builder);
    dump_builder_destroy(builder);
    return image;
}

/* A section of other bytes in a dump with 3 blocks of 64 bytes, a root with one reference, and
 * types of which none, one and two counts follow. */
struct section_case {
    enum dump_section_kind kind;
    uint64_t count;
    const char *expected;
    size_t size;
    const char *bytes;
};

#define SECTION(kind, count, bytes, expected)                                                      \
    {                                                                                              \
        kind, count, expected, sizeof(bytes) - 1, bytes                                            \
    }
#define TEN_BYTES_TOO_LARGE "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
#define PYTHON_RECORD "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define MAX_VARINT "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"

static inline void assert_sections_refused(const struct section_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct dump_builder *builder = dump_builder_create();
        dump_builder_add_graph(builder, "0%c4Node 1%gdict 2%s4Peer r>0");
        struct dump_image image = dump_builder_image_with(builder, cases[i].kind, cases[i].bytes,
                                                          cases[i].size, cases[i].count);
        assert_refused(&image, cases[i].expected);
        free(image.bytes);
        dump_builder_destroy(builder);
    }
}

#endif
