#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "preload/log.h"
#include "preload/options.h"

static char folder[64], path[128];
static struct options options;

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/caulk-log-test-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/log", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static size_t contents(char *text, size_t capacity)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, text, capacity - 1);
    if (file >= 0)
        close(file);
    text[length] = '\0';
    return (size_t)length;
}

static void a_file_gets_whole_lines_and_is_opened_again(void **state)
{
    (void)state;
    char text[256], expected[256];
    options_defaults(&options);
    options.log = LOG_FILE;
    strcpy(options.log_path, path);
    log_init(&options);
    errno = EDOM;
    log_line("%s %d", "first", 1);
    assert_int_equal(errno, EDOM);
    int descriptor = log_descriptor();
    assert_true(descriptor > 2);

    /* The program closes everything, and the number becomes something else. */
    assert_int_equal(dup2(STDOUT_FILENO, descriptor), descriptor);
    assert_int_equal(log_descriptor(), -1);
    log_line("second");
    assert_int_not_equal(log_descriptor(), -1);
    close(descriptor);

    contents(text, sizeof(text));
    snprintf(expected, sizeof(expected), "caulk: %d: first 1\ncaulk: %d: second\n", getpid(),
             getpid());
    assert_string_equal(text, expected);
}

static void stderr_is_left_alone_once_it_is_another_file(void **state)
{
    (void)state;
    char text[256];
    unlink(path);
    int saved = dup(STDERR_FILENO);
    options_defaults(&options);
    log_init(&options);
    assert_int_equal(log_descriptor(), STDERR_FILENO);
    int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    dup2(file, STDERR_FILENO);
    log_line("to nobody");
    int descriptor = log_descriptor();
    assert_int_equal(contents(text, sizeof(text)), 0);

    log_init(&options); /* now the file is what descriptor 2 was at start */
    log_line("to the file");
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(file);
    assert_int_equal(descriptor, -1);
    assert_true(contents(text, sizeof(text)) > 0);
}

static void a_full_or_broken_pipe_holds_nobody_up(void **state)
{
    (void)state;
    int ends[2];
    char bytes[4096] = {0};
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    while (write(ends[1], bytes, sizeof(bytes)) > 0)
        continue;
    int saved = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    log_init(&options);
    log_line("full");
    close(ends[0]);
    log_line("broken"); /* no SIGPIPE */
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
}

static volatile sig_atomic_t too_large;

static void on_too_large(int number)
{
    too_large += number == SIGXFSZ;
}

/* The line is cut or lost; one signal of the program's own that waits is kept. */
static void a_file_that_may_not_grow_raises_no_signal(void **state)
{
    (void)state;
    struct rlimit before, limit;
    char text[256];
    sigset_t set;
    options.log = LOG_FILE;
    strcpy(options.log_path, path);
    unlink(path);
    sigemptyset(&set);
    sigaddset(&set, SIGXFSZ);
    signal(SIGXFSZ, on_too_large);
    getrlimit(RLIMIT_FSIZE, &before);
    limit = (struct rlimit){20, before.rlim_max};
    log_init(&options);
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 3; i++)
        log_line("a line that is longer than that");
    assert_int_equal(too_large, 0);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGXFSZ);
    log_line("one more");
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(too_large, 1);
    assert_int_equal(contents(text, sizeof(text)), 20);
    close(log_descriptor());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_gets_whole_lines_and_is_opened_again),
        cmocka_unit_test(stderr_is_left_alone_once_it_is_another_file),
        cmocka_unit_test(a_file_that_may_not_grow_raises_no_signal),
        cmocka_unit_test(a_full_or_broken_pipe_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
