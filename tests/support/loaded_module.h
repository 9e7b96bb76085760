/* The tracker's record of the module at an address of the test itself. */
#ifndef CAULK_TESTS_LOADED_MODULE_H
#define CAULK_TESTS_LOADED_MODULE_H

#include "preload/modules.h"

/* The loaded module whose segments span the address, or NULL. */
const struct loaded_module *loaded_module_at(uintptr_t address);

#endif
