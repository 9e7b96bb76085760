/* Names that compilers make, and what people should read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "libcaulk/demangle.h"

static void expect(const char *symbol, const char *wanted)
{
    char *name = demangle(symbol);
    assert_string_equal(name, wanted);
    free(name);
}

static void c_names(void **state)
{
    (void)state;
    expect("main", "main");
    expect("make_node.part.0", "make_node");
    expect("make_node.constprop.0.isra.0", "make_node");
    expect("puts@@GLIBC_2.2.5", "puts");
    expect("counter.0", "counter");
    expect("runtime.mallocgc", "runtime.mallocgc");
    expect(".hidden", ".hidden");
    expect("", "");
}

static void cpp_names(void **state)
{
    (void)state;
    expect("_ZN7Session9handshakeEi", "Session::handshake");
    expect("_ZN7Session9handshakeEi.cold", "Session::handshake");
    expect("_Znwm", "operator new");
    expect(
        "_ZSt11make_sharedI7SessionJEESt10shared_ptrINSt9enable_ifIXntsr8is_arrayIT_EE5valueES3_E4t"
        "ypeEDpOT0_",
        "std::make_shared<Session>");
    expect("_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()");
    expect("_ZN12_GLOBAL__N_15tableE", "(anonymous namespace)::table");
}

static void rust_names(void **state)
{
    (void)state;
    expect("_ZN5alloc5alloc15exchange_malloc17h0123456789abcdefE", "alloc::alloc::exchange_malloc");
    expect("_RNvCskwGfYPst2Cb_3foo16example_function", "foo::example_function");
}

/* f<P<P<…, …>, P<…, …>>>, where each pair is of the pair before, twice: 2^levels names. */
static void names_that_grow_without_end_are_left_alone(void **state)
{
    (void)state;
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    enum { LEVELS = 36 };
    char symbol[16 * LEVELS] = "_Z1fI1PI", *at = symbol + strlen(symbol);
    for (unsigned i = 1; i < LEVELS; i++)
        at = stpcpy(at, "S0_I");
    at = stpcpy(at, "iiE");
    for (unsigned i = 1; i < LEVELS; i++) {
        *at++ = 'S';
        *at++ = digits[i];
        at = stpcpy(at, "_E");
    }
    strcpy(at, "Evv");
    expect(symbol, symbol);
}

static void expect_type(const char *name, const char *wanted)
{
    char *readable = demangle_type(name);
    assert_string_equal(readable, wanted);
    free(readable);
}

static void types(void **state)
{
    (void)state;
    expect_type("7Session", "Session");
    expect_type("N3app4ConnE", "app::Conn");
    expect_type("Z4mainE5Local", "main::Local");
    expect_type("St6vectorIiSaIiEE", "std::vector<int, std::allocator<int> >");
    expect_type("9Session", "9Session");
    expect_type("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(c_names),    cmocka_unit_test(cpp_names),
        cmocka_unit_test(rust_names), cmocka_unit_test(names_that_grow_without_end_are_left_alone),
        cmocka_unit_test(types),
    };
    return cmocka_run_group_tests_name("demangle", tests, NULL, NULL);
}
