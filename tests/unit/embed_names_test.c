/* A dump with its own names in it: the same dump but for SYMBOLS, and never half of one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "libcaulk/embed_names.h"
#include "tests/support/dump_builder.h"
#include "tests/support/dump_walk.h"

static char path[] = "/tmp/caulk-embed-XXXXXX";

/* The full dump as a file at `path`, opened. */
static struct dump *open_full(void)
{
    struct dump_builder *builder = dump_builder_create_full();
    struct dump_image image = dump_builder_image(builder);
    struct dump *dump;
    dump_image_write(&image, path);
    free(image.bytes);
    dump_builder_destroy(builder);
    assert_true(dump_open(path, &dump, NULL));
    return dump;
}

static bool embed(const struct dump *dump, int descriptor, struct embedded_count *ret_count,
                  struct error *err)
{
    struct symbolizer *symbolizer = symbolizer_create(dump, NULL);
    bool done = embed_names(dump, symbolizer, descriptor, "copy", ret_count, err);
    symbolizer_destroy(symbolizer);
    return done;
}

static int set_up(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
    (void)state;
    return unlink(path);
}

static void all_but_the_names_is_copied(void **state)
{
    (void)state;
    struct embedded_count count;
    struct dump *dump = open_full(), *copy;
    char copy_path[64];
    int fd = memfd_create("copy", MFD_CLOEXEC);
    assert_true(embed(dump, fd, &count, NULL));
    snprintf(copy_path, sizeof(copy_path), "/proc/self/fd/%d", fd);
    assert_true(dump_open(copy_path, &copy, NULL));
    dump_walk(copy);
    assert_int_equal(copy->block_count, dump->block_count);
    assert_int_equal(copy->edges.count, dump->edges.count);
    assert_int_equal(copy->refs.count, dump->refs.count);
    assert_string_equal(copy->process.program, dump->process.program);
    close(fd);

    /* Of the dump's own names those stay that a stack or a root's reference needs: site 1's two. */
    const struct symbol *symbol;
    assert_int_equal(dump_find_symbols(copy, 0, DUMP_BUILDER_SITE_PC(1), &symbol), 2);
    assert_string_equal(symbol[0].name, "make");
    assert_string_equal(symbol[1].file, "main.c");
    assert_int_equal(copy->symbol_count, 2);
    assert_int_equal(count.named, 1);
    assert_int_equal(count.lines, 1);
    assert_int_equal(count.variables, 0);
    dump_close(copy);
    dump_close(dump);
}

static void a_file_that_has_changed_is_refused(void **state)
{
    (void)state;
    struct embedded_count count;
    struct error err;
    struct dump *dump = open_full();
    struct dump_builder *other = dump_builder_create();
    struct dump_image image = dump_builder_image(other);
    dump_image_write(&image, path);
    free(image.bytes);
    dump_builder_destroy(other);
    int fd = memfd_create("copy", MFD_CLOEXEC);
    assert_false(embed(dump, fd, &count, &err));
    assert_string_equal(err.message, "changed while it was read; try again");
    assert_int_equal(lseek(fd, 0, SEEK_END), 0);
    close(fd);
    dump_close(dump);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    struct embedded_count count;
    struct error err;
    struct dump *dump = open_full();
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        skip();
    assert_false(embed(dump, fd, &count, &err));
    assert_string_equal(err.file, "copy");
    assert_non_null(strstr(err.message, "cannot write at offset"));
    close(fd);
    dump_close(dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_but_the_names_is_copied),
        cmocka_unit_test(a_file_that_has_changed_is_refused),
        cmocka_unit_test(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests_name("embed_names", tests, set_up, tear_down);
}
