#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "preload/unwind_tables.h"

static void assert_same(uintptr_t address)
{
    struct cfi_tables tables;
    Dl_info info;
    assert_true(unwind_tables_find(address, &tables));
    assert_int_not_equal(dladdr((void *)address, &info), 0);
    assert_int_equal(tables.start, (uintptr_t)info.dli_fbase);
    assert_true(address < tables.end);
    assert_in_range((uintptr_t)tables.eh_frame_hdr, tables.start, tables.end);
}

static void finds_modules(void **state)
{
    int local;
    struct cfi_tables tables;
    assert_same((uintptr_t)finds_modules);
    assert_same((uintptr_t)dlsym(RTLD_DEFAULT, "malloc"));
    assert_same((uintptr_t)dlsym(RTLD_DEFAULT, "_cmocka_run_group_tests"));
    assert_false(unwind_tables_find((uintptr_t)&local, &tables));
    assert_false(unwind_tables_find(0, &tables));
    assert_false(unwind_tables_find(UINTPTR_MAX, &tables));
    (void)state;
}

/* Before the C library is asked for its own way, and where it has none. */
static void finds_them_in_a_snapshot(void **state)
{
    for (unsigned i = 0; i < 5; i++) { /* the ones before are given back */
        unwind_tables_refresh();
        finds_modules(state);
    }
}

static void finds_them_by_the_c_library(void **state)
{
    unwind_tables_init();
    finds_modules(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_them_in_a_snapshot),
        cmocka_unit_test(finds_them_by_the_c_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
