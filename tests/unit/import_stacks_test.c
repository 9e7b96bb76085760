/* Stacks of C and Python frames, of which some load a module. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "libcaulk/import_stacks.h"

enum { SERVE, LOAD, BODY, CODES };
#define FRAME(code) (STACK_PYTHON | (uint64_t)(code) << STACK_CODE_SHIFT | 7)
#define JOIN(node) (STACK_PYTHON_JOIN | (uint64_t)(node))

static void whoever_is_below_the_loader(void **state)
{
    (void)state;
    struct python_code codes[CODES] = {
        [SERVE] = {"serve", "server.py", 1},
        [LOAD] = {"_call_with_frames_removed", "<frozen importlib._bootstrap>", 240},
        [BODY] = {"<module>", "re.py", 1},
    };
    enum { C = 1, SERVING, JOINED_SERVING, JOINED_BODY, LOADING, LOADED, COUNT = LOADED };
    uint32_t parent[COUNT + 1] = {
        [JOINED_SERVING] = C, [JOINED_BODY] = C, [LOADING] = SERVING, [LOADED] = LOADING};
    uint64_t pc[COUNT + 1] = {[C] = 0x401000,
                              [SERVING] = FRAME(SERVE),
                              [JOINED_SERVING] = JOIN(SERVING),
                              [JOINED_BODY] = JOIN(LOADED),
                              [LOADING] = FRAME(LOAD),
                              [LOADED] = FRAME(BODY)};
    const struct dump dump = {.stack_count = COUNT,
                              .stack_parent = parent,
                              .stack_pc = pc,
                              .codes = codes,
                              .code_count = CODES};
    uint8_t *imports = import_stacks(&dump);
    const uint8_t expected[COUNT + 1] = {[JOINED_BODY] = 1, [LOADING] = 1, [LOADED] = 1};
    assert_non_null(imports);
    assert_memory_equal(imports, expected, sizeof(expected));
    free(imports);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_is_below_the_loader),
    };
    return cmocka_run_group_tests_name("import_stacks", tests, NULL, NULL);
}
