/*
 * Names for this test's own functions and variables: the dump's modules are made from what the
 * loader says of the running test, and return addresses are taken at known lines.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libcaulk/symbolizer.h"

#define NEVER_INLINE __attribute__((noinline, noclone))
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define MAX_MODULES 64

static int g_table[16];
static int *local_counter(void)
{
    static int counter;
    return &counter;
}

/* ---- the running test as a dump ---- */

struct fixture {
    struct dump dump;
    struct module modules[MAX_MODULES];
    char paths[MAX_MODULES][PATH_MAX];
    char build_ids[MAX_MODULES][64];
    struct symbolizer *symbolizer;
};

static void read_build_id(const struct dl_phdr_info *info, const ElfW(Phdr) * segment, char *ret_id)
{
    const char *note = (const char *)info->dlpi_addr + segment->p_vaddr;
    const char *end = note + segment->p_memsz;
    while (note < end) {
        const ElfW(Nhdr) *header = (const void *)note;
        const char *name = note + sizeof(*header);
        const char *bytes = name + ((header->n_namesz + 3) & ~3u);
        if (header->n_type == NT_GNU_BUILD_ID && !memcmp(name, "GNU", 4))
            for (unsigned i = 0; i < header->n_descsz; i++)
                sprintf(ret_id + 2 * i, "%02x", (unsigned char)bytes[i]);
        note = bytes + ((header->n_descsz + 3) & ~3u);
    }
}

static int add_module(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    struct fixture *fixture = data;
    uint32_t number = fixture->dump.module_count++;
    struct module *module = &fixture->modules[number];
    *module = (struct module){.start = UINT64_MAX, .bias = info->dlpi_addr};
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uint64_t start = info->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;
        if (segment->p_type == PT_NOTE)
            read_build_id(info, segment, fixture->build_ids[number]);
        if (segment->p_type != PT_LOAD)
            continue;
        module->start = start < module->start ? start : module->start;
        module->end = end > module->end ? end : module->end;
    }
    strcpy(fixture->paths[number], info->dlpi_name);
    if (number == 0)
        assert_non_null(realpath("/proc/self/exe", fixture->paths[0]));
    module->is_libc = strstr(info->dlpi_name, "/libc.so");
    module->path = fixture->paths[number];
    module->build_id = fixture->build_ids[number];
    return number + 1 == MAX_MODULES;
}

static int compare_modules(const void *left, const void *right)
{
    const struct module *a = left, *b = right;
    return a->start < b->start ? -1 : a->start > b->start;
}

static struct fixture *fixture_create(void)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    fixture->dump.modules = fixture->modules;
    fixture->dump.process.time_ns = UINT64_MAX;
    dl_iterate_phdr(add_module, fixture);
    qsort(fixture->modules, fixture->dump.module_count, sizeof(struct module), compare_modules);
    fixture->symbolizer = symbolizer_create(&fixture->dump, NULL);
    return fixture;
}

static int set_up(void **state)
{
    *state = fixture_create();
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    symbolizer_destroy(fixture->symbolizer);
    free(fixture);
    return 0;
}

static struct module *own_module(struct fixture *fixture)
{
    for (uint32_t i = 0; i < fixture->dump.module_count; i++)
        if ((uintptr_t)g_table - fixture->modules[i].start <
            fixture->modules[i].end - fixture->modules[i].start)
            return &fixture->modules[i];
    fail_msg("the test is in none of its modules");
    return NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? slash + 1 : path;
}

/* ---- functions ---- */

static NEVER_INLINE uint64_t return_address(void)
{
    return (uintptr_t)__builtin_return_address(0);
}

static int inline_line;
static ALWAYS_INLINE uint64_t inlined_caller(void)
{
    inline_line = __LINE__ + 1;
    uint64_t address = return_address();
    __asm__ volatile("" ::: "memory");
    return address;
}

static int outer_line;
static NEVER_INLINE uint64_t outer_function(void)
{
    outer_line = __LINE__ + 1;
    uint64_t address = inlined_caller();
    __asm__ volatile("" ::: "memory");
    return address;
}

