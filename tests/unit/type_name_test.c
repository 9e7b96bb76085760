#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/type_name.h"

static void expect(enum type_kind kind, const char *name, const char *wanted)
{
    const struct type type = {.name = name, .kind = kind};
    char *shown = type_name(&type);
    assert_string_equal(shown, wanted);
    free(shown);
}

static void classes(void **state)
{
    (void)state;
    expect(TYPE_CXX, "N3app7SessionE", "app::Session");
    expect(TYPE_CXX_ARRAY, "4Node", "Node[]");
    expect(TYPE_CXX, "no name", "no name");
}

#define LOCK "LN9__gnu_cxx12_Lock_policyE2E"

static void what_shared_ptr_counts_by(void **state)
{
    (void)state;
    expect(TYPE_CXX_COUNTED, "St23_Sp_counted_ptr_inplaceI7SessionSaIvE" LOCK "E", "Session");
    expect(TYPE_CXX_COUNTED, "St23_Sp_counted_ptr_inplaceISt4pairIiPFviiEESaIvE" LOCK "E",
           "std::pair<int, void (*)(int, int)>");
    expect(TYPE_CXX_COUNTED, "St15_Sp_counted_ptrIP7Session" LOCK "E", "control block of Session");
    expect(TYPE_CXX_COUNTED, "St19_Sp_counted_deleterIP4PeerSt14default_deleteIS0_ESaIvE" LOCK "E",
           "control block of Peer");
    expect(TYPE_CXX_COUNTED, "St15_Sp_counted_ptrI", "St15_Sp_counted_ptrI");
}

static void pythons(void **state)
{
    (void)state;
    expect(TYPE_PYTHON_GC, "collections.OrderedDict", "collections.OrderedDict");
    expect(TYPE_PYTHON, "4Node", "4Node");
}

static void names_that_are_not_mangled(void **state)
{
    (void)state;
    expect(TYPE_GOBJECT, "4Node", "4Node");
    expect(TYPE_NAMED, "St3mapE", "St3mapE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes),
        cmocka_unit_test(what_shared_ptr_counts_by),
        cmocka_unit_test(pythons),
        cmocka_unit_test(names_that_are_not_mangled),
    };
    return cmocka_run_group_tests_name("type_name", tests, NULL, NULL);
}
