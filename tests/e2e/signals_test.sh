#!/usr/bin/env bash
# The dump signal, the program's own use of it, and calls that it interrupts.
. "$(dirname "$0")/lib.sh"

test_own_handler_keeps_the_signal() {
    start_at_gate -- "$programs/own_handler"
    kill -USR1 "$pid"
    open_gate
    await_gate 2
    contains out '^handled 1$'
    [ ! -e own_handler.1.dump ] || fail "a dump was made although the program handles the signal"
    contains log 'caulk dump'
    # SIG_DFL gave it back.
    signal_dump own_handler.1.dump
    same "lost" 1 "$(leaked_by own_handler.1.dump lose_block)"
    open_gate
    exits 0 wait "$pid"
    same "the handler's last count" 1 "$(grep -c '^handled 1$' out | sed s/2/1/)"
}

test_caulk_dump_beside_an_own_handler() {
    start_at_gate -- "$programs/own_handler"
    exits 0 "$caulk" dump "$pid" >path
    same "lost" 1 "$(leaked_by "$(cat path)" lose_block)"
    open_gate
    await_gate 2
    contains out '^handled 0$'
}

test_all_signals_blocked() {
    start_at_gate -- "$programs/blocked_signals"
    signal_dump blocked_signals.1.dump
    same "lost" 1 "$(leaked_by blocked_signals.1.dump lose_block)"
    open_gate
    exits 0 wait "$pid"
}

# Each takes SIGUSR1 in its own way; a dump asked for meanwhile changes nothing.
test_ways_to_take_the_signal() {
    for how in sigwait signalfd ppoll pselect sigsuspend; do
        rm -f gate log
        start_at_gate -- "$programs/takes_signal" $how
        wait_until sleeps "$pid"
        exits 0 "$caulk" dump "$pid" >path
        same "lost" 1 "$(leaked_by "$(cat path)" lose_block)"
        lacks out "^$how"
        kill -USR1 "$pid"
        await_gate 2
        contains out "^$how 1\$"
        exits 0 "$caulk" dump "$pid" >path
        open_gate
        exits 0 wait "$pid"
        same "dumps" 2 "$(grep -c ': wrote ' log)"
    done
}

test_ignored_signal() {
    start_at_gate -- "$programs/takes_signal" ignore
    kill -USR1 "$pid"
    exits 0 "$caulk" dump "$pid" >path
    same "dumps" 1 "$(grep -c ': wrote ' log)"
    open_gate
    exits 0 wait "$pid"
}

# Signals merge; what was asked for last is served, and the program has not noticed.
test_ten_thousand_signals() {
    start_at_gate -- "$programs/signal_storm"
    for _ in {1..10000}; do
        kill -USR1 "$pid"
    done
    open_gate
    await_gate 2
    exits 0 "$caulk" dump "$pid" >path
    same "lost" 1 "$(leaked_by "$(cat path)" lose_block)"
    open_gate
    exits 0 wait "$pid"
    lacks log 'no dump'
}

test_other_signal() {
    start_at_gate signal=RTMIN+3 -- "$programs/large_heap"
    kill -s RTMIN+3 "$pid"
    wait_until test -e large_heap.1.dump
    same "lost" 7 "$(leaked_by large_heap.1.dump lose_block)"
}

# In dumps of both kinds: while a handler runs that blocks all signals, after one that was to run
# once, and after a vfork child has put the signal back to its default.
test_handlers_that_block_all_signals() {
    start_at_gate -- "$programs/handler_masks"
    wait_until sleeps "$pid"
    kill -USR2 "$pid"
    await_gate 2
    signal_dump handler_masks.1.dump
    exits 0 "$caulk" dump "$pid"
    open_gate
    await_gate 3
    signal_dump handler_masks.3.dump
    open_gate
    await_gate 4
    signal_dump handler_masks.4.dump
    open_gate
    exits 0 wait "$pid"
    same "lost" 1 "$(leaked_by handler_masks.4.dump lose_block)"
    same "says whose the signal is" 3 "$(grep -c 'for a dump: caulk dump' log)"
}

# Each call is interrupted by a dump while it sleeps in the kernel.
calls_go_on() { # PROGRAM
    local call number=0
    open_gate_fifo
    start_tracked -- "$programs/$1" <gate >out 9>&-
    while read -r call; do
        wait_until grep -q "^calling $call\$" out
        wait_until sleeps "$pid"
        number=$((number + 1))
        signal_dump "$1.$number.dump"
        [ "$call" != read ] || open_gate
        wait_until grep -q "^$call returned" out
    done < <(sed -n 's/^    {"\([a-z_]*\)", call_.*/\1/p' "$root/tests/e2e/programs/$1.c")
    exits 0 wait "$pid"
    matches "$1" <out
}

test_interrupted_calls_go_on() {
    calls_go_on blocked_calls
}

test_interrupted_waits_go_on() {
    calls_go_on blocked_waits
}

# A timeout that began anew at each dump would never be over.
test_dumps_do_not_prolong_timeouts() {
    local dumps=0
    start_tracked -- "$programs/timed_waits" >out
    until is_gone "$pid" || [ $dumps = 2000 ]; do
        ! "$caulk" dump "$pid" 2>/dev/null || dumps=$((dumps + 1))
    done
    exits 0 wait "$pid"
    [ $dumps -gt 3 ] || fail "$dumps dumps only"
}

run_tests
