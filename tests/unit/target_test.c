/*
 * The test as its own target: it maps a hand-made libcaulk.so, whose status block it fills, and
 * answers requests as the tracker does.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libcaulk/proc.h"
#include "libcaulk/remote_image.h"
#include "libcaulk/target.h"

/* ---- a library of one exported object ---- */

struct library {
    Elf64_Ehdr header;
    Elf64_Phdr segments[2];
    Elf64_Dyn dynamic[4];
    Elf64_Sym symbols[2];
    char names[16];
    struct {
        uint32_t buckets, first_symbol, bloom_words, bloom_shift;
        uint64_t bloom;
        uint32_t bucket, chain;
    } hash;
    struct tracker_status status;
};

static uint32_t gnu_hash(const char *name)
{
    uint32_t hash = 5381;
    for (; *name; name++)
        hash = hash * 33 + (unsigned char)*name;
    return hash;
}

#define AT(field) offsetof(struct library, field)

static void fill_library(struct library *library)
{
    *library = (struct library){
        .header = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB},
                   .e_phoff = AT(segments),
                   .e_phentsize = sizeof(Elf64_Phdr),
                   .e_phnum = 2},
        .segments = {{.p_type = PT_LOAD}, {.p_type = PT_DYNAMIC, .p_vaddr = AT(dynamic)}},
        .dynamic = {{DT_SYMTAB, {AT(symbols)}},
                    {DT_STRTAB, {AT(names)}},
                    {DT_GNU_HASH, {AT(hash)}}},
        .symbols = {[1] = {.st_name = 1, .st_shndx = 1, .st_value = AT(status)}},
        .names = "\0" STATUS_SYMBOL,
        .hash = {.buckets = 1,
                 .first_symbol = 1,
                 .bloom_words = 1,
                 .bucket = 1,
                 .chain = gnu_hash(STATUS_SYMBOL) | 1},
        .status = {.magic = STATUS_MAGIC,
                   .version = STATUS_VERSION,
                   .pid = (uint32_t)getpid(),
                   .tracking = 1,
                   .request_signal = SIGUSR2,
                   .stack_frames = (uintptr_t)&library->hash.bucket},
    };
}

static char folder[] = "/tmp/caulk-target-XXXXXX";
static char library_path[64];
static struct library *library; /* as mapped */

static int map_library(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(library_path, sizeof(library_path), "%s/libcaulk.so", folder);
    int fd = open(library_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(*library)))
        return -1;
    library = mmap(NULL, sizeof(*library), PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    close(fd);
    return library == MAP_FAILED ? -1 : 0;
}

static int unmap_library(void **state)
{
    (void)state;
    munmap(library, sizeof(*library));
    unlink(library_path);
    return rmdir(folder);
}

/* ---- what the tracker does ---- */

static void answer(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    library->status.lock++;
    library->status.replies[3].cookie = (uintptr_t)info->si_value.sival_ptr;
    library->status.replies[3].result = STATUS_WRITTEN;
    library->status.lock++;
}

static int start_tracking(void **state)
{
    (void)state;
    fill_library(library);
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO};
    return sigaction(SIGUSR2, &action, NULL);
}

static struct target inspect(void)
{
    struct target target;
    struct error err = {0};
    if (!target_inspect(getpid(), &target, &err))
        fail_msg("%s: %s", err.file, err.message);
    return target;
}

static void expect_error(pid_t pid, const char *wanted)
{
    struct target target;
    struct error err = {0};
    assert_false(target_inspect(pid, &target, &err));
    assert_non_null(strstr(err.message, wanted));
}

static void a_tracked_process_is_recognized(void **state)
{
    (void)state;
    struct target target = inspect();
    char program[PATH_MAX];
    assert_int_equal(target.state, TARGET_TRACKED);
    assert_int_equal(target.pid, getpid());
    assert_int_equal(target.parent, getppid());
    assert_int_equal(target.uid, geteuid());
    assert_non_null(realpath("/proc/self/exe", program));
    assert_string_equal(target.program, program);
    assert_false(target.stopped);
}

