#!/usr/bin/env bash
# Processors with 5-level paging: addresses above 47 bits for whoever asks for them.
# shellcheck disable=SC2154
. "$(dirname "$0")/../e2e/lib.sh"

has_five_levels() {
    grep -qw la57 /proc/cpuinfo || fail "this machine has four levels"
}

# What only a mapping up there, a stack up there, or a block that was declared up there points to is held; what lies in
# the mapping is scanned to its end.
test_pointers_above_47_bits() {
    has_five_levels
    start_at_gate -- "$programs/high_addresses"
    same "mappings up there" 2 "$(grep -cE '^10000000[0-9a-f]{6}-' "/proc/$pid/maps")"
    signal_dump high_addresses.1.dump
    same "lost" 7 "$(leaked_by high_addresses.1.dump lose_block)"
    same "lost in all" 7 "$(figure high_addresses.1.dump '.totals | .definite.blocks + .indirect.blocks + .possible.blocks')"
    same "held" 200 "$(figure high_addresses.1.dump '[.sites[] | select(any(.stack[]; .function == "hold_block")) | .live.blocks] | add')"
    exits 0 "$caulk" info high_addresses.1.dump >/dev/null
    open_gate
    await_gate 2
    open_gate
    exits 0 wait "$pid"
}

run_tests
