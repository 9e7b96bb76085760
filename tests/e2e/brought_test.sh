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

# As rspamd has it: the library with the daemon's own code is the one that brings the allocator.
test_allocator_inside_a_library_with_other_code() {
    cat >server.cpp <<'CODE'
#include <cstdlib>
#include <sys/mman.h>
static void *volatile sink;
static void *kept, **held;
static void **table;
__attribute__((noinline)) static void lose()
{
    sink = std::calloc(1, 100);
    sink = new char[50];
    sink = nullptr;
}
extern "C" void server_start()
{
    volatile char scratch[8192];
    kept = std::malloc(300);
    table = (void **)mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    table[1] = std::realloc(nullptr, 400);
    held = new void *[2];
    held[1] = std::malloc(500);
    lose();
    for (unsigned i = 0; i < sizeof(scratch); i++)
        scratch[i] = 0;
}
CODE
    cat >program.c <<'CODE'
#include "preload/caulk.h"
void server_start(void);
int main(void)
{
    server_start();
    return caulk_dump(0);
}
CODE
    g++ -shared -o libserver.so -fPIC -O1 -g -fno-inline server.cpp -Wl,--whole-archive \
        -ljemalloc_pic -Wl,--no-whole-archive || skip "no libjemalloc_pic.a"
    gcc -I"$root" -g -o program program.c -L. -lserver -Wl,-rpath,"$tmp"
    tracked -- ./program
    same "allocator" "$tmp/libserver.so" "$("$caulk" info --json program.1.dump | jq -r .allocator)"
    same "lost below the start" 2 "$(leaked_by program.1.dump server_start)"
    same "lost" 2 "$(leaked_by program.1.dump lose)"
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
