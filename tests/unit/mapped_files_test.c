/* The test's own mappings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>

#include "libcaulk/mapped_files.h"

static void a_process_has_its_program_and_libraries_once(void **state)
{
    (void)state;
    struct mapped_files files;
    assert_true(mapped_files_read(getpid(), &files));
    unsigned programs = 0;
    for (size_t i = 0; i < files.count; i++)
        programs += strstr(files.file[i].path, "/mapped_files_test") != NULL;
    assert_int_equal(programs, 1);
    assert_non_null(mapped_files_find(&files, "libc.so."));
    assert_null(mapped_files_find(&files, "libnone."));
    mapped_files_finish(&files);
}

static void a_deleted_file_is_told_from_its_name(void **state)
{
    (void)state;
    char path[] = "/tmp/caulk mapped XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(ftruncate(fd, 4096), 0);
    void *memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
    assert_true(memory != MAP_FAILED);
    unlink(path);
    struct mapped_files files;
    assert_true(mapped_files_read(getpid(), &files));
    const struct mapped_file *found = NULL;
    for (size_t i = 0; i < files.count; i++)
        if (!strcmp(files.file[i].path, path))
            found = &files.file[i];
    assert_non_null(found);
    assert_true(found->deleted && !found->has_code);
    mapped_files_finish(&files);
    munmap(memory, 4096);
    close(fd);
}

static void of_no_process_there_are_none(void **state)
{
    (void)state;
    struct mapped_files files;
    assert_false(mapped_files_read(INT32_MAX, &files));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_has_its_program_and_libraries_once),
        cmocka_unit_test(a_deleted_file_is_told_from_its_name),
        cmocka_unit_test(of_no_process_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
