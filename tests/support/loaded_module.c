#include "tests/support/loaded_module.h"

#include <stddef.h>

const struct loaded_module *loaded_module_at(uintptr_t address)
{
    const struct loaded_module *module;
    for (uint32_t i = 0; (module = modules_get(i)) != NULL; i++)
        if (module->unloaded_tick == 0 && address >= module->start && address < module->end)
            return module;
    return NULL;
}