static void inlined_calls_come_first(void **state)
{
    struct fixture *fixture = *state;
    uint64_t address = outer_function();
    struct frames frames = symbolizer_lookup(fixture->symbolizer, address, 0);
    assert_int_equal(frames.count, 2);
    assert_string_equal(frames.frame[0].function, "inlined_caller");
    assert_true(frames.frame[0].inlined);
    assert_int_equal(frames.frame[0].line, inline_line);
    assert_string_equal(frames.frame[1].function, "outer_function");
    assert_false(frames.frame[1].inlined);
    assert_int_equal(frames.frame[1].line, outer_line);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(base_name(frames.frame[i].file), "symbolizer_test.c");
        assert_int_equal(frames.frame[i].address, address);
        assert_false(frames.frame[i].plumbing);
        assert_ptr_equal(frames.frame[i].module, own_module(fixture)->path);
    }
}

static void the_same_address_is_looked_up_once(void **state)
{
    struct fixture *fixture = *state;
    uint64_t address = outer_function();
    struct frames first = symbolizer_lookup(fixture->symbolizer, address, 0);
    assert_ptr_equal(symbolizer_lookup(fixture->symbolizer, address, 0).frame, first.frame);
}

static void libraries_give_at_least_exported_names(void **state)
{
    struct fixture *fixture = *state;
    struct frames frames = symbolizer_lookup(fixture->symbolizer, (uintptr_t)drand48 + 1, 0);
    assert_string_equal(frames.frame[frames.count - 1].function, "drand48");
    assert_true(frames.frame[0].plumbing);
}

static void outside_all_modules_nothing_is_known(void **state)
{
    struct fixture *fixture = *state;
    struct frames frames = symbolizer_lookup(fixture->symbolizer, 4096, 0);
    assert_int_equal(frames.count, 1);
    assert_null(frames.frame[0].module);
    assert_null(frames.frame[0].function);
    assert_null(frames.frame[0].file);
    assert_int_equal(frames.frame[0].line, 0);
}

/* ---- which file is trusted ---- */

static void expect_unused(struct fixture *fixture, const char *wanted_reason)
{
    struct module *module = own_module(fixture);
    struct frames frames = symbolizer_lookup(fixture->symbolizer, outer_function(), 0);
    assert_int_equal(frames.count, 1);
    assert_null(frames.frame[0].function);
    assert_ptr_equal(frames.frame[0].module, module->path);
    assert_int_equal(frames.frame[0].file_address, frames.frame[0].address - module->bias);
    const char *reason;
    uint32_t number = (uint32_t)(module - fixture->modules);
    assert_false(symbolizer_module(fixture->symbolizer, number, &reason));
    assert_string_equal(reason, wanted_reason);
}

static void another_build_is_not_used(void **state)
{
    struct fixture *fixture = *state;
    own_module(fixture)->build_id = "00112233445566778899aabbccddeeff00112233";
    expect_unused(fixture, "changed since");
}

static void without_build_id_a_newer_file_is_not_used(void **state)
{
    struct fixture *fixture = *state;
    own_module(fixture)->build_id = "";
    fixture->dump.process.time_ns = 1;
    expect_unused(fixture, "changed since");
}

static void a_missing_file_is_said_to_be_missing(void **state)
{
    struct fixture *fixture = *state;
    own_module(fixture)->path = "/nowhere/at/all";
    expect_unused(fixture, "missing");
}

static void a_fifo_is_not_waited_for(void **state)
{
    struct fixture *fixture = *state;
    char path[] = "/tmp/caulk-symbolizer-XXXXXX";
    assert_non_null(mkdtemp(path));
    char fifo[sizeof(path) + 8];
    snprintf(fifo, sizeof(fifo), "%s/fifo", path);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    own_module(fixture)->path = fifo;
    expect_unused(fixture, "missing");
    unlink(fifo);
    rmdir(path);
}

static void a_used_file_has_nothing_to_explain(void **state)
{
    struct fixture *fixture = *state;
    const char *reason = "";
    uint32_t number = (uint32_t)(own_module(fixture) - fixture->modules);
    assert_true(symbolizer_module(fixture->symbolizer, number, &reason));
    assert_null(reason);
}

/* ---- modules that came and went ---- */

static void a_reused_address_is_named_by_its_time(void **state)
{
    struct fixture *fixture = *state;
    symbolizer_destroy(fixture->symbolizer);
    struct module *module = own_module(fixture);
    struct module gone = *module;
    gone.unloaded_tick = 5;
    gone.path = "/nowhere/plugin.so";
    module->loaded_tick = 6;
    memmove(module + 1, module,
            (size_t)(fixture->modules + fixture->dump.module_count - module) * sizeof(*module));
    *module = gone;
    fixture->dump.module_count++;
    fixture->symbolizer = symbolizer_create(&fixture->dump, NULL);

    uint64_t address = outer_function();
    struct frames before = symbolizer_lookup(fixture->symbolizer, address, 3);
    struct frames now = symbolizer_lookup(fixture->symbolizer, address, 7);
    assert_string_equal(before.frame[0].module, "/nowhere/plugin.so");
    assert_null(before.frame[0].function);
    assert_string_equal(now.frame[0].function, "inlined_caller");
}

