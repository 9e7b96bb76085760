#!/usr/bin/env bash
# caulk watch: dumps on a schedule and beyond a limit, the last few kept.
. "$(dirname "$0")/lib.sh"

# In the background, as $watcher; its paths go to `paths`, its errors to `errors`.
start_watch() { # OPTION…
    "$caulk" watch "$pid" "$@" >paths 2>errors &
    watcher=$!
    own_pids+=("$watcher")
}

has_printed() { # N: paths
    [ "$(wc -l <paths)" -ge "$1" ]
}

ends() { # PROCESS: with status 0
    local status=0
    wait "$1" || status=$?
    same "status of watch" 0 $status
}

start_sleeper() {
    start_at_gate -- "$programs/two_caches"
}

test_usage() {
    for time in 0s -1s 5x; do
        exits 2 "$caulk" watch 1 --every "$time" 2>errors
        one_line errors 'caulk: watch: --every: .* is not a time from 1s to 366d'
    done
    exits 2 "$caulk" watch 1 --above=0 2>errors
    one_line errors 'caulk: watch: --above: .* is not a size'
    exits 2 "$caulk" watch 1 --every=1s --keep=0 2>errors
    one_line errors 'caulk: watch: --keep: .* is not a number from 1'
    exits 2 "$caulk" watch 1 2>errors
    one_line errors 'caulk: watch: when\?'
    exits 2 "$caulk" watch --every=1s 2>errors
    one_line errors 'caulk: watch: no PID'
    exits 2 "$caulk" watch 1 --every=1s --export=none 2>errors
    one_line errors "caulk: watch: --export: no format 'none'"
    exits 2 "$caulk" watch 4194304 --every=1s 2>errors
    one_line errors 'caulk: 4194304: no such process'
    exits 2 "$caulk" watch $$ --every=1s 2>errors
    one_line errors "caulk: $$: .*not tracked"
}

test_json_has_a_line_for_each() {
    start_sleeper
    start_watch --every 1s --json --export=folded
    wait_until has_printed 2
    kill -KILL "$pid"
    ends "$watcher"
    while read -r line; do
        same 'a line' "[\"caulk.watch/1\",$pid,true,true]" "$(jq -c '[.schema, .pid,
            (.program | endswith("two_caches")), .export == .path + ".folded"]' <<<"$line")"
        "$caulk" info "$(jq -r .path <<<"$line")" >/dev/null
    done < <(head -n 2 paths)
}

test_the_last_ones_are_kept_until_the_process_ends() {
    touch two_caches.0.dump
    start_sleeper
    start_watch --every 1s --keep 2 --export=folded
    wait_until has_printed 8
    kill -KILL "$pid"
    ends "$watcher"
    one_line errors "caulk: $pid: the process has ended; [0-9]+ dumps made"
    made=$(sed -E 's/.*; ([0-9]+) dumps.*/\1/' errors)
    same 'paths printed' $((2 * made)) "$(wc -l <paths)"
    same 'files left' "$(tail -4 paths | sort)" "$(printf '%s\n' "$tmp"/two_caches.[1-9]*.dump* | sort)"
    [ -e two_caches.0.dump ] || fail 'a foreign file was removed'
    "$caulk" info "$(tail -2 paths | head -1)" >/dev/null
    contains "$(tail -1 paths)" '^reachable;'
}

test_signals_end_it_and_nothing_else() {
    for signal in INT TERM; do
        rm -f gate out paths ./*.dump
        start_sleeper
        # A shell's background command ignores SIGINT unless it is told otherwise.
        env --default-signal=INT "$caulk" watch "$pid" --every=1h >paths 2>errors &
        watcher=$!
        own_pids+=("$watcher")
        wait_until has_printed 1
        wait_until sleeps "$watcher"
        kill -$signal "$watcher"
        ends "$watcher"
        [ ! -s errors ] || fail "said: $(cat errors)"
        [ -e two_caches.1.dump ] || fail 'the dump is gone'
        open_gate
        await_gate 2
        kill -KILL "$pid"
    done
}

test_a_dump_when_it_grows() {
    start_tracked -- python3 -c '
import sys
print("ready", flush=True)
sys.stdin.readline()
held = b"x" * (200 << 20)
print("grown", flush=True)
sys.stdin.readline()' < <(open_later) >out
    wait_until grep -q ready out
    start_watch --above=150M
    wait_until sleeps "$watcher"
    [ ! -s paths ] || fail 'a dump below the limit'
    touch go
    wait_until has_printed 1
    touch stop
    ends "$watcher"
    contains errors 'the process has ended; 1 dump made$'
    [ "$(figure "$(cat paths)" .totals.live.bytes)" -gt $((200 << 20)) ] || fail 'too early'
}

open_later() {
    for each in go stop; do
        until [ -e "$tmp/$each" ]; do sleep $poll_seconds; done
        echo
    done
}

test_no_answer_is_one_line_and_the_next_try_goes_on() {
    start_sleeper
    kill -STOP "$pid"
    wait_until is_stopped_or_gone "$pid"
    start_watch --every=1s
    wait_until grep -q 'it is stopped, and answers only when it is continued' errors
    [ ! -s paths ] || fail 'a dump of a stopped process'
    kill -CONT "$pid"
    wait_until has_printed 1
    kill -KILL "$pid"
    ends "$watcher"
    lacks errors '^[^c]'
}

test_redis() {
    command -v redis-server >/dev/null || skip 'no redis-server'
    start_tracked -- redis-server --port 0 --unixsocket "$tmp/socket" --save '' >redis.log
    wait_until redis-cli -s socket ping
    start_watch --every=1s --keep=1 --export=prometheus
    redis-benchmark -s socket -q -n 20000 -t set,get >/dev/null
    wait_until has_printed 4
    same 'answer' PONG "$(redis-cli -s socket ping)"
    redis-cli -s socket shutdown nosave || true
    ends "$watcher"
    contains errors 'the process has ended'
    same 'dumps left' 1 "$(find . -name 'redis-server.*.dump' | wc -l)"
}

run_tests
