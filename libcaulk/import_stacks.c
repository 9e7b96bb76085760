/*
 * See import_stacks.h. Modules are loaded by code of Python's own, which is compiled into the
 * interpreter under this file name. A parent's number is less than its node's; that of the Python
 * stack that a node joins need not be.
 */
#include "libcaulk/import_stacks.h"

#include <stdlib.h>
#include <string.h>

#define IMPORT_FILE "<frozen importlib._bootstrap"

static bool is_import(const struct dump *dump, uint64_t pc)
{
    if (!stack_is_python(pc))
        return false;
    uint32_t code = stack_python_code(pc);
    return code < dump->code_count &&
           strncmp(dump->codes[code].file, IMPORT_FILE, strlen(IMPORT_FILE)) == 0;
}

uint8_t *import_stacks(const struct dump *dump)
{
    uint8_t *imports = calloc((size_t)dump->stack_count + 1, 1);
    for (uint32_t node = 1; imports && node <= dump->stack_count; node++)
        imports[node] = imports[dump->stack_parent[node]] || is_import(dump, dump->stack_pc[node]);
    for (uint32_t node = 1; imports && node <= dump->stack_count; node++)
        if (stack_is_join(dump->stack_pc[node]))
            imports[node] = imports[(uint32_t)dump->stack_pc[node]];
    return imports;
}
