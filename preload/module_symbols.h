/* Symbols that loaded modules export, looked up without the loader, for the dump's child. */
#ifndef CAULK_MODULE_SYMBOLS_H
#define CAULK_MODULE_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "preload/maps.h"
#include "preload/modules.h"

struct module_symbol {
    uintptr_t address;
    size_t bytes;
};

/* The symbol of that name in a module's GNU hash table, with memory of its own there. */
bool module_symbol_find(const struct maps *maps, const struct loaded_module *module,
                        const char *name, struct module_symbol *ret_symbol);

/* The first module that has it, or NULL. A variable may be the executable's, whose copy the library
 * uses; a function is the library's. */
const struct loaded_module *module_symbol_owner(const struct maps *maps,
                                                const struct loaded_module *const *modules,
                                                uint32_t module_count, const char *name,
                                                struct module_symbol *ret_symbol);

#endif
