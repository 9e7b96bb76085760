/* What the tracker's writer lays out, the library's reader opens: two implementations of one
 * specification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "preload/dump_writer.h"
#include "tests/support/dump_builder.h"
#include "tests/support/dump_walk.h"

#define PAIRS 500000u /* more than two buffers of varints */

static struct dump_image full_image(void)
{
    struct dump_builder *builder = dump_builder_create_full();
    struct dump_image image = dump_builder_image(builder);
    dump_builder_destroy(builder);
    return image;
}

static struct dump_image empty_image(void)
{
    struct dump_builder *builder = dump_builder_create();
    struct dump_image image = dump_builder_image(builder);
    dump_builder_destroy(builder);
    return image;
}

static struct dump *open_descriptor(int descriptor)
{
    char path[64];
    struct dump *dump;
    struct error err;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    if (!dump_open(path, &dump, &err))
        fail_msg("%s", err.message);
    close(descriptor);
    return dump;
}

static void copy_section(struct dump_writer *writer, struct dump_image *image,
                         enum dump_section_kind kind)
{
    const struct dump_section *section = dump_image_section(image, kind);
    dump_writer_begin(writer, kind);
    dump_writer_bytes(writer, image->bytes + section->offset, section->bytes);
    dump_writer_end(writer, section->count);
}

/* From the last section to the first. */
static void sections_in_any_order(void **state)
{
    (void)state;
    struct dump_writer writer;
    struct dump_image image = full_image();
    int descriptor = memfd_create("dump", MFD_CLOEXEC);
    assert_true(dump_writer_init(&writer, descriptor));
    for (enum dump_section_kind kind = DUMP_SECTION_END - 1; kind >= DUMP_PROCESS; kind--)
        copy_section(&writer, &image, kind);
    assert_int_equal(dump_writer_finish(&writer), 0);
    struct dump *dump = open_descriptor(descriptor);
    dump_walk(dump);
    for (unsigned i = 0; i < DUMP_PARTS; i++)
        assert_int_equal(dump->parts[i].bytes, dump_image_section(&image, i + 1)->bytes);
    dump_close(dump);
    free(image.bytes);
}

/* Numbers of all lengths, whose sums stay below the addresses of Python frames. */
static int64_t step_of(uint32_t record)
{
    return record % 2 ? 5 - ((int64_t)(record - 1) << 32) : (int64_t)record << 32;
}

/* Sections that were never begun are empty ones. */
static void varints_across_buffers(void **state)
{
    (void)state;
    struct dump_writer writer;
    struct dump_image image = empty_image();
    int descriptor = memfd_create("dump", MFD_CLOEXEC);
    assert_true(dump_writer_init(&writer, descriptor));
    for (enum dump_section_kind kind = DUMP_PROCESS; kind <= DUMP_THREADS; kind++)
        copy_section(&writer, &image, kind);
    dump_writer_begin(&writer, DUMP_STACKS);
    for (uint32_t i = 0; i < PAIRS; i++) {
        dump_writer_varint(&writer, i % STACK_FRAMES_MAX ? 1 : 0);
        dump_writer_zigzag(&writer, step_of(i));
    }
    dump_writer_end(&writer, PAIRS);
    copy_section(&writer, &image, DUMP_SUMS);
    assert_int_equal(dump_writer_finish(&writer), 0);
    struct dump *dump = open_descriptor(descriptor);
    uint64_t pc = 0;
    assert_int_equal(dump->stack_count, PAIRS);
    for (uint32_t i = 0; i < PAIRS; i++) {
        pc += (uint64_t)step_of(i);
        assert_true(dump->stack_pc[i + 1] == pc);
        assert_int_equal(dump->stack_parent[i + 1], i % STACK_FRAMES_MAX ? i : 0);
    }
    assert_int_equal(dump->block_count, 0);
    dump_walk(dump);
    dump_close(dump);
    free(image.bytes);
}

static void full_disk(void **state)
{
    (void)state;
    struct dump_writer writer;
    int descriptor = open("/dev/full", O_WRONLY | O_CLOEXEC);
    assert_true(dump_writer_init(&writer, descriptor));
    assert_int_equal(dump_writer_finish(&writer), ENOSPC);
    close(descriptor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_in_any_order),
        cmocka_unit_test(varints_across_buffers),
        cmocka_unit_test(full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
