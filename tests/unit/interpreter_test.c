/* CPython's own frames: which they are, and that Python functions take their place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libcaulk/interpreter.h"
#include "libcaulk/symbolizer.h"
#include "tests/support/dump_builder.h"

#define LOOP 0x402010u     /* in the program's module, as is */
#define FUNCTION 0x403010u /* this; */
#define EXTENSION 0x10u    /* this is in none */

/* The program's path, and a stack of these frames, innermost first. */
static struct dump *dump_with(const char *path, const uint64_t *pcs, unsigned count)
{
    struct dump_builder *builder = dump_builder_create();
    dump_builder_module(builder, 0)->path = dump_builder_add_string(builder, path);
    dump_builder_add_python_loop(builder, LOOP - 0x10, LOOP + 0x10);
    uint32_t code = dump_builder_add_python_code(builder, "Server.serve", "server.py", 10);
    uint32_t own = dump_builder_add_python_code(builder, "__init__", "", 0);
    uint64_t python[] = {DUMP_BUILDER_PYTHON(code, 12), DUMP_BUILDER_PYTHON(own, 0),
                         DUMP_BUILDER_PYTHON(code, 0),
                         DUMP_BUILDER_PYTHON(code, 34) | DUMP_PC_PYTHON_ENTRY};
    uint32_t c_stack = dump_builder_add_stack(builder, pcs, count);
    uint32_t inner = dump_builder_add_stack(builder, python, 4);
    dump_builder_add_stack_node(builder, c_stack, DUMP_PC_PYTHON_STACK | inner);
    return dump_builder_open(builder);
}

static void python_functions_take_the_interpreters_place(void **state)
{
    (void)state;
    const uint64_t pcs[] = {FUNCTION, EXTENSION, FUNCTION, LOOP, FUNCTION};
    struct dump *dump = dump_with("/usr/bin/python3.11", pcs, 5);
    struct symbolizer *symbolizer = symbolizer_create(dump, NULL);
    struct call_stack stack;
    symbolizer_stack(symbolizer, dump->stack_count, 0, &stack);
    assert_int_equal(stack.count, 5);
    assert_int_equal(stack.user_begin, 1);
    assert_int_equal(stack.user_end, 5);
    assert_true(stack.frame[0].interpreter);
    assert_int_equal(stack.frame[1].address, EXTENSION);
    const struct frame *frame = &stack.frame[2];
    assert_true(frame->python && !frame->address && !frame->module);
    assert_string_equal(frame->function, "Server.serve");
    assert_string_equal(frame->file, "server.py");
    assert_int_equal(frame[0].line, 12);
    assert_int_equal(frame[1].line, 10);
    assert_int_equal(frame[2].line, 34);
    call_stack_finish(&stack);
    symbolizer_destroy(symbolizer);
    dump_close(dump);
}

static void without_python_functions_all_is_as_it_was(void **state)
{
    (void)state;
    const uint64_t pcs[] = {FUNCTION, LOOP};
    struct dump *dump = dump_with("/usr/bin/python3.11", pcs, 2);
    struct symbolizer *symbolizer = symbolizer_create(dump, NULL);
    struct call_stack stack;
    symbolizer_stack(symbolizer, dump_c_stack(dump, dump->stack_count), 0, &stack);
    assert_int_equal(stack.count, 2);
    assert_int_equal(stack.user_begin, 0);
    call_stack_finish(&stack);
    symbolizer_destroy(symbolizer);
    dump_close(dump);
}

static bool is_own(const char *program, const char *module, const char *function)
{
    const uint64_t pcs[] = {FUNCTION};
    struct dump *dump = dump_with(program, pcs, 1);
    bool own = is_interpreter(dump, &(struct frame){.module = module, .function = function});
    dump_close(dump);
    return own;
}

static void its_module_is_its_own_unless_it_is_linked_into_another_program(void **state)
{
    (void)state;
    static const char python[] = "/usr/bin/python3.11", library[] = "/lib/libpython3.11.so.1.0";
    static const char other[] = "/usr/bin/uwsgi";
    assert_true(is_own(python, python, NULL));
    assert_true(is_own(library, library, "list_append"));
    assert_false(is_own(python, "/lib/_json.so", "PyInit__json"));
    assert_true(is_own(other, other, "_PyEval_EvalFrameDefault"));
    assert_false(is_own(other, other, "serve"));
    assert_false(is_own(other, other, NULL));
    assert_false(is_own(python, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(python_functions_take_the_interpreters_place),
        cmocka_unit_test(without_python_functions_all_is_as_it_was),
        cmocka_unit_test(its_module_is_its_own_unless_it_is_linked_into_another_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
