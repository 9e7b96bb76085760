#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "preload/cfi.h"
#include "preload/unwind_rule.h"

#define FUNCTION_BYTES 100u

/* A module of one function: the head of .eh_frame_hdr with one entry, CIE, FDE, and the code. */
static struct {
    uint8_t hdr[20];
    uint8_t common[24];
    uint8_t entry[200];
    uint8_t code[FUNCTION_BYTES];
} image;

static const struct cfi_tables tables = {(uintptr_t)&image, (uintptr_t)(&image + 1),
                                         (const uint8_t *)&image};

static void put32(uint8_t *at, int64_t value)
{
    int32_t narrow = (int32_t)value;
    memcpy(at, &narrow, sizeof(narrow));
}

/* CFA = rsp + 8, return address at CFA - 8, as everywhere; and then what the test wants. */
static void make_image(const char *augmentation, const uint8_t *program, size_t bytes)
{
    static const uint8_t head[] = {1, 0x1b, 0x03, 0x3b}, initial[] = {0x0c, 7, 8, 0x90, 1};
    uint8_t *at = image.common;
    memset(&image, 0, sizeof(image));
    memcpy(image.hdr, head, sizeof(head));
    put32(image.hdr + 4, image.common - (image.hdr + 4));
    put32(image.hdr + 8, 1);
    put32(image.hdr + 12, image.code - image.hdr);
    put32(image.hdr + 16, image.entry - image.hdr);

    put32(at, sizeof(image.common) - 4);
    at[8] = 1;
    at = (uint8_t *)stpcpy((char *)at + 9, augmentation) + 1;
    memcpy(at, (const uint8_t[]){1, 0x78, 16, 1, 0x1b}, 5); /* factors 1, -8; rip; length, coding */
    memcpy(at + 5, initial, sizeof(initial));

    put32(image.entry, (int64_t)(13 + bytes));
    put32(image.entry + 4, image.entry + 4 - image.common);
    put32(image.entry + 8, image.code - (image.entry + 8));
    put32(image.entry + 12, FUNCTION_BYTES);
    memcpy(image.entry + 17, program, bytes);
}

#define PROGRAM(...)                                                                               \
    do {                                                                                           \
        const uint8_t program[] = {__VA_ARGS__};                                                   \
        make_image("zR", program, sizeof(program));                                                \
    } while (0)

static bool row_at(unsigned offset, struct cfi_row *ret_row)
{
    return cfi_find_row(&tables, (uintptr_t)image.code + offset, ret_row);
}

static uint32_t rule_at(unsigned offset)
{
    struct cfi_row row;
    assert_true(row_at(offset, &row));
    return unwind_rule_from_row(&row);
}

static void assert_rule(unsigned offset, enum unwind_kind kind, int cfa, enum unwind_bp bp,
                        unsigned below)
{
    uint32_t rule = rule_at(offset);
    assert_int_equal(unwind_rule_kind(rule), kind);
    assert_int_equal(unwind_rule_cfa_offset(rule), cfa);
    assert_int_equal(unwind_rule_bp(rule), bp);
    assert_int_equal(unwind_rule_bp_below_cfa(rule), below);
}

static void a_frame_with_frame_pointer(void **state)
{
    PROGRAM(0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x50, 0x0c, 7, 8, 0xc6);
    assert_rule(0, UNWIND_FROM_SP, 8, UNWIND_BP_SAME, 0);
    assert_rule(1, UNWIND_FROM_SP, 16, UNWIND_BP_BELOW_CFA, 16);
    assert_rule(3, UNWIND_FROM_SP, 16, UNWIND_BP_BELOW_CFA, 16);
    assert_rule(4, UNWIND_FROM_BP, 16, UNWIND_BP_BELOW_CFA, 16);
    assert_rule(20, UNWIND_FROM_SP, 8, UNWIND_BP_SAME, 0);
    assert_rule(99, UNWIND_FROM_SP, 8, UNWIND_BP_SAME, 0);
    (void)state;
}

static void remembered_rows_come_back(void **state)
{
    PROGRAM(0x41, 0x0e, 32, 0x41, 0x0a, 0x0e, 16, 0x41, 0x0e, 8, 0x41, 0x0b, 0x41, 0x0e, 48);
    assert_rule(1, UNWIND_FROM_SP, 32, UNWIND_BP_SAME, 0);
    assert_rule(2, UNWIND_FROM_SP, 16, UNWIND_BP_SAME, 0);
    assert_rule(3, UNWIND_FROM_SP, 8, UNWIND_BP_SAME, 0);
    assert_rule(4, UNWIND_FROM_SP, 32, UNWIND_BP_SAME, 0);
    assert_rule(5, UNWIND_FROM_SP, 48, UNWIND_BP_SAME, 0);
    (void)state;
}

