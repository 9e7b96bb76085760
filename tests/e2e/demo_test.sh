#!/usr/bin/env bash
# The demo, and leakyd: only clients that drop the connection leak, and xdot opens the picture.
. "$(dirname "$0")/lib.sh"

start_leakyd() {
    mkdir files
    start_tracked -- "$samples/leakyd" --foreground --port-file="$tmp/port" files
    wait_until test -e port
}

client() { # WAY [N]
    timeout "$patience" "$samples/leakyd-client" port "$@"
}

# The server has noticed that everyone is gone.
dump_leakyd() {
    client wait
    signal_dump leakyd.1.dump
    kill -TERM "$pid"
    exits 0 wait "$pid"
}

test_orderly_clients_lose_nothing() {
    start_leakyd
    client quit 10
    dump_leakyd
    same "lost" 0 "$(figure leakyd.1.dump '.totals.definite.blocks + .totals.indirect.blocks')"
    same "cycles" 0 "$(figure leakyd.1.dump .totals.lost_cycles.cycles)"
}

test_dropped_clients_lose_cycles() {
    start_leakyd
    client quit 3
    client drop 4
    dump_leakyd
    same "cycles" 4 "$(figure leakyd.1.dump .totals.lost_cycles.cycles)"
    same "blocks in them" 8 "$(figure leakyd.1.dump .totals.lost_cycles.blocks)"
    same "shapes" 1 "$(figure leakyd.1.dump '[.shapes[] | select(.lost)] | length')"
    same "lost sessions and file systems" 8 "$(leaked_by leakyd.1.dump session_open)"
    "$caulk" analyze leakyd.1.dump | matches leakyd
}

test_aborted_downloads_drag_their_buffers() {
    start_leakyd
    client abort 2
    dump_leakyd
    same "cycles" 2 "$(figure leakyd.1.dump .totals.lost_cycles.cycles)"
    [ "$(figure leakyd.1.dump .totals.indirect.blocks)" -gt 0 ] || fail "no buffers were lost"
}

# The leakyd that has this test's folder as its working directory.
leakyd_by_ps() {
    local each
    for each in $("$caulk" ps --json |
        jq ".processes[] | select(.program == \"$samples/leakyd\") | .pid"); do
        [ "$(readlink "/proc/$each/cwd")" != "$tmp" ] || echo "$each"
    done
}

test_daemon_without_foreground() {
    mkdir files
    tracked -- "$samples/leakyd" --port-file="$tmp/port" files
    wait_until test -e port
    pid=$(leakyd_by_ps)
    own_pids+=("$pid")
    client drop
    client wait
    signal_dump leakyd.1.dump
    kill -TERM "$pid"
    wait_until is_gone "$pid"
    same "cycles" 1 "$(figure leakyd.1.dump .totals.lost_cycles.cycles)"
}

test_demo() {
    # The demo writes below $BUILD/demo, so it gets a build folder of its own.
    cp -r "$build/caulk" "$build/libcaulk.so" "$build/samples" .
    (cd "$root" && BUILD=$tmp samples/leakyd/demo.sh) >output || fail "$(cat output)"
    contains output '^.*Found: .*filesystem_open'
    for picture in leakyd.svg leakyd.png; do
        [ -s "demo/$picture" ] || fail "no $picture"
    done
    opens_in_xdot demo/leakyd.dot
}

run_tests
