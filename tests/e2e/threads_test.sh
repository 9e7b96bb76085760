#!/usr/bin/env bash
# The tracker in programs with many threads, with signal handlers that allocate, and asked for one
# dump while it makes another.
. "$(dirname "$0")/lib.sh"

has_logged_dumps() { # NUMBER
    [ "$(grep -cE '^caulk: [0-9]+: wrote .*: [0-9]+ blocks, ' log)" = "$1" ]
}

test_64_threads() {
    start_at_gate -- "$programs/many_threads"
    for i in 1 2 3 4 5; do
        signal_dump "many_threads.$i.dump"
    done
    open_gate
    exits 0 wait "$pid"
    for i in 1 5; do
        same "lost in dump $i" 640 "$(leaked_by many_threads.$i.dump lose_block)"
        same "warnings of dump $i" "" "$(figure many_threads.$i.dump '.warnings[].code')"
        same "threads" 65 "$("$caulk" info --json many_threads.$i.dump | jq '.threads | length')"
    done
    wait_until has_logged_dumps 5 # after the last one's file has its name
}

test_signal_handler_that_allocates() {
    start_at_gate -- "$programs/signal_allocates"
    signal_dump signal_allocates.1.dump
    same "lost" 5 "$(leaked_by signal_allocates.1.dump lose_block)"
    same "kept" 100 "$(figure signal_allocates.1.dump \
        '[.sites[] | select(.stack[0].function == "handle") | .live.blocks] | add')"
    open_gate
    for i in 2 3 4; do
        signal_dump "signal_allocates.$i.dump"
    done
    await_gate 2
    open_gate
    exits 0 wait "$pid"
    same "lost in the end" 5 "$(leaked_by signal_allocates.4.dump lose_block)"
}

test_second_signal_during_a_dump() {
    start_at_gate -- "$programs/large_heap"
    for _ in {1..20}; do
        kill -USR1 "$pid"
    done
    wait_until test -e large_heap.1.dump
    open_gate
    await_gate 2
    signal_dump_numbered_next
    open_gate
    exits 0 wait "$pid"
    wait_until no_unfinished_dump
    for dump in large_heap.*.dump; do
        same "lost in $dump" 7 "$(leaked_by "$dump" lose_block)"
    done
}

# Signals merge while they are pending, so the number of dumps made is only known afterwards.
signal_dump_numbered_next() {
    local before
    before=$(grep -c ': wrote ' log)
    kill -USR1 "$pid"
    wait_until more_dumps_than "$before"
}

more_dumps_than() {
    [ "$(grep -c ': wrote ' log)" -gt "$1" ]
}

no_unfinished_dump() {
    ! compgen -G '.*.tmp'
}

test_fork_storm() {
    start_at_gate -- "$programs/fork_storm"
    for i in {1..10}; do
        signal_dump "fork_storm.$i.dump"
    done
    open_gate
    exits 0 wait "$pid"
    for dump in fork_storm.*.dump; do
        same "warnings of $dump" "" "$(figure "$dump" '.warnings[].code')"
    done
    lacks log 'no dump'
}

# Those who wait for their turn are stopped like all others, and nobody's request is forgotten.
test_dumps_asked_for_in_all_ways_at_once() {
    start_at_gate -- "$programs/dump_callers"
    for _ in {1..2}; do
        exits 0 "$caulk" dump "$pid" >>asked
        kill -USR1 "$pid"
    done
    open_gate
    exits 0 wait "$pid"
    lacks log 'no dump'
    while read -r dump; do
        same "lost in $dump" 1 "$(leaked_by "$dump" lose_block)"
        same "warnings of $dump" "" "$(figure "$dump" '.warnings[].code')"
    done <asked
}

# Each gives back what the tracker kept for it.
test_10000_threads_one_after_another() {
    start_at_gate -- "$programs/thread_storm" 10000 1
    signal_dump thread_storm.1.dump
    open_gate
    await_gate 2
    signal_dump thread_storm.2.dump
    open_gate
    exits 0 wait "$pid"
    same "lost" 1 "$(leaked_by thread_storm.2.dump lose_block)"
    first=$(figure thread_storm.1.dump .memory.tracker)
    last=$(figure thread_storm.2.dump .memory.tracker)
    ((last - first < 100000)) || fail "the tracker's memory grew from $first to $last bytes"
}