/* CFA = *(rbp - 8), rbp saved where it points. */
static void a_realigned_frame(void **state)
{
    PROGRAM(0x0f, 3, 0x76, 0x78, 0x06, 0x10, 6, 2, 0x76, 0);
    assert_rule(50, UNWIND_AT_BP, -8, UNWIND_BP_AT_BP, 0);
    (void)state;
}

static void the_outermost_frame(void **state)
{
    PROGRAM(0x07, 16);
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OUTERMOST);
    (void)state;
}

static void what_is_unusual_needs_the_full_interpreter(void **state)
{
    PROGRAM(0x0d, 3); /* CFA from rbx */
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OTHER);
    PROGRAM(0x0e, 9); /* not a multiple of 8 */
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OTHER);
    PROGRAM(0x0e, 0x80, 0x80, 0x80, 0x08); /* 16 MB */
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OTHER);
    PROGRAM(0x0e, 0xf8, 0xff, 0x3f); /* just below 1 MB */
    assert_rule(5, UNWIND_FROM_SP, (1 << 20) - 8, UNWIND_BP_SAME, 0);
    PROGRAM(0x90, 2); /* return address elsewhere */
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OTHER);
    PROGRAM(0x09, 6, 3); /* rbp in rbx */
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OTHER);
    PROGRAM(0x0f, 4, 0x76, 0x78, 0x06, 0x96); /* a longer expression */
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OTHER);
    (void)state;
}

static void a_signal_handlers_return(void **state)
{
    const uint8_t program[] = {0x0f, 4,    0x77, 0xa0, 0x01, 0x06, 0x10, 16,   3,
                               0x77, 0xa8, 0x01, 0x10, 6,    3,    0x77, 0xf8, 0x00};
    struct cfi_row row;
    make_image("zRS", program, sizeof(program));
    assert_true(row_at(5, &row));
    assert_true(row.signal_frame);
    assert_int_equal(unwind_rule_kind(unwind_rule_from_row(&row)), UNWIND_SIGNAL);
    make_image("zR", program, sizeof(program));
    assert_int_equal(unwind_rule_kind(rule_at(5)), UNWIND_OTHER);
    (void)state;
}

static void nothing_outside_the_function(void **state)
{
    struct cfi_row row;
    PROGRAM(0x00);
    assert_true(row_at(0, &row));
    assert_true(row_at(FUNCTION_BYTES - 1, &row));
    assert_false(row_at(FUNCTION_BYTES, &row));
    assert_false(cfi_find_row(&tables, (uintptr_t)image.code - 1, &row));
    (void)state;
}

/* Every byte of the tables in turn set to each of some values: a row or none, but no crash. */
static void damage_is_survived(void **state)
{
    static const uint8_t values[] = {0, 1, 0x0a, 0x0b, 0x0f, 0x10, 0x16, 0x7f, 0x80, 0xff};
    struct cfi_row row;
    PROGRAM(0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x0a, 0x44, 0x0b, 0x0f, 3, 0x76, 0x78, 0x06);
    uint8_t *bytes = (uint8_t *)&image;
    size_t count = (size_t)(image.code - bytes);
    unsigned found = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t kept = bytes[i];
        for (size_t v = 0; v < sizeof(values); v++) {
            bytes[i] = values[v];
            if (row_at(40, &row)) {
                unwind_rule_from_row(&row);
                found++;
            }
        }
        bytes[i] = kept;
    }
    assert_true(found > 0);
    for (unsigned depth = 0; depth < 64;
         depth++) { /* more rows remembered than there is room for */
        uint8_t program[64];
        memset(program, 0x0a, sizeof(program));
        make_image("zR", program, depth);
        assert_int_equal(row_at(40, &row), depth <= 8);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_with_frame_pointer),
        cmocka_unit_test(remembered_rows_come_back),
        cmocka_unit_test(a_realigned_frame),
        cmocka_unit_test(the_outermost_frame),
        cmocka_unit_test(what_is_unusual_needs_the_full_interpreter),
        cmocka_unit_test(a_signal_handlers_return),
        cmocka_unit_test(nothing_outside_the_function),
        cmocka_unit_test(damage_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