/* ---- stacks ---- */

static void a_stack_keeps_the_users_part_apart(void **state)
{
    struct fixture *fixture = *state;
    uint64_t library = (uintptr_t)drand48 + 1;
    uint32_t parents[] = {0, 0, 1, 2};
    uint64_t pcs[] = {0, library, outer_function(), library};
    fixture->dump.stack_count = 3;
    fixture->dump.stack_parent = parents;
    fixture->dump.stack_pc = pcs;

    struct call_stack stack;
    symbolizer_stack(fixture->symbolizer, 3, 0, &stack);
    assert_int_equal(stack.count, 4);
    assert_int_equal(stack.user_begin, 1);
    assert_int_equal(stack.user_end, 3);
    assert_string_equal(stack.frame[stack.user_begin].function, "inlined_caller");
    assert_false(stack.truncated);
    call_stack_finish(&stack);

    symbolizer_stack(fixture->symbolizer, 0, 0, &stack);
    assert_int_equal(stack.count, 0);
    call_stack_finish(&stack);
}

static void the_trackers_frames_are_left_out_wherever_they_stand(void **state)
{
    struct fixture *fixture = *state;
    uint64_t tracker = (uintptr_t)drand48 + 1;
    uint32_t parents[] = {0, 0, 1, 2, 3};
    uint64_t pcs[] = {0, 4096, tracker, outer_function(), tracker};
    fixture->dump.stack_count = 4;
    fixture->dump.stack_parent = parents;
    fixture->dump.stack_pc = pcs;
    for (uint32_t i = 0; i < fixture->dump.module_count; i++)
        fixture->modules[i].is_tracker = fixture->modules[i].is_libc;

    struct call_stack stack;
    symbolizer_stack(fixture->symbolizer, 4, 0, &stack);
    assert_int_equal(stack.count, 3);
    assert_string_equal(stack.frame[0].function, "inlined_caller");
    assert_int_equal(stack.frame[2].address, 4096);
    call_stack_finish(&stack);
}

static void frames_not_recorded_are_said_to_be_missing(void **state)
{
    struct fixture *fixture = *state;
    uint32_t parents[] = {0, 0, 1};
    uint64_t pcs[] = {0, 1, outer_function()};
    fixture->dump.stack_count = 2;
    fixture->dump.stack_parent = parents;
    fixture->dump.stack_pc = pcs;
    struct call_stack stack;
    symbolizer_stack(fixture->symbolizer, 2, 0, &stack);
    assert_int_equal(stack.count, 2);
    assert_true(stack.truncated);
    call_stack_finish(&stack);
}

/* ---- data ---- */

static void variables_have_names_and_offsets(void **state)
{
    struct fixture *fixture = *state;
    struct data_name name = symbolizer_data_name(fixture->symbolizer, (uintptr_t)&g_table[2], 0);
    assert_string_equal(name.name, "g_table");
    assert_int_equal(name.offset, 8);
    assert_ptr_equal(name.module, own_module(fixture)->path);
    name = symbolizer_data_name(fixture->symbolizer, (uintptr_t)local_counter(), 0);
    assert_string_equal(name.name, "counter");
    assert_int_equal(name.offset, 0);
    assert_null(symbolizer_data_name(fixture->symbolizer, 4096, 0).module);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(inlined_calls_come_first),
        TEST(the_same_address_is_looked_up_once),
        TEST(libraries_give_at_least_exported_names),
        TEST(outside_all_modules_nothing_is_known),
        TEST(another_build_is_not_used),
        TEST(without_build_id_a_newer_file_is_not_used),
        TEST(a_missing_file_is_said_to_be_missing),
        TEST(a_fifo_is_not_waited_for),
        TEST(a_used_file_has_nothing_to_explain),
        TEST(a_reused_address_is_named_by_its_time),
        TEST(a_stack_keeps_the_users_part_apart),
        TEST(the_trackers_frames_are_left_out_wherever_they_stand),
        TEST(frames_not_recorded_are_said_to_be_missing),
        TEST(variables_have_names_and_offsets),
    };
    return cmocka_run_group_tests_name("symbolizer", tests, NULL, NULL);
}
