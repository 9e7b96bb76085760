#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "preload/dwarf_expression.h"

static struct registers registers = {.known = 1u << CFI_RSP | 1u << CFI_RBP | 1u << CFI_RIP};
static uintptr_t memory[4] = {0x1111, 0x2222, 0x3333, 0x8877665544332211};

static bool run(const uint8_t *code, size_t bytes, const uintptr_t *initial, uintptr_t *ret_value)
{
    struct stack_reader reader = {0};
    struct byte_cursor cursor = {code, code + bytes, false};
    return dwarf_expression_evaluate(cursor, &registers, initial, &reader, ret_value);
}

#define GIVES(expected, ...)                                                                       \
    do {                                                                                           \
        const uint8_t code[] = {__VA_ARGS__};                                                      \
        uintptr_t value = 0;                                                                       \
        assert_true(run(code, sizeof(code), NULL, &value));                                        \
        assert_int_equal(value, expected);                                                         \
    } while (0)

#define FAILS(...)                                                                                 \
    do {                                                                                           \
        const uint8_t code[] = {__VA_ARGS__};                                                      \
        uintptr_t value = 99;                                                                      \
        assert_false(run(code, sizeof(code), NULL, &value));                                       \
        assert_int_equal(value, 99);                                                               \
    } while (0)

static void constants(void **state)
{
    GIVES(7, 0x37);
    GIVES(200, 0x08, 200);
    GIVES((uintptr_t)-2, 0x09, 0xfe);
    GIVES(0x1234, 0x0a, 0x34, 0x12);
    GIVES((uintptr_t)-1, 0x0d, 0xff, 0xff, 0xff, 0xff);
    GIVES(300, 0x10, 0xac, 0x02);
    GIVES((uintptr_t)-300, 0x11, 0xd4, 0x7d);
    (void)state;
}

static void registers_and_memory(void **state)
{
    registers.value[CFI_RSP] = (uintptr_t)memory;
    registers.value[CFI_RBP] = (uintptr_t)(memory + 2);
    GIVES((uintptr_t)memory + 8, 0x77, 8);
    GIVES(0x2222, 0x77, 8, 0x06);
    GIVES(0x2222, 0x76, 0x78, 0x06);
    GIVES(0x2211, 0x77, 24, 0x94, 2);
    GIVES((uintptr_t)memory + 8, 0x92, 7, 8);
    FAILS(0x73, 0);       /* rbx isn't known */
    FAILS(0x92, 40, 0);   /* no such register */
    FAILS(0x30, 0x06);    /* memory at 0 */
    FAILS(0x77, 1, 0x06); /* not aligned */
    (void)state;
}

static void arithmetic(void **state)
{
    GIVES(2, 0x35, 0x33, 0x1c);       /* 5 - 3 */
    GIVES(40, 0x35, 0x33, 0x24);      /* 5 << 3 */
    GIVES(1, 0x35, 0x33, 0x2a);       /* 5 >= 3 */
    GIVES(0, 0x09, 0xff, 0x33, 0x2a); /* -1 >= 3 */
    GIVES((uintptr_t)-1, 0x09, 0xfe, 0x31, 0x26);
    GIVES(15, 0x35, 0x23, 10);
    GIVES((uintptr_t)-5, 0x35, 0x1f);
    GIVES(3, 0x33, 0x32, 0x31, 0x16, 0x13, 0x13); /* swap, drop, drop */
    GIVES(5, 0x31, 0x28, 1, 0, 0x30, 0x35);       /* a jump over lit0 */
    FAILS(0x33, 0x22);
    FAILS(0x2f, 0xfd, 0xff); /* a loop without end */
    FAILS(0x2f, 0x05, 0x00); /* a jump out of it */
    FAILS(0xff);
    FAILS(0x08);
    (void)state;
}

/* Linkage stubs: CFA = rsp + 8 + ((rip & 15) >= 11) * 8. */
static void linkage_stub(void **state)
{
    registers.value[CFI_RSP] = 0x1000;
    registers.value[CFI_RIP] = 0x4010;
    GIVES(0x1008, 0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22);
    registers.value[CFI_RIP] = 0x401b;
    GIVES(0x1010, 0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22);
    (void)state;
}

static void starts_with_what_it_is_given(void **state)
{
    const uint8_t code[] = {0x23, 2};
    uintptr_t initial = 40, value;
    assert_true(run(code, sizeof(code), &initial, &value));
    assert_int_equal(value, 42);
    assert_true(run(code, 0, &initial, &value));
    assert_int_equal(value, 40);
    assert_false(run(code, 0, NULL, &value));
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constants),
        cmocka_unit_test(registers_and_memory),
        cmocka_unit_test(arithmetic),
        cmocka_unit_test(linkage_stub),
        cmocka_unit_test(starts_with_what_it_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