static void a_library_that_was_replaced_is_read_all_the_same(void **state)
{
    (void)state;
    unlink(library_path);
    assert_int_equal(inspect().state, TARGET_TRACKED);
}

static void without_a_handler_no_request_is_sent(void **state)
{
    (void)state;
    struct target target = inspect();
    signal(SIGUSR2, SIG_DFL);
    assert_int_equal(inspect().state, TARGET_STARTING);
    uint64_t cookie;
    struct error err;
    assert_false(target_request(&target, 0, &cookie, &err));
}

static void what_cannot_answer_is_told_apart(void **state)
{
    (void)state;
    library->status.tracking = 0;
    assert_int_equal(inspect().state, TARGET_OFF);
    library->status.version = STATUS_VERSION + 1;
    assert_int_equal(inspect().state, TARGET_OTHER);
    library->status.magic = 0;
    assert_int_equal(inspect().state, TARGET_STARTING);
}

static void live_bytes_are_summed_over_all_counters(void **state)
{
    (void)state;
    static struct status_counter first[300], second[1];
    first[0] = (struct status_counter){.allocated_bytes = 100, .allocated_blocks = 3};
    first[299] = (struct status_counter){.freed_bytes = 60, .freed_blocks = 2};
    second[0] = (struct status_counter){.allocated_bytes = 5, .allocated_blocks = 1};
    library->status.chunks[0] = (struct status_chunk){(uintptr_t)first, 300};
    library->status.chunks[1] = (struct status_chunk){(uintptr_t)second, 1};
    struct target target = inspect();
    assert_int_equal(target.live_bytes, 45);
    assert_int_equal(target.live_blocks, 2);
    assert_int_equal(target.stack_frames, library->hash.bucket);
}

static void damaged_counters_are_an_error(void **state)
{
    (void)state;
    library->status.chunks[0] = (struct status_chunk){8, 1};
    expect_error(getpid(), "can't be inspected");
    library->status.chunks[0] = (struct status_chunk){8, UINT64_MAX};
    expect_error(getpid(), "can't be inspected");
}

static void a_block_that_stays_locked_is_an_error(void **state)
{
    (void)state;
    library->status.lock = 1;
    expect_error(getpid(), "can't be inspected");
}

static void a_forked_child_has_made_no_dumps(void **state)
{
    (void)state;
    library->status.dumps_made = 3;
    assert_int_equal(inspect().status.dumps_made, 3);
    library->status.pid++;
    assert_int_equal(inspect().status.dumps_made, 0);
}

static void a_request_is_answered_under_its_cookie(void **state)
{
    (void)state;
    struct target target = inspect();
    struct error err = {0};
    uint64_t cookie = 0;
    assert_true(target_request(&target, 0, &cookie, &err));
    assert_int_equal(cookie >> STATUS_COOKIE_SHIFT, STATUS_COOKIE_TAG);
    assert_true(target_refresh(&target, &err));
    assert_ptr_equal(target_reply(&target, cookie), &target.status.replies[3]);
    assert_null(target_reply(&target, cookie + 1));
    library->status.replies[3].result = STATUS_PENDING;
    assert_true(target_refresh(&target, &err));
    assert_null(target_reply(&target, cookie));
}

static void processes_without_tracker_are_named(void **state)
{
    (void)state;
    expect_error(1 << 30, "no such process");
    pid_t child = fork();
    if (child == 0) {
        munmap(library, sizeof(*library));
        raise(SIGSTOP);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    expect_error(child, "not tracked");
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    expect_error(child, "no such process");
}

static void a_process_that_ends_meanwhile_is_noticed(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(0);
    }
    int status;
    struct target target;
    struct error err = {0};
    assert_int_equal(waitpid(child, &status, WUNTRACED), child);
    assert_true(target_inspect(child, &target, &err));
    assert_true(target.stopped);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    assert_false(target_refresh(&target, &err));
    assert_non_null(strstr(err.message, "ended"));
    uint64_t cookie;
    assert_false(target_request(&target, 0, &cookie, &err));
}

/* In a PID namespace: its first process, killed, waits without memory for the second one to be
 * reaped, which is its sibling's task. 0: what is said of it is right. */
