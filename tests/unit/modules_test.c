#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <cmocka.h>

#include "libcaulk/dump_format.h"
#include "preload/fault_guard.h"
#include "preload/modules.h"
#include "tests/support/loaded_module.h"

#define PLUGIN "libanl.so.1" /* small, of glibc's, and linked by nothing here */

static const struct loaded_module *find_name(const char *name)
{
    const struct loaded_module *module;
    for (uint32_t i = 0; (module = modules_get(i)); i++)
        if (strstr(module->path, name))
            return module;
    return NULL;
}

static void test_knows_the_program_and_libc(void **state)
{
    (void)state;
    modules_refresh(1);
    const struct loaded_module *self = loaded_module_at((uintptr_t)&find_name);
    assert_non_null(self);
    assert_true(self->flags & DUMP_MODULE_MAIN);
    const struct loaded_module *libc = loaded_module_at((uintptr_t)&getauxval);
    assert_non_null(libc);
    assert_true(libc->flags & DUMP_MODULE_LIBC);
    assert_int_equal(strlen(libc->build_id), 40);
    assert_true(libc->segment_count >= 3);
    assert_non_null(find_name("ld-linux"));
    assert_true(find_name("ld-linux")->flags & DUMP_MODULE_LOADER);
}

static void test_unloaded_modules_keep_their_record(void **state)
{
    (void)state;
    void *plugin = dlopen(PLUGIN, RTLD_NOW);
    if (!plugin)
        skip();
    modules_refresh(5);
    const struct loaded_module *module = find_name(PLUGIN);
    assert_non_null(module);
    assert_int_equal(module->loaded_tick, 1);
    dlclose(plugin);
    modules_refresh(7);
    modules_refresh(9);
    assert_int_equal(module->unloaded_tick, 0);
    modules_refresh_in_child(11);
    assert_int_equal(module->unloaded_tick, 7);
    assert_null(loaded_module_at(module->start));
}

static void test_the_child_sees_the_same(void **state)
{
    (void)state;
    modules_refresh(10);
    uint32_t count = 0;
    while (modules_get(count))
        count++;
    assert_int_equal(fault_guard_init(), 0);
    modules_refresh_in_child(11);
    assert_null(modules_get(count));
    assert_non_null(loaded_module_at((uintptr_t)&getauxval));
    assert_non_null(loaded_module_at((uintptr_t)&find_name));
    assert_int_equal(find_name("ld-linux")->unloaded_tick, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_knows_the_program_and_libc),
        cmocka_unit_test(test_unloaded_modules_keep_their_record),
        cmocka_unit_test(test_the_child_sees_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
