# What the end-to-end tests share. A test script sources this file, defines functions test_NAME, and
# ends with run_tests. Each test runs in a shell of its own under `set -e`, in an empty folder
# ($tmp, the working directory), and passes when it ends with status 0; its output is shown only where it
# fails. skip REASON ends it as skipped.
#
#   BUILD   folder of the build (build)      CAULK     the command line under test ($BUILD/caulk)
#   TRACKER the one preloaded ($BUILD/libcaulk.so)
#   UPDATE  1: write expected texts anew     PATIENCE  seconds to wait for a condition (300)
# shellcheck shell=bash disable=SC2034
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "$root" && realpath "${BUILD:-build}")
caulk=$(cd "$root" && realpath -m "${CAULK:-$build/caulk}")
tracker=$(cd "$root" && realpath -m "${TRACKER:-$build/libcaulk.so}")
samples=$build/samples
programs=$build/e2e
expected=$root/tests/e2e/expected
patience=${PATIENCE:-300}
poll_seconds=0.02
nobody=65534

status_skipped=77
own_pids=()
own_groups=()

# ---- conditions -------------------------------------------------------------------------------

fail() {
    echo "failed: $*" >&2
    exit 1
}

skip() {
    echo "skipped: $*"
    exit $status_skipped
}

as_root() {
    [ "$(id -u)" = 0 ] || skip "only root can do that"
}

as_user() { # NUMBER COMMAND…
    local user=$1
    shift
    setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
}

# Waits until the command succeeds.
wait_until() { # COMMAND…
    local deadline=$((SECONDS + patience))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || fail "waited $patience s for: $*"
        sleep $poll_seconds
    done
}

is_gone() { # PID: ended, or only waits to be reaped
    [ ! -e "/proc/$1/stat" ] || grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status"
}

sleeps() { # PID: its main thread is blocked in the kernel
    grep -q '^State:[[:space:]]*S' "/proc/$1/status"
}

same() { # WHAT EXPECTED ACTUAL
    [ "$2" = "$3" ] || fail "$1: expected '$2', got '$3'"
}

contains() { # FILE REGEX
    grep -qE -- "$2" "$1" || fail "$1 has no line like: $2
$(cat "$1")"
}

lacks() { # FILE REGEX
    ! grep -qE -- "$2" "$1" || fail "$1 has a line like: $2
$(cat "$1")"
}

one_line() { # FILE REGEX: it has one line, and that is like this
    same "lines in $1" 1 "$(wc -l <"$1")"
    contains "$1" "$2"
}

exits() { # STATUS COMMAND…
    local wanted=$1 status=0
    shift
    "$@" || status=$?
    same "status of $*" "$wanted" $status
}

# ---- programs under the tracker ---------------------------------------------------------------

# Runs a command under the tracker: dumps go to $tmp/PROGRAM.N.dump, the log to $tmp/log. `env`
# sets the variables only for what it executes, so that neither shell nor env is tracked.
tracked() { # [KEY=VALUE…] -- COMMAND…
    local options="dump=$tmp/%e.%n.dump:log=$tmp/log"
    while [ "$1" != -- ]; do
        options+=:$1
        shift
    done
    shift
    ${in_place:+exec} env "CAULK_OPTIONS=$options" "LD_PRELOAD=$tracker" "$@"
}

# The same in the background; the process is $pid, and is ended with the test.
start_tracked() { # [KEY=VALUE…] -- COMMAND…
    (in_place=1 && tracked "$@") <&0 & # else the shell might give it /dev/null
    pid=$!
    own_pids+=("$pid")
}

# A program that waits at a gate says "ready" on its standard output and goes on when a line comes
# in on its standard input: see tests/e2e/programs/gate.h.
start_at_gate() { # [KEY=VALUE…] -- COMMAND…
    open_gate_fifo
    start_tracked "$@" <gate >out 9>&-
    await_gate 1
}

# For reading and writing, since opening either end alone waits for the other.
open_gate_fifo() {
    mkfifo gate
    exec 9<>gate
}

await_gate() { # N: the program has come to its Nth gate
    wait_until at_gate_or_gone "$1"
    [ "$(grep -c '^ready' out)" -ge "$1" ] || fail "$pid ended before gate $1: $(cat out log)"
}

at_gate_or_gone() {
    is_gone "$pid" || [ "$(grep -c '^ready' out)" -ge "$1" ]
}

open_gate() {
    echo >&9
}

# Asks process $pid for a dump by signal and waits for it.
signal_dump() { # FILE
    kill -USR1 "$pid"
    wait_until test -e "$1"
}

# Asks process $pid for a dump and stops the process that writes it, $writer; again where that was
# faster. The program must have SA_NOCLDSTOP for SIGCHLD not to see that.
hold_dump() { # PARENT: the process, or its thread that makes dumps
    local deadline=$((SECONDS + patience))
    until kill -USR1 "$pid" && catch_writer "$1"; do
        [ $SECONDS -lt $deadline ] || fail "no dump of $pid could be held"
    done
}

