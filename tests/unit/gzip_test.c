#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>
#include <zlib.h>

#include "cli/gzip.h"

/* What zlib makes of the file again. */
static size_t unpacked(FILE *file, char *ret_bytes, size_t room)
{
    fflush(file);
    rewind(file);
    gzFile in = gzdopen(dup(fileno(file)), "rb");
    int bytes = gzread(in, ret_bytes, (unsigned)room);
    assert_true(bytes >= 0);
    gzclose(in);
    return (size_t)bytes;
}

static void comes_out_as_it_went_in(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20 };
    char *bytes = malloc(BYTES), *again = malloc(BYTES + 1);
    uint32_t random = 1;
    for (size_t i = 0; i < BYTES; i++)
        bytes[i] = (char)((random = random * 1664525u + 1013904223u) >> 24);
    FILE *file = tmpfile();
    struct gzip *gzip = gzip_create(file);
    gzip_write(gzip, bytes, 1);
    gzip_write(gzip, bytes + 1, 0);
    gzip_write(gzip, bytes + 1, BYTES - 1);
    gzip_destroy(gzip);
    assert_int_equal(unpacked(file, again, BYTES + 1), BYTES);
    assert_memory_equal(bytes, again, BYTES);
    fclose(file);
    free(bytes);
    free(again);
}

static void nothing_is_a_file_too(void **state)
{
    (void)state;
    char byte;
    FILE *file = tmpfile();
    gzip_destroy(gzip_create(file));
    assert_true(ftell(file) > 0);
    assert_int_equal(unpacked(file, &byte, 1), 0);
    fclose(file);
}

static void errors_stay_in_the_stream(void **state)
{
    (void)state;
    FILE *file = fopen("/dev/full", "w");
    setvbuf(file, NULL, _IONBF, 0);
    gzip_destroy(gzip_create(file));
    assert_true(ferror(file));
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_out_as_it_went_in),
        cmocka_unit_test(nothing_is_a_file_too),
        cmocka_unit_test(errors_stay_in_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
