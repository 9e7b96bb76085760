/*
 * Loads the CPython that it is given, as servers with plugins do, and at the first gate has not
 * begun to use it; at the second it has.
 */
#include <dlfcn.h>

#include "tests/e2e/programs/gate.h"

int main(int count, char **arguments)
{
    void *library = count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
    void (*initialize)(int);

    if (!library)
        return 2;
    *(void **)&initialize = dlsym(library, "Py_InitializeEx");
    gate();
    initialize(0);
    gate();
    return 0;
}
