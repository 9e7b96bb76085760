#!/usr/bin/env bash
# Libraries that a program loads while it runs are found where they are without the tracker: a bare
# name where the caller's module says, not where the tracker's would. And what they leak is told,
# loaded or not.
. "$(dirname "$0")/lib.sh"

build_program() {
    mkdir plugins
    cat >plugin.c <<'CODE'
#include <stdlib.h>
void *volatile sink;
__attribute__((noinline)) void lose_in_plugin(void)
{
    sink = malloc(33);
    sink = NULL;
}
__attribute__((constructor)) static void greet(void)
{
    free(malloc(100));
}
CODE
    cat >caller.c <<'CODE'
#include <dlfcn.h>
#include <stdio.h>
int call_plugin(const char *name)
{
    void *handle = dlopen(name, RTLD_NOW);
    void (*lose)(void) = handle ? (void (*)(void))dlsym(handle, "lose_in_plugin") : NULL;
    printf("%s %s\n", name, lose ? "found" : dlerror());
    if (lose)
        lose();
    return handle ? dlclose(handle) : -1;
}
CODE
    cat >program.c <<'CODE'
#include "preload/caulk.h"
int call_plugin(const char *name);
int main(void)
{
    volatile char scratch[8192];
    call_plugin("libplugin.so");
    call_plugin("./plugins/libplugin.so");
    call_plugin("$ORIGIN/plugins/libplugin.so");
    call_plugin("libnowhere.so");
    for (unsigned i = 0; i < sizeof(scratch); i++)
        scratch[i] = 0;
    return caulk_dump(0);
}
CODE
    gcc -shared -fPIC -g -O1 -o plugins/libplugin.so plugin.c
    # shellcheck disable=SC2016
    gcc -shared -fPIC -O1 -o libcaller.so caller.c '-Wl,-rpath,$ORIGIN/plugins'
    gcc -I"$root" -O1 -o program program.c -L. -lcaller -Wl,-rpath,.
}

test_libraries_are_found_as_without_the_tracker() {
    build_program
    ./program >bare
    same "found" 3 "$(grep -c ' found$' bare)"
    tracked -- ./program >preloaded
    diff bare preloaded || fail "dlopen finds other libraries under the tracker"
}

test_what_an_unloaded_library_leaks_has_names() {
    build_program
    tracked -- ./program >/dev/null
    same "lost" 3 "$(leaked_by program.1.dump lose_in_plugin)"
}

run_tests
