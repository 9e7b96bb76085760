/* Every allocation of dump_open() fails once: an error, nothing leaked (LeakSanitizer looks on in
 * the sanitizer build), no descriptor left open, and the next try works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/allocation.h"
#include "tests/support/dump_builder.h"
#include "tests/support/dump_walk.h"

#define ALLOCATIONS_AT_LEAST 25

static int lowest_free_descriptor(void)
{
    int descriptor = dup(STDERR_FILENO);
    close(descriptor);
    return descriptor;
}

static void each_allocation_fails(void **state)
{
    (void)state;
    struct dump_builder *builder = dump_builder_create_full();
    struct dump_image image = dump_builder_image(builder);
    dump_builder_destroy(builder);
    struct dump *dump = NULL;
    struct error err;
    int descriptor = lowest_free_descriptor();
    unsigned n = 1;
    for (;; n++) {
        allocation_fail_at(n);
        bool opened = dump_image_open(&image, &dump, &err);
        bool failed = allocation_has_failed();
        allocation_fail_at(0);
        assert_int_equal(opened, !failed);
        if (opened)
            break;
        assert_null(dump);
        assert_non_null(strstr(err.message, "no memory"));
        assert_int_equal(lowest_free_descriptor(), descriptor);
    }
    assert_true(n > ALLOCATIONS_AT_LEAST);
    dump_walk(dump);
    dump_close(dump);
    free(image.bytes);
}

static void close_accepts_null(void **state)
{
    (void)state;
    dump_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_fails),
        cmocka_unit_test(close_accepts_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
