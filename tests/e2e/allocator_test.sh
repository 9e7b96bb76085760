#!/usr/bin/env bash
# What the program sees of its allocator is what it would see without the tracker.
. "$(dirname "$0")/lib.sh"

test_conformance() {
    "$programs/conformance" >bare
    tracked -- "$programs/conformance" >preloaded
    diff bare preloaded || fail "the allocator behaves differently under the tracker"
}

test_conformance_low_memory() {
    "$programs/conformance" >bare
    tracked memory=low stacks=caller -- "$programs/conformance" >preloaded
    diff bare preloaded || fail "the allocator behaves differently under the tracker"
}

test_jemalloc() {
    tracked -- "$programs/with_jemalloc" || fail "status $?: $(cat log)"
    same "lost by malloc" 3 "$(leaked_by with_jemalloc.1.dump lose_block)"
    same "lost by rallocx" 1 "$(leaked_by with_jemalloc.1.dump lose_extended)"
    same "kept" 3 "$(figure with_jemalloc.1.dump \
        '[.sites[] | select(.stack[0].function == "main" and .live.bytes == 150) | .live.blocks]
         | add')"
    "$caulk" info with_jemalloc.1.dump >modules
    contains modules jemalloc
}

# The dump's blocks are the program's, to the byte, and a few of libraries' own.
exact_sizes() { # OPTION [LIBRARY]
    local library
    library=$(ldconfig -p | grep -oE "${2:-libc}\.so\.[0-9]+" | head -n 1)
    [ -n "$library" ] || skip "no $2"
    [ -z "${2:-}" ] || tracker+=" $library"
    tracked "$1" -- "$programs/exact_sizes" ${2:+without-pvalloc} | sort >wanted
    "$programs/tools/list_blocks" exact_sizes.1.dump | sort >found
    same "blocks wrong or missing" "" "$(comm -23 wanted found)"
    [ "$(wc -l <wanted)" -gt 3000 ] || fail "only $(wc -l <wanted) blocks"
    [ "$(comm -13 wanted found | wc -l)" -lt 20 ] || fail "also in the dump: $(comm -13 wanted found)"
}

test_sizes_of_glibc() {
    exact_sizes memory=normal
}

test_sizes_of_glibc_with_low_memory() {
    exact_sizes memory=low
}

test_sizes_of_jemalloc() {
    exact_sizes memory=normal libjemalloc
}

test_sizes_of_jemalloc_with_low_memory() {
    exact_sizes memory=low libjemalloc
}

test_sizes_of_tcmalloc() {
    exact_sizes memory=normal libtcmalloc_minimal
}

test_sizes_of_mimalloc() {
    exact_sizes memory=normal libmimalloc
}

test_allocator_inside_the_executable() {
    tracked at_exit=yes -- "$programs/own_malloc" || fail "status $?: $(cat log)"
    contains log 'no allocation was seen yet: does the program bring an allocator of its own\?'
    "$caulk" analyze own_malloc.1.dump >text
    contains text '^UNKNOWN no allocation was tracked$'
    lacks text 'NO LEAK'
    same "warning" no_calls "$(figure own_malloc.1.dump '.warnings[0].code')"
}

test_run_refuses_sanitizers() {
    echo 'int main(void) { return 0; }' >sanitized.c
    cc -fsanitize=thread -o sanitized sanitized.c 2>/dev/null || skip "no libtsan"
    exits 2 "$caulk" run -- ./sanitized 2>refused
    one_line refused '^caulk: .*sanitized: allocator: '
}

run_tests
