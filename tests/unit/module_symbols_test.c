/* Exported symbols of this very process's libraries; dlsym() says where they are. */
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "libcaulk/dump_format.h"
#include "preload/fault_guard.h"
#include "preload/module_symbols.h"
#include "tests/support/loaded_module.h"

static struct maps maps;
static const struct loaded_module *libc;

static int start(void **state)
{
    (void)state;
    modules_refresh(0);
    libc = loaded_module_at((uintptr_t)dlsym(RTLD_DEFAULT, "environ"));
    int proc = open("/proc/self", O_RDONLY | O_DIRECTORY);
    int error = maps_read(proc, &maps);
    close(proc);
    return libc && !error ? 0 : -1;
}

static void found(void **state)
{
    (void)state;
    struct module_symbol symbol;
    static const char *const names[] = {"environ", "stdout", "obstack_alloc_failed_handler"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_true(module_symbol_find(&maps, libc, names[i], &symbol));
        assert_int_equal(symbol.address, (uintptr_t)dlsym(RTLD_DEFAULT, names[i]));
        assert_int_equal(symbol.bytes, 8);
    }
}

static void not_found(void **state)
{
    (void)state;
    struct module_symbol symbol;
    static const char *const names[] = {"", "environ_", "PyType_Type", "cplus_demangle"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_false(module_symbol_find(&maps, libc, names[i], &symbol));
    struct loaded_module gone = *libc;
    gone.unloaded_tick = 1;
    assert_false(module_symbol_find(&maps, &gone, "environ", &symbol));
}

/* A module that is not what it says: the copy's bytes are set to anything, one after another. */
static void damaged(void **state)
{
    (void)state;
    fault_guard_init(); /* cmocka has handlers of its own for each test */
    struct module_symbol symbol;
    static _Alignas(4096) unsigned char image[4096 * 4];
    struct loaded_module copy = *libc;
    memcpy(image, (const void *)libc->start, sizeof(image));
    copy.start = (uintptr_t)image;
    for (size_t i = 0; i < 4096; i++) {
        unsigned char was = image[i];
        image[i] = 0xff;
        module_symbol_find(&maps, &copy, "environ", &symbol);
        copy.bias = i % 2 ? (uintptr_t)image : libc->bias;
        image[i] = was;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found),
        cmocka_unit_test(not_found),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests_name("module_symbols", tests, start, NULL);
}
