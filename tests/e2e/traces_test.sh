#!/usr/bin/env bash
# What a program and those around it can see of a dump: nothing, in whichever way it goes on.
. "$(dirname "$0")/lib.sh"

without_dump() { # COMMAND…: through its gates; what it says, to ./bare
    printf '\n\n' | "$@" >bare
}

# The program's state while the dump is written, and after it.
leaves_no_trace() { # COMMAND…
    without_dump "$@"
    start_at_gate log=stderr -- "$@" 2>log
    hold_dump "$pid"
    open_gate
    await_gate 2
    kill -CONT "$writer"
    wait_until is_gone "$writer"
    open_gate
    exits 0 wait "$pid"
    diff bare out || fail "the program sees that it is dumped"
    contains log ': wrote '
}

test_no_trace() {
    leaves_no_trace "$programs/no_trace"
}

test_no_trace_in_a_subreaper() {
    leaves_no_trace "$programs/no_trace" subreaper
}

# The dump is given up: the next program would find a child that is not its own.
test_exec_while_a_dump_is_written() {
    start_at_gate -- "$programs/becomes_another"
    hold_dump "$pid"
    open_gate
    await_gate 2
    has_no_children || fail "the next program has a child"
    signal_dump becomes_another.1.dump
    wait_until has_no_children
    open_gate
    exits 0 wait "$pid"
    contains log 'no dump: the program executes another one'
    same "left behind" "" "$(find . -name '.*.tmp')"
}

niceness() { # PID
    awk '{ print $19 }' "/proc/$1/stat"
}

# A tenth of a processor against one thread; against many, as much as each of them.
test_the_writer_is_nice_and_does_not_starve() {
    start_at_gate -- "$programs/no_trace"
    hold_dump "$pid"
    local nicer=$(($(niceness "$pid") + 10)) nicest=19
    same "niceness" $((nicer < nicest ? nicer : nicest)) "$(niceness "$writer")"
    kill -KILL "$pid" "$writer"
    rm gate
    start_at_gate -- taskset -c "$(taskset -cp $$ | sed 's/.*: *\([0-9]*\).*/\1/')" "$programs/spinning_threads"
    hold_dump "$pid"
    same "niceness among many" "$(niceness "$pid")" "$(niceness "$writer")"
    kill -KILL "$writer"
}

run_tests
