/* What the test's own libraries export; and modules whose tables lie. */
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "preload/exports.h"
#include "preload/fault_guard.h"
#include "tests/support/loaded_module.h"

static int start(void **state)
{
    (void)state;
    modules_refresh(1);
    return 0;
}

static void assert_named(const struct exports *exports, uintptr_t address, const char *name)
{
    const struct exported *found = exports_find(exports, address);
    assert_non_null(found);
    assert_int_equal(found->name_length, strlen(name));
    assert_memory_equal(found->name, name, strlen(name));
}

static void functions_have_names(void **state)
{
    (void)state;
    struct exports exports;
    uintptr_t libc = (uintptr_t)dlsym(RTLD_DEFAULT, "drand48");
    assert_true(exports_read(loaded_module_at(libc), EXPORT_FUNCTION, &exports));
    assert_true(exports.count > 1000);
    assert_named(&exports, libc, "drand48");
    assert_named(&exports, libc + 3, "drand48");
    assert_null(exports_find(&exports, 1));
    exports_finish(&exports);
}

static void of_aliases_the_plain_name_counts(void **state)
{
    (void)state;
    struct exports exports;
    uintptr_t write_address = (uintptr_t)dlsym(RTLD_NEXT, "write"); /* and __write */
    assert_true(exports_read(loaded_module_at(write_address), EXPORT_FUNCTION, &exports));
    assert_named(&exports, write_address, "write");
    exports_finish(&exports);
}

static void variables_have_names(void **state)
{
    (void)state;
    struct exports exports;
    uintptr_t address = (uintptr_t)dlsym(RTLD_NEXT, "optarg");
    assert_true(exports_read(loaded_module_at(address), EXPORT_VARIABLE, &exports));
    assert_named(&exports, address + 4, "optarg");
    exports_finish(&exports);
}

static void the_kernels_module_is_read_too(void **state)
{
    (void)state;
    struct exports exports;
    uintptr_t header = getauxval(AT_SYSINFO_EHDR);
    if (!header)
        skip();
    struct loaded_module kernel = {.start = header, .end = header + 4096, .bias = header};
    assert_true(exports_read(&kernel, EXPORT_FUNCTION, &exports));
    assert_true(exports.count > 0);
    exports_finish(&exports);
}

/* ---- damaged modules ---- */

#define IMAGE_BYTES 8192

struct image {
    ElfW(Ehdr) header;
    ElfW(Phdr) dynamic_segment;
    ElfW(Dyn) dynamic[8];
    uint32_t hash[2];
    uint32_t gnu_hash[16];
    ElfW(Sym) symbols[2];
    char strings[16];
};

/* A page with one function, and after it a page that can't be read. cmocka catches faults in each
 * test, so the guard is set up in it. */
static struct image *image_create(struct loaded_module *ret_module)
{
    char *memory =
        mmap(NULL, IMAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    assert_int_equal(fault_guard_init(), 0);
    struct image *image = (struct image *)memory;
    uintptr_t bias = (uintptr_t)memory;
    memcpy(image->header.e_ident, ELFMAG, SELFMAG);
    image->header.e_phoff = offsetof(struct image, dynamic_segment);
    image->header.e_phnum = 1;
    image->dynamic_segment =
        (ElfW(Phdr)){.p_type = PT_DYNAMIC, .p_vaddr = offsetof(struct image, dynamic)};
    const ElfW(Dyn) dynamic[] = {
        {DT_HASH, {offsetof(struct image, hash)}},
        {DT_SYMTAB, {bias + offsetof(struct image, symbols)}},
        {DT_STRTAB, {bias + offsetof(struct image, strings)}},
        {DT_STRSZ, {sizeof(image->strings)}},
    };
    memcpy(image->dynamic, dynamic, sizeof(dynamic));
    image->hash[1] = 2;
    image->symbols[1] = (ElfW(Sym)){.st_name = 1,
                                    .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                                    .st_shndx = 1,
                                    .st_value = 0x800,
                                    .st_size = 16};
    strcpy(image->strings + 1, "function");
    assert_int_equal(mprotect(memory + IMAGE_BYTES / 2, IMAGE_BYTES / 2, PROT_NONE), 0);
    *ret_module = (struct loaded_module){.start = bias, .end = bias + IMAGE_BYTES, .bias = bias};
    return image;
}

static size_t count_exports(const struct loaded_module *module)
{
    struct exports exports;
    assert_true(exports_read(module, EXPORT_FUNCTION, &exports));
    size_t count = exports.count;
    exports_finish(&exports);
    return count;
}

static void a_damaged_module_has_no_more_names_than_it_has(void **state)
{
    (void)state;
    struct loaded_module module;
    struct image *image = image_create(&module);
    struct image whole = *image;
    assert_int_equal(count_exports(&module), 1);

    image->header.e_phnum = UINT16_MAX;
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    image->header.e_phoff = UINT64_MAX - 8;
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    image->dynamic_segment.p_vaddr = IMAGE_BYTES - 64; /* where nothing can be read */
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    image->dynamic[3].d_un.d_val = UINT64_MAX;
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    image->hash[1] = UINT32_MAX; /* into the page that can't be read */
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    image->symbols[1].st_name = sizeof(image->strings);
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    image->symbols[1].st_size = UINT64_MAX;
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    image->symbols[1].st_value = UINT64_MAX;
    assert_int_equal(count_exports(&module), 0);
    *image = whole;
    memset(image->strings, 'a', sizeof(image->strings)); /* no end: the table's is */
    assert_int_equal(count_exports(&module), 1);
    munmap(image, IMAGE_BYTES);
}

static void chains_of_a_gnu_hash_stay_inside(void **state)
{
    (void)state;
    struct loaded_module module;
    struct image *image = image_create(&module);
    const uint32_t table[] = {1, 1, 1, 0, 0, 0, /* the bucket */ 1, /* its chain */ 1};
    memcpy(image->gnu_hash, table, sizeof(table));
    image->dynamic[0] = (ElfW(Dyn)){DT_GNU_HASH, {offsetof(struct image, gnu_hash)}};
    assert_int_equal(count_exports(&module), 1);
    image->gnu_hash[6] = UINT32_MAX;
    assert_int_equal(count_exports(&module), 0);
    image->gnu_hash[0] = UINT32_MAX;
    assert_int_equal(count_exports(&module), 0);
    image->gnu_hash[2] = UINT32_MAX;
    assert_int_equal(count_exports(&module), 0);
    munmap(image, IMAGE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_have_names),
        cmocka_unit_test(of_aliases_the_plain_name_counts),
        cmocka_unit_test(variables_have_names),
        cmocka_unit_test(the_kernels_module_is_read_too),
        cmocka_unit_test(a_damaged_module_has_no_more_names_than_it_has),
        cmocka_unit_test(chains_of_a_gnu_hash_stay_inside),
    };
    return cmocka_run_group_tests_name("exports", tests, start, NULL);
}
