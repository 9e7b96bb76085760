/* Varints at their limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "libcaulk/varint.h"
#include "tests/support/bytes.h"

static void round_trip(void **state)
{
    (void)state;
    for (unsigned shift = 0; shift < 64; shift++) {
        for (int64_t near = -1; near <= 1; near++) {
            uint64_t value = (UINT64_C(1) << shift) + (uint64_t)near, unsigned_read, zigzag_read;
            struct bytes bytes = {0};
            bytes_append_varint(&bytes, value);
            bytes_append_zigzag(&bytes, (int64_t)value);
            struct varint_reader reader = {bytes.at, bytes.at + bytes.size};
            assert_true(varint_read(&reader, &unsigned_read));
            assert_true(varint_read(&reader, &zigzag_read));
            assert_ptr_equal(reader.at, reader.end);
            assert_true(unsigned_read == value && zigzag_decode(zigzag_read) == value);
            bytes_finish(&bytes);
        }
    }
}

static void assert_refused(const void *bytes, size_t size)
{
    uint64_t value = 99;
    struct varint_reader reader = {bytes, (const uint8_t *)bytes + size};
    assert_false(varint_read(&reader, &value));
    assert_ptr_equal(reader.at, bytes);
    assert_int_equal(value, 99);
}

static void cut_off(void **state)
{
    (void)state;
    uint8_t bytes[VARINT_MAX_BYTES];
    memset(bytes, 0x80, sizeof(bytes));
    for (size_t size = 0; size < sizeof(bytes); size++)
        assert_refused(bytes, size);
}

static void too_large(void **state)
{
    (void)state;
    static const uint8_t two_to_the_64th[] = "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02";
    static const uint8_t eleven_bytes[] = "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01";
    assert_refused(two_to_the_64th, sizeof(two_to_the_64th));
    assert_refused(eleven_bytes, sizeof(eleven_bytes));
}

/* The last byte of a section is read by another way than those before. */
static void at_the_end(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x7f, 0xff, 0x01};
    uint64_t value;
    struct varint_reader last = {bytes, bytes + 1}, all = {bytes, bytes + 3};
    assert_true(varint_read(&last, &value));
    assert_int_equal(value, 0x7f);
    assert_true(varint_read(&all, &value) && varint_read(&all, &value));
    assert_int_equal(value, 0xff);
    assert_ptr_equal(all.at, all.end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(cut_off),
        cmocka_unit_test(too_large),
        cmocka_unit_test(at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
