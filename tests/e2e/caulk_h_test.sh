#!/usr/bin/env bash
# caulk.h works in programs of every kind, linked by every linker, with and without the tracker.
. "$(dirname "$0")/lib.sh"

write_program() { # FILE: loses one block, says what caulk_dump(NULL) returned and whether it dumped
    cat >"$1" <<'PROGRAM'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "preload/caulk.h"

int main(void)
{
    void *owner = malloc(10), *owned = malloc(20);
    static int slot;
    static char pool[64];
    caulk_own(owner, owned);
    caulk_disown(owner, owned);
    caulk_label(owner, "thing");
    caulk_ignore(owner);
    caulk_root(&slot, sizeof(slot));
    caulk_unroot(&slot);
    caulk_allocated(pool, 32);
    caulk_freed(pool);
    int result = caulk_dump("x.dump");
    printf("%d %s\n", result, access("x.dump", F_OK) == 0 ? "dump" : "none");
    free(owner);
    free(owned);
    return 0;
}
PROGRAM
}

# With the tracker the program writes a dump, without it (or where it is static) nothing happens.
works() { # TRACKED COMPILER FLAGS…
    local wanted=$1
    shift
    rm -f program x.dump
    "$@" -I"$root" -Wall -Wextra -Werror -o program program.* || fail "does not compile: $*"
    same "alone: $*" "0 none" "$(./program)"
    same "tracked: $*" "0 $wanted" "$(tracked -- ./program)"
}

test_c() {
    local linker mode
    write_program program.c
    for linker in bfd gold lld; do
        command -v ld.$linker >/dev/null || continue
        for mode in "-fPIE -pie" "-fno-pie -no-pie" "-fno-pie -no-pie -O2 -Wl,-z,now" \
            "-fPIE -pie -O2 -Wl,-z,now"; do
            # shellcheck disable=SC2086
            works dump gcc -std=c99 -pedantic $mode -D_POSIX_C_SOURCE=200809L -fuse-ld=$linker
        done
    done
    works dump gcc -O2 -flto
    works dump gcc -O2 -masm=intel
    works none gcc -static
    works none gcc -static-pie
}

test_cpp() {
    write_program program.cpp
    works dump g++ -std=c++11 -pedantic -fno-pie -no-pie
    works dump g++ -std=c++20 -O2
}

test_clang() {
    command -v clang >/dev/null || skip "no clang"
    write_program program.c
    works dump clang -O2
    works dump clang -O0 -fno-pie -no-pie
}

run_tests
