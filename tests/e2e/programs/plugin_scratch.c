/*
 * Thread-local storage of a plug-in, in which two threads have a block each: main, and one that has
 * ended. The loader keeps the latter's memory for a thread to come; what it pointed to is lost.
 */
#include <dlfcn.h>
#include <pthread.h>

#include "tests/e2e/programs/gate.h"

static void (*plugin_scratch)(void);

static void *work(void *unused)
{
    plugin_scratch();
    wipe_stack();
    return unused;
}

int main(int count, char **words)
{
    void *plugin = dlopen(words[count - 1], RTLD_NOW);
    pthread_t thread;

    if (!plugin)
        return 1;
    *(void **)&plugin_scratch = dlsym(plugin, "plugin_scratch");
    if (!plugin_scratch || pthread_create(&thread, NULL, work, NULL) != 0)
        return 1;
    pthread_join(thread, NULL);
    plugin_scratch();
    gate();
    return 0;
}
