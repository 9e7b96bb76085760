#!/usr/bin/env bash
# The tracker without memory: from every mapping of its own on, the kernel refuses it more. Then it
# says so in one line, and the program runs on as if it weren't there.
. "$(dirname "$0")/lib.sh"

refuse=$build/fault/refuse_maps.so

without_memory() { # FIRST_REFUSED COMMAND…
    local first=$1
    shift
    env REFUSE_FROM="$first" CAULK_OPTIONS="dump=%e.%n.dump:log=$PWD/log" \
        LD_PRELOAD="$refuse:$tracker" "$@"
}

# Up to the first mapping that is not needed: nothing is said then.
assert_unharmed() { # LEAST COMMAND…: its output is ./bare, and it makes at least so many mappings
    local least=$1 first
    shift
    for first in {1..200}; do
        rm -f log
        exits 0 without_memory "$first" "$@" >out
        cmp -s bare out || fail "output differs where mapping $first is refused"
        [ -s log ] || break
        same "processes that say more" "" "$(cut -d: -f2 log | sort | uniq -d)"
    done
    [ "$first" -gt "$least" ] || fail "only $first mappings were made"
}

test_a_program_with_threads() {
    "$programs/conformance" >bare
    assert_unharmed 8 "$programs/conformance"
}

test_a_compiler() {
    local compile="gcc -I$root -x c -S -o - $root/tests/e2e/programs/conformance.c"
    $compile >bare
    # shellcheck disable=SC2086
    assert_unharmed 8 $compile
}

test_enough_memory_is_no_fault() {
    exits 0 without_memory 1000000 "$programs/conformance" >out
    lacks log 'tracking is off'
}

run_tests
