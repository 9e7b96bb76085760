/*
 * Loads a module that finds libc's allocator before any preloaded one, as PHP loads its extensions:
 * the block that its function allocates is lost when it is unloaded.
 */
#include <dlfcn.h>

#include "tests/e2e/programs/gate.h"

int main(int count, char **words)
{
    void *module = dlopen(words[count - 1], RTLD_NOW | RTLD_DEEPBIND);
    void (*start)(void);

    if (!module)
        return 97;
    *(void **)&start = dlsym(module, "plugin_start");
    if (!start)
        return 96;
    start();
    dlclose(module);
    wipe_stack();
    return 0;
}
