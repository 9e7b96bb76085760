#!/usr/bin/env bash
# Allocators that the program brings, with functions beside malloc's family: they are followed where
# they are there, and don't appear where they aren't.
. "$(dirname "$0")/lib.sh"

test_cpp_operators_of_jemalloc() {
    cat >program.cpp <<'CODE'
#include <cstdio>
#include <new>
#include "preload/caulk.h"
static void *volatile sink;
struct alignas(64) aligned { char bytes[64]; };
__attribute__((noinline)) static void lose_by_new(void)
{
    sink = new char[33];
    sink = new int;
    sink = new aligned;
    sink = new (std::nothrow) long;
    sink = nullptr;
}
int main()
{
    volatile char scratch[8192];
    volatile std::size_t all = ~std::size_t(0) / 2 - 1;
    sink = new (std::nothrow) char[all];
    std::puts(sink ? "given" : "refused");
    try {
        sink = new char[all];
    } catch (const std::bad_alloc &) {
        std::puts("bad_alloc");
    }
    lose_by_new();
    for (int i = 0; i < 1000; i++) {
        delete new int;
        delete[] new char[100];
        delete new aligned;
    }
    for (unsigned i = 0; i < sizeof(scratch); i++)
        scratch[i] = 0;
    return caulk_dump(nullptr);
}
CODE
    g++ -std=c++17 -I"$root" -O1 -g -fno-inline -o program program.cpp -ljemalloc
    ./program >bare
    tracked -- ./program >preloaded
    diff bare preloaded || fail "operator new behaves differently under the tracker"
    same "lost" 4 "$(leaked_by program.1.dump lose_by_new)"
    # The pool that libstdc++ keeps for exceptions, and what else lives in main or before it.
    same "left of what was deleted" 0 "$(figure program.1.dump \
        '[.sites[] | select(.stack[0].function == "main" and .live.blocks > 1)] | length')"
}

test_jemalloc_is_not_there_where_it_is_not() {
    cat >program.c <<'CODE'
#include <dlfcn.h>
#include <stdio.h>
extern void *mallocx(unsigned long, int) __attribute__((weak));
int main(void)
{
    printf("%d %d\n", mallocx != NULL, dlsym(RTLD_DEFAULT, "mallocx") != NULL);
    return 0;
}
CODE
    gcc -fPIE -pie -o program program.c -Wl,-z,now
    same "bound at once" "0 0" "$(tracked -- ./program)"
    gcc -fPIE -pie -o program program.c -Wl,-z,lazy
    same "bound lazily" "0 0" "$(tracked -- ./program)"
    same "brought" "1 1" "$(tracker="$tracker:libjemalloc.so.2" tracked -- ./program)"
}

run_tests