each_has_its_own() { # COUNT: paths, errors and statuses are in files by number
    for i in $(seq "$1"); do
        same "status $i, $(cat "errors.$i")" 0 "$(cat "status.$i")"
        [ -s "$(cat "path.$i")" ] || fail "no dump at $(cat "path.$i")"
    done
    same "paths" "$1" "$(sort -u path.* | wc -l)"
}

ask_as() { # NUMBER
    local status=0
    "$caulk" dump "$pid" >"path.$1" 2>"errors.$1" || status=$?
    echo $status >"status.$1"
}

test_ten_ask_at_once() {
    start_at_gate -- "$programs/two_caches"
    local asking=()
    for i in {1..10}; do
        ask_as "$i" &
        asking+=($!)
    done
    wait "${asking[@]}"
    each_has_its_own 10
}

# Who asks may come to read the answer when others were answered: here it is held up meanwhile.
test_answers_are_kept_for_who_reads_late() {
    start_at_gate -- "$programs/two_caches"
    local asking=() deadline=$((SECONDS + patience))
    for i in {1..10}; do
        setsid bash -c "$(declare -f ask_as); caulk='$caulk' pid=$pid; ask_as $i" &
        asking+=($!)
        until [ -e "two_caches.$i.dump" ] || ((SECONDS >= deadline)); do :; done
        kill -STOP -- "-${asking[-1]}" || true
    done
    for asker in "${asking[@]}"; do
        kill -CONT -- "-$asker" || true
    done
    wait "${asking[@]}"
    each_has_its_own 10
}

test_1000_threads_at_once() {
    start_at_gate -- "$programs/thread_storm" 1 1000
    signal_dump thread_storm.1.dump
    open_gate
    exits 0 wait "$pid"
    same "lost" 1000 "$(leaked_by thread_storm.1.dump lose_block)"
    same "warnings" "" "$(figure thread_storm.1.dump '.warnings[].code')"
    same "threads" 1001 "$("$caulk" info --json thread_storm.1.dump | jq '.threads | length')"
    bytes=$(figure thread_storm.1.dump .memory.tracker)
    ((bytes < 1001 * 60000)) || fail "$bytes bytes for 1,001 threads"
}

test_main_thread_has_ended() {
    start_at_gate -- "$programs/ended_main"
    signal_dump ended_main.1.dump
    same "lost" 1 "$(leaked_by ended_main.1.dump lose_block)"
    same "left on its stack, but for its result" 15 "$(leaked_by ended_main.1.dump block_of_main)"
    same "environment" 0 "$(leaked_by ended_main.1.dump put_into_environment)"
    same "warnings" "" "$(figure ended_main.1.dump '.warnings[].code')"
    same "asked for" "$tmp/ended_main.2.dump" "$("$caulk" dump "$pid")"
    same "listed" "$programs/ended_main" \
        "$("$caulk" ps --json | jq -r ".processes[] | select(.pid == $pid) | .program")"
    open_gate
    exits 0 wait "$pid"
}

# The child was forked by another thread, and may use what lies on the main one's stack.
test_main_thread_stayed_in_the_parent() {
    start_at_gate -- "$programs/ended_main" fork
    local parent=$pid
    pid=$(pgrep -P "$parent")
    signal_dump ended_main.1.dump
    same "lost" 1 "$(leaked_by ended_main.1.dump lose_block)"
    same "on its stack" 0 "$(leaked_by ended_main.1.dump block_of_main)"
    same "environment" 0 "$(leaked_by ended_main.1.dump put_into_environment)"
    open_gate
    exits 0 wait "$parent"
}

test_dump_by_a_cancelled_thread() {
    start_at_gate -- "$programs/cancelled_dumper"
    wait_until grep -qE ': (wrote|no dump)' log
    has_logged_dumps 1 || fail "$(cat log)"
    open_gate
    exits 0 wait "$pid"
}

run_tests
