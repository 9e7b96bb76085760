/* The file appears whole under a free name or not at all. */
#include "preload/output_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/output_file_test.XXXXXX";
static const struct dump_path_facts facts = {.pid = 1, .sequence = 1, .program = "p"};
static struct output_file file;
static char *noted; /* shared with children */

static const char *inside(const char *name)
{
    static char path[4][256];
    static unsigned next;
    char *chosen = path[next++ % 4];
    snprintf(chosen, sizeof(path[0]), "%s/%s", directory, name);
    return chosen;
}

static unsigned entries(void)
{
    unsigned n = 0;
    DIR *dir = opendir(directory);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2;
}

static int set_up(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/output_file_test.XXXXXX");
    noted[0] = '\0';
    return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof(command), "rm -rf %s", directory);
    return system(command);
}

static void test_number_taken_meanwhile(void **state)
{
    (void)state;
    assert_int_equal(output_file_open(&file, inside("d.%n"), facts, noted), 0);
    assert_int_equal(close(creat(inside("d.1"), 0600)), 0);
    assert_int_equal(output_file_publish(&file), 0);
    assert_string_equal(file.path, inside("d.2"));
    assert_int_equal(file.facts.sequence, 2);
    assert_int_equal(entries(), 2);
}

static void test_publish(void **state)
{
    (void)state;
    struct stat status;
    mode_t before = umask(0277);
    assert_int_equal(output_file_open(&file, inside("d.%n"), facts, noted), 0);
    umask(before);
    assert_int_equal(access(inside("d.1"), F_OK), -1);
    assert_int_equal(output_file_publish(&file), 0);
    assert_string_equal(file.path, inside("d.1"));
    assert_int_equal(lstat(inside("d.1"), &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(entries(), 1);
}

static void test_next_free_number(void **state)
{
    (void)state;
    close(creat(inside("d.1"), 0600));
    assert_int_equal(symlink("nowhere", inside("d.2")), 0);
    assert_int_equal(output_file_open(&file, inside("d.%n"), facts, noted), 0);
    assert_int_equal(file.facts.sequence, 3);
    output_file_discard(&file);
    assert_int_equal(entries(), 2);
}

static void test_taken_name(void **state)
{
    (void)state;
    close(creat(inside("d"), 0600));
    assert_int_equal(output_file_open(&file, inside("d"), facts, noted), EEXIST);
    assert_int_equal(entries(), 1);
}

static void test_name_taken_meanwhile(void **state)
{
    (void)state;
    assert_int_equal(output_file_open(&file, inside("d"), facts, noted), 0);
    assert_int_equal(symlink("nowhere", inside("d")), 0);
    assert_int_equal(output_file_publish(&file), EEXIST);
    assert_int_equal(entries(), 1);
}

/* Ends the process at its next fchmod(): just after the file was made. */
static void die_at_fchmod(void)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fchmod, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof(steps) / sizeof(*steps), steps};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void test_a_killed_writers_file_is_known(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        die_at_fchmod();
        output_file_open(&file, inside("d"), facts, noted);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
    assert_int_equal(entries(), 1);
    output_file_remove(noted);
    assert_int_equal(entries(), 0);
}

static void test_no_directory(void **state)
{
    (void)state;
    assert_int_equal(output_file_open(&file, inside("none/d"), facts, noted), ENOENT);
    assert_string_equal(noted, "");
}

static void test_relative_path_becomes_absolute(void **state)
{
    (void)state;
    assert_int_equal(chdir(directory), 0);
    assert_int_equal(output_file_open(&file, "d", facts, noted), 0);
    assert_string_equal(file.path, inside("d"));
    output_file_discard(&file);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(output_file_open(&file, inside("d") + 1, facts, noted), 0);
    assert_string_equal(file.path, inside("d"));
    output_file_discard(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_number_taken_meanwhile, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_publish, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_next_free_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_taken_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_name_taken_meanwhile, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_killed_writers_file_is_known, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_relative_path_becomes_absolute, set_up, tear_down),
    };
    noted = mmap(NULL, OUTPUT_FILE_PATH_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                 -1, 0);
    return noted == MAP_FAILED ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
