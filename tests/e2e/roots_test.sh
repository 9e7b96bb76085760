#!/usr/bin/env bash
# What keeps a block alive in real programs: what the C library keeps for itself, stacks that are not
# the thread's, memory between the allocator's.
. "$(dirname "$0")/lib.sh"

totals() { # DUMP: blocks that are definite, indirect, possible
    figure "$1" '.totals | "\(.definite.blocks) \(.indirect.blocks) \(.possible.blocks)"'
}

test_blocks_of_the_c_library() {
    start_at_gate -- "$programs/libc_blocks"
    signal_dump libc_blocks.1.dump
    same "definite, indirect, possible" "5 0 0" "$(totals libc_blocks.1.dump)"
    same "lost by the program" 5 "$(leaked_by libc_blocks.1.dump lose_scratch)"
    open_gate
    exits 0 wait "$pid"
}

test_coroutines() {
    start_at_gate -- "$programs/coroutines"
    signal_dump coroutines.1.dump
    same "definite, indirect, possible" "0 0 0" "$(totals coroutines.1.dump)"
    open_gate
    exits 0 wait "$pid"
}

# Of a stack counts what is above the stack pointer, wherever it lies; after the thread it is memory.
test_stacks_that_the_program_gives() {
    start_at_gate -- "$programs/given_stacks"
    signal_dump given_stacks.1.dump
    same "definite, indirect, possible" "2 0 0" "$(totals given_stacks.1.dump)"
    same "left below" 2 "$(leaked_by given_stacks.1.dump leave_below)"
    open_gate
    exits 0 wait "$pid"
}

test_an_alternate_stack_in_a_frame() {
    start_at_gate -- "$programs/altstack_in_frame"
    signal_dump altstack_in_frame.1.dump
    same "definite, indirect, possible" "0 0 0" "$(totals altstack_in_frame.1.dump)"
    open_gate
    exits 0 wait "$pid"
}

test_thread_local_storage_of_a_plugin() {
    start_at_gate -- "$programs/plugin_scratch" "$samples/scratch.so"
    signal_dump plugin_scratch.1.dump
    same "definite, indirect, possible" "1 0 0" "$(totals plugin_scratch.1.dump)"
    same "of the ended thread" 1 "$(leaked_by plugin_scratch.1.dump work)"
    open_gate
    exits 0 wait "$pid"
}

test_places_that_are_easily_overlooked() {
    start_at_gate -- "$programs/overlooked_places"
    signal_dump overlooked_places.1.dump
    same "definite, indirect, possible" "0 0 0" "$(totals overlooked_places.1.dump)"
    open_gate
    exits 0 wait "$pid"
}

test_operands_of_code_that_the_program_made() {
    start_at_gate -- "$programs/code_operands"
    signal_dump code_operands.1.dump
    same "definite, indirect, possible" "3 0 0" "$(totals code_operands.1.dump)"
    same "lost by the program" 3 "$(leaked_by code_operands.1.dump lose_block)"
    open_gate
    exits 0 wait "$pid"
}

neighbours() {
    start_at_gate -- "$programs/neighbours"
    signal_dump neighbours.1.dump
    same "definite, indirect, possible" "3 0 0" "$(totals neighbours.1.dump)"
    open_gate
    exits 0 wait "$pid"
}

# The kernel merges a program's mappings with the allocator's, and tells of one.
test_mappings_beside_glibcs() {
    neighbours
}

beside() { # LIBRARY
    ldconfig -p | grep -q "$1" || skip "no $1"
    tracker+=" $1"
    neighbours
}

test_mappings_beside_jemallocs() {
    beside libjemalloc.so.2
}

test_mappings_beside_tcmallocs() {
    beside libtcmalloc_minimal.so.4
}

# The elements are a block of their own, which only a distance leads to.
test_patterns_of_fontconfigs() {
    ldconfig -p | grep -q 'libfontconfig\.so\.1' || skip "no libfontconfig.so.1"
    start_at_gate -- "$programs/font_patterns"
    signal_dump font_patterns.1.dump
    exits 0 "$caulk" dump --detail=lost "$pid" >path
    for dump in font_patterns.1.dump "$(cat path)"; do
        same "definite" 1 "$(figure "$dump" .totals.definite.blocks)"
        same "lost" FcPatternCreate "$(figure "$dump" '.leaks[0].stack[0].function')"
    done
    open_gate
    exits 0 wait "$pid"
}

run_tests