catch_writer() { # PARENT
    local name=
    for _ in {1..5000}; do
        read -r writer _ <"/proc/$1/task/$1/children"
        if [ -n "$writer" ] && read -r name 2>/dev/null <"/proc/$writer/comm" &&
            [ "$name" = caulk-dump ] && kill -STOP "$writer" 2>/dev/null; then
            wait_until is_stopped_or_gone "$writer"
            ! is_gone "$writer" && return
        fi
    done
    return 1
}

has_no_children() { # the main thread of $pid
    [ -z "$(cat "/proc/$pid/task/$pid/children")" ]
}

is_stopped_or_gone() { # PID
    is_gone "$1" || grep -q '^State:[[:space:]]*T' "/proc/$1/status"
}

end_own() {
    local each
    for each in "${own_pids[@]}"; do
        kill -KILL "$each" 2>/dev/null || true
        wait "$each" 2>/dev/null || true
    done
    for each in "${own_groups[@]}"; do
        wait_until rmdir "$each"
    done
}

# ---- results ----------------------------------------------------------------------------------

# A figure of a dump's analysis, which is made once and kept.
figure() { # DUMP JQ_FILTER
    local analysis=$tmp/.${1//\//_}.json
    [ "$analysis" -nt "$1" ] || "$caulk" analyze --json "$1" >"$analysis"
    jq -r "$2" "$analysis"
}

# Blocks of a kind ("definite", "possible") whose stack has the function, own and indirect.
leaked_by() { # DUMP FUNCTION
    figure "$1" "[.leaks[] | select(.kind == \"definite\" and any(.stack[]; .function == \"$2\"))
                  | .blocks + .indirect.blocks] | add // 0"
}

# What differs from run to run: addresses, process ids, times, amounts that depend on the machine.
filter() {
    sed -E -e "s|$root/||g; s|$tmp/||g" \
        -e 's/0x[0-9a-f]{6,}/ADDRESS/g; s/(libstdc\+\+\.so)[0-9.]+(\+0x[0-9a-f]+)?/\1/' \
        -e 's/\bpid [0-9]+/pid PID/g; s/\bthread [0-9]+/thread TID/g; s/caulk: [0-9]+:/caulk: PID:/; s/caulk dump [0-9]+/caulk dump PID/' \
        -e 's/\bup [0-9.]+ (ms|s|min|h|d)\b/up TIME/; s/paused [0-9.]+ (ms|s|µs)/paused TIME/' \
        -e 's/^(RSS +).*/\1AMOUNTS/; s/^(( *born|taken|up) +).*/\1TIME/' \
        -e 's/[0-9.]+ (ms|s) (ago|after start)/TIME \2/g'
}

# An analysis without what depends on how long the program has run: whether its owners grew.
without_growth() {
    sed -E '/^R[0-9]+ /,/^$/d; s/^(GROWING|HELD   |NO LEAK) nothing is lost.*/NOT LOST/'
}

# Compares standard input, filtered, with the expected text.
matches() { # NAME
    filter >actual
    if [ "${UPDATE:-}" = 1 ]; then
        cp actual "$expected/$1.txt"
    else
        diff -u "$expected/$1.txt" actual || fail "differs from $expected/$1.txt; --update renews it"
    fi
}

# The same for what is equal to the letter on every machine: made from a dump that a test has made.
matches_exactly() { # NAME
    filter() { cat; }
    matches "$1"
}

# xdot shows it, tooltips too, and nobody complains. Two displays that are made at once might take the
# same number.
opens_in_xdot() { # DOT
    NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory timeout "$patience" \
        flock "$build" xvfb-run -a /usr/bin/python3 "$root/tests/e2e/xdot_open.py" "$1" >drawn 2>warnings
    contains drawn '^[0-9]+ nodes'
    same "warnings" "" "$(cat warnings)"
}

# ---- running ----------------------------------------------------------------------------------

run_one() { # TEST
    set -e
    tmp=$(mktemp -d "${TMPDIR:-/tmp}/caulk-e2e.XXXXXX")
    trap 'set +e; end_own; cd /; rm -rf "$tmp"' EXIT
    cd "$tmp"
    export TMPDIR=$tmp # what is left behind goes with the folder
    "$1"
}

run_tests() {
    local passed=0 failed=0 skipped=0 name output status
    for name in $(compgen -A function test_); do
        # shellcheck disable=SC2053
        [ -z "${ONLY:-}" ] || [[ ${name#test_} == $ONLY ]] || continue
        output=$( (run_one "$name") 2>&1 </dev/null)
        status=$?
        case $status in
        0) passed=$((passed + 1)) ;;
        "$status_skipped")
            skipped=$((skipped + 1))
            echo "skip ${0##*/} ${name#test_}: $output"
            ;;
        *)
            failed=$((failed + 1))
            printf 'FAIL %s %s (status %d)\n%s\n' "${0##*/}" "${name#test_}" $status "$output"
            ;;
        esac
    done
    echo "${0##*/}: $passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
}
