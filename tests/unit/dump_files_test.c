/* Which files a template of dump names stands for. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/dump_files.h"

static char folder[] = "/tmp/caulk-files-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(strcpy(folder, "/tmp/caulk-files-XXXXXX")) ? chdir(folder) : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *open_folder = opendir(folder);
    for (struct dirent *entry; (entry = readdir(open_folder));)
        unlinkat(dirfd(open_folder), entry->d_name, 0);
    closedir(open_folder);
    return chdir("/") || rmdir(folder);
}

static void make(const char *name)
{
    int fd = open(name, O_CREAT | O_WRONLY, 0600);
    assert_true(fd >= 0);
    close(fd);
}

/* wanted: the names in alphabetical order, with spaces between. */
static void expect(const char *template, struct timespec since, const char *wanted)
{
    struct dump_files files;
    char found[1024] = "";
    dump_files_find(template, since, &files);
    for (size_t i = 0; i < files.count; i++) {
        strcat(found, i ? " " : "");
        strcat(found, files.paths[i]);
    }
    assert_string_equal(found, wanted);
    dump_files_finish(&files);
}

static const struct timespec ever = {0};

static void the_last_dump_of_each_process_is_taken(void **state)
{
    (void)state;
    make("c.12.1.dump");
    make("c.12.10.dump");
    make("c.12.9.dump");
    make("c.7.1.dump");
    make("c.x.1.dump");
    make("c.7.1.dump.old");
    expect("c.%p.%n.dump", ever, "c.12.10.dump c.7.1.dump");
    expect("c.%n.%p.dump", ever, "c.12.1.dump c.12.10.dump c.12.9.dump");
}

static void other_sequences_match_anything(void **state)
{
    (void)state;
    make("100%-host-prog-1700000000");
    expect("100%%-%h-%e-%t", ever, "100%-host-prog-1700000000");
    expect("100%%-%h-%e-%t%z", ever, "");
}

static void special_characters_mean_themselves(void **state)
{
    (void)state;
    make("a*[b](1)+.dump");
    make("aX[b](1)+.dump");
    expect("a*[b](%n)+.dump", ever, "a*[b](1)+.dump");
}

static void files_from_before_are_left_out(void **state)
{
    (void)state;
    make("old.dump");
    struct stat status;
    assert_int_equal(stat("old.dump", &status), 0);
    struct timespec since = status.st_mtim;
    expect("old.dump", since, "old.dump");
    since.tv_sec++;
    expect("old.dump", since, "");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_dump_of_each_process_is_taken),
        TEST(other_sequences_match_anything),
        TEST(special_characters_mean_themselves),
        TEST(files_from_before_are_left_out),
    };
    return cmocka_run_group_tests_name("dump files", tests, NULL, NULL);
}
