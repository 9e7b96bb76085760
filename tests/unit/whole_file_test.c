#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/whole_file.h"

/* In an empty folder. */
static int enter(void **state)
{
    static char folder[] = "/tmp/whole_file.XXXXXX";
    *state = mkdtemp(folder);
    return *state ? chdir(folder) : -1;
}

static int leave(void **state)
{
    unlink("a");
    return chdir("/") || rmdir(*state);
}

static unsigned count_files(void)
{
    DIR *folder = opendir(".");
    unsigned count = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static void is_there_when_it_is_whole(void **state)
{
    (void)state;
    char text[10] = "";
    struct stat status;
    umask(022);
    FILE *out = whole_file_begin("a");
    fputs("whole", out);
    assert_int_not_equal(access("a", F_OK), 0);
    whole_file_end(out);
    FILE *in = fopen("a", "r");
    assert_non_null(fgets(text, sizeof(text), in));
    assert_string_equal(text, "whole");
    assert_int_equal(fstat(fileno(in), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0644);
    fclose(in);
    assert_int_equal(count_files(), 1);
}

static void replaces_what_was_there(void **state)
{
    (void)state;
    char text[10] = "";
    FILE *out = whole_file_begin("a");
    fputs("new", out);
    whole_file_end(out);
    FILE *in = fopen("a", "r");
    assert_non_null(fgets(text, sizeof(text), in));
    assert_string_equal(text, "new");
    fclose(in);
}

static void leaves_nothing_behind_when_the_program_ends(void **state)
{
    (void)state;
    unsigned before = count_files();
    pid_t child = fork();
    if (child == 0) {
        FILE *out = whole_file_begin("b");
        fputs("half", out);
        exit(3);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(WEXITSTATUS(status), 3);
    assert_int_equal(count_files(), before);
}

static void leaves_nothing_behind_when_a_signal_ends_it(void **state)
{
    (void)state;
    unsigned before = count_files();
    pid_t child = fork();
    if (child == 0) {
        whole_file_begin("b");
        raise(SIGTERM);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_int_equal(count_files(), before);
}

static void standard_output_and_devices_are_written_to(void **state)
{
    (void)state;
    assert_ptr_equal(whole_file_begin(NULL), stdout);
    assert_ptr_equal(whole_file_begin("-"), stdout);
    FILE *out = whole_file_begin("/dev/null");
    fputs("gone", out);
    whole_file_end(out);
    struct stat status;
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_there_when_it_is_whole),
        cmocka_unit_test(replaces_what_was_there),
        cmocka_unit_test(leaves_nothing_behind_when_the_program_ends),
        cmocka_unit_test(leaves_nothing_behind_when_a_signal_ends_it),
        cmocka_unit_test(standard_output_and_devices_are_written_to),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