static int look_at_one_that_is_ending(void)
{
    struct target target;
    struct error err = {0};
    uint64_t cookie;
    if (unshare(CLONE_NEWPID))
        return 77;
    pid_t first = fork();
    if (first == 0 || !target_inspect(first, &target, &err) || fork() == 0)
        for (;;)
            pause();
    kill(first, SIGKILL);
    while (target_refresh(&target, &err))
        sched_yield();
    return strcmp(err.message, "it has ended") || target_inspect(first, &target, &err) ||
           strcmp(err.message, "it has ended") || target_request(&target, 0, &cookie, &err);
}

static void a_process_that_is_ending_has_ended(void **state)
{
    (void)state;
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(look_at_one_that_is_ending());
    waitpid(child, &status, 0);
    if (status == 77 << 8)
        skip();
    assert_int_equal(status, 0);
}

static void the_list_has_tracked_processes(void **state)
{
    (void)state;
    struct target *targets;
    size_t count, found = 0;
    struct error err;
    assert_true(target_list(&targets, &count, &err));
    for (size_t i = 0; i < count; i++)
        found += targets[i].pid == getpid();
    assert_int_equal(found, 1);
    free(targets);
}

/* parent → child → grandchild, all of them waiting for the pipe to close. */
static void descendants_come_after_their_parents(void **state)
{
    (void)state;
    int told[2], held[2];
    pid_t grandchild = 0, *pids;
    size_t count;
    char byte;
    assert_int_equal(pipe(told) | pipe(held), 0);
    pid_t child = fork();
    if (child == 0) {
        close(held[1]);
        grandchild = fork();
        if (grandchild)
            _exit(write(told[1], &grandchild, sizeof(grandchild)) < 0 || read(held[0], &byte, 1));
        _exit((int)read(held[0], &byte, 1));
    }
    assert_int_equal(read(told[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
    assert_true(proc_descendants(getpid(), &pids, &count));
    assert_int_equal(count, 3);
    assert_int_equal(pids[0], getpid());
    assert_int_equal(pids[1], child);
    assert_int_equal(pids[2], grandchild);
    free(pids);
    close(held[1]);
    waitpid(child, NULL, 0);
    close(held[0]);
    close(told[0]);
    close(told[1]);
}

static void a_path_in_the_same_root_stays_as_it_is(void **state)
{
    (void)state;
    struct target target = inspect();
    char path[PATH_MAX] = "";
    assert_true(target_path(&target, "/etc/passwd", path));
    assert_string_equal(path, "/etc/passwd");
    assert_false(target_path(&target, "/nowhere/at/all", path));
}

static void symbols_of_real_libraries_are_found(void **state)
{
    (void)state;
    uint64_t base, address;
    assert_true(proc_find_library(getpid(), "libc.so.6", &base));
    assert_true(remote_symbol(getpid(), base, "drand48", &address));
    assert_int_equal(address, (uintptr_t)drand48);
    assert_false(remote_symbol(getpid(), base, "no_such_symbol", &address));
}

#define TEST(function) cmocka_unit_test_setup(function, start_tracking)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_tracked_process_is_recognized),
        TEST(without_a_handler_no_request_is_sent),
        TEST(what_cannot_answer_is_told_apart),
        TEST(live_bytes_are_summed_over_all_counters),
        TEST(damaged_counters_are_an_error),
        TEST(a_block_that_stays_locked_is_an_error),
        TEST(a_forked_child_has_made_no_dumps),
        TEST(a_request_is_answered_under_its_cookie),
        TEST(processes_without_tracker_are_named),
        TEST(a_process_that_ends_meanwhile_is_noticed),
        TEST(a_process_that_is_ending_has_ended),
        TEST(the_list_has_tracked_processes),
        TEST(descendants_come_after_their_parents),
        TEST(a_path_in_the_same_root_stays_as_it_is),
        TEST(symbols_of_real_libraries_are_found),
        TEST(a_library_that_was_replaced_is_read_all_the_same),
    };
    return cmocka_run_group_tests_name("target", tests, map_library, unmap_library);
}
