/*
 * verdict: definite 1 block 40 bytes; indirect 0; possible 0; cycles 0
 * valgrind: same
 *
 * Unloaded module: a block that only a plug-in's variable pointed to, after dlclose took the
 * variable away. Its stack still names the plug-in's function. What the loader keeps is no leak.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "samples/sample.h"

static void leak(void)
{
    void *plugin = dlopen("plugin.so", RTLD_NOW);
    void (*start)(void);

    if (!plugin)
        abort();
    *(void **)&start = dlsym(plugin, "plugin_start");
    if (!start)
        abort();
    start();
    dlclose(plugin);
}

int main(void)
{
    sample_build(leak);
    return caulk_dump(NULL) != 0;
}
