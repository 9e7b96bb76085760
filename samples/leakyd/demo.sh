#!/usr/bin/env bash
# The main job, end to end: a daemon that leaks runs under the tracker, real clients use it, SIGUSR1
# asks for a dump, and the dump becomes words and pictures. Run from the root, after `make all
# samples`. Leaves everything in $BUILD/demo.
set -eu
build=$(realpath "${BUILD:-build}")
demo=$build/demo
caulk=$build/caulk
quits=5 drops=3 aborts=2
patience_seconds=60

say() {
    printf '\n\033[1m%s\033[0m\n' "$*"
}

fail() {
    echo "demo: $*" >&2
    exit 1
}

wait_for_file() { # FILE
    local deadline=$((SECONDS + patience_seconds))
    until [ -e "$1" ]; do
        [ $SECONDS -lt $deadline ] || fail "waited $patience_seconds s for $1"
        sleep 0.02
    done
}

# Until then its stack still has pointers to the session that it worked for last.
wait_until_idle() { # PID
    local deadline=$((SECONDS + patience_seconds))
    until grep -q '^State:.S' "/proc/$1/status"; do
        [ $SECONDS -lt $deadline ] || fail "waited $patience_seconds s for $1 to be idle"
        sleep 0.02
    done
}

client() { # WAY [N]
    "$build/samples/leakyd-client" "$demo/port" "$@"
}

start_daemon() {
    rm -rf "$demo"
    mkdir -p "$demo/files"
    say "1. leakyd, a file server, starts under the tracker"
    echo "   LD_PRELOAD=build/libcaulk.so leakyd --foreground …"
    CAULK_OPTIONS="dump=$demo/leakyd.%n.dump:log=$demo/log" LD_PRELOAD=$build/libcaulk.so \
        "$build/samples/leakyd" --foreground --port-file="$demo/port" "$demo/files" &
    daemon=$!
    trap 'kill $daemon 2>/dev/null || true' EXIT
    wait_for_file "$demo/port"
}

drive_clients() {
    say "2. clients store, list and fetch files: $quits quit, $drops drop the connection, $aborts in a download"
    client quit $quits
    client drop $drops
    client abort $aborts
    client wait
    wait_until_idle $daemon
}

dump() {
    say "3. kill -USR1 $daemon"
    kill -USR1 $daemon
    wait_for_file "$demo/leakyd.1.dump"
    kill -TERM $daemon
    wait $daemon || fail "leakyd ended with status $?"
    trap - EXIT
    cat "$demo/log"
}

analyze() {
    say "4. caulk analyze leakyd.1.dump"
    "$caulk" analyze "$demo/leakyd.1.dump" | tee "$demo/analysis.txt"
    "$caulk" analyze --json "$demo/leakyd.1.dump" >"$demo/analysis.json"
}

draw() {
    say "5. caulk graph leakyd.1.dump"
    "$caulk" graph "$demo/leakyd.1.dump" -o "$demo/leakyd.dot"
    "$caulk" graph "$demo/leakyd.1.dump" -T svg -o "$demo/leakyd.svg"
    "$caulk" graph "$demo/leakyd.1.dump" -T png -o "$demo/leakyd.png"
    ls "$demo"/leakyd.{dot,svg,png}
}

# Each client that dropped the connection must have left a cycle of a session and its file system.
check() {
    local function
    for function in session_open filesystem_open; do
        grep -q "\"function\": *\"$function\"" "$demo/analysis.json" ||
            fail "$function was not found in the analysis"
    done
    grep -q "lost cycle .*× *$((drops + aborts))" "$demo/analysis.txt" ||
        fail "expected a lost cycle × $((drops + aborts))"
}

conclude() {
    say "Found: filesystem_open() makes what nobody closes"
    cat <<TEXT
   Each of the $((drops + aborts)) clients that dropped the connection left a session and a file system that hold
   each other. session_quit() closes the file system; session_hang_up() (samples/leakyd/session.c)
   never does.

   dump      ${demo#"$PWD/"}/leakyd.1.dump
   words     ${demo#"$PWD/"}/analysis.txt
   picture   ${demo#"$PWD/"}/leakyd.svg, leakyd.png, leakyd.dot
TEXT
    if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdot >/dev/null; then
        echo "   look      xdot ${demo#"$PWD/"}/leakyd.dot"
    fi
}

start_daemon
drive_clients
dump
analyze
draw
check
conclude
