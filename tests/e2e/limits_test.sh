#!/usr/bin/env bash
# The tracker where memory is limited, locked, or laid out in another way: what the program gets
# without it, it gets with it, and a dump is made.
. "$(dirname "$0")/lib.sh"

# Runs the program, after a prefix, and takes a dump that has all its blocks.
is_tracked_whole() { # [OPTION…] -- COMMAND…
    start_at_gate "$@"
    signal_dump under_limits.1.dump
    open_gate
    exits 0 wait "$pid"
    same "blocks" 1000003 "$(figure under_limits.1.dump .totals.live.blocks)"
    same "lost" 3 "$(leaked_by under_limits.1.dump lose_block)"
    lacks log 'tracking is off'
}

# For the blocks 46 MB, for their slots 16 and what is mapped of regions not used yet.
test_address_space_limited_after_the_start() {
    is_tracked_whole -- "$programs/under_limits" as 160
}

# What overcommit 2 counts, for the process alone: all private memory that it could write to,
# whether it was mapped with MAP_NORESERVE or not.
test_private_memory_limited_after_the_start() {
    is_tracked_whole -- "$programs/under_limits" data 160
}

test_low_memory_under_a_limit() {
    is_tracked_whole memory=low -- "$programs/under_limits" data 120
}

test_locked_after_and_before() {
    for mode in lock lock-first; do
        rm -f gate under_limits.1.dump
        is_tracked_whole -- "$programs/under_limits" $mode 1000000
    done
}

locked_kilobytes() { # PID
    awk '$1 == "VmLck:" { print $2 }' "/proc/$1/status"
}

# The tracker's code is locked, which is small; its tables are not, wherever they lie.
test_the_trackers_tables_are_not_locked() {
    local bare
    start_at_gate -- "$programs/under_limits" lock 1000
    mkfifo bare_gate
    "$programs/under_limits" lock 1000 <>bare_gate >bare_out &
    own_pids+=($!)
    bare=$!
    wait_until grep -q ready bare_out
    [ "$(locked_kilobytes "$pid")" -lt $(($(locked_kilobytes $bare) + 1024)) ] ||
        fail "$(locked_kilobytes "$pid") KB are locked, without the tracker $(locked_kilobytes $bare)"
    [ "$(locked_kilobytes $bare)" -gt 0 ] || skip "not allowed to lock"
}

# Who may lock little may lock as much as without the tracker, and is refused what he is refused.
test_locked_under_a_limit() {
    [ "$(id -u)" = 0 ] || skip "needs root to become nobody"
    local blocks mode status
    local -a as_nobody=(setpriv --reuid=65534 --clear-groups --inh-caps=-all)
    ulimit -Sl 6000
    chmod 777 .
    cp "$programs/under_limits" "$tracker" .
    tracker=$tmp/libcaulk.so
    for blocks in 10000 1000000; do
        for mode in lock lock-first; do
            status=0
            echo | "${as_nobody[@]}" ./under_limits $mode $blocks >bare || status=$?
            echo | exits $status tracked -- "${as_nobody[@]}" ./under_limits $mode $blocks >out
            cat bare out >>both
        done
    done
    same "runs that may lock" 4 "$(grep -c ready both)"
}

test_stack_without_a_limit() {
    ulimit -s unlimited 2>/dev/null || skip "the stack's limit can't be raised"
    is_tracked_whole -- "$programs/under_limits"
}

test_memory_layouts() {
    setarch -R -L true 2>/dev/null || skip "setarch is refused"
    for layout in -R -L '-R -L'; do
        rm -f gate under_limits.1.dump
        # shellcheck disable=SC2086
        is_tracked_whole -- setarch $layout "$programs/under_limits"
    done
}

# The real thing changes the whole system, and refuses sanitized programs that run meanwhile.
test_overcommit_2() {
    [ "${CAULK_TEST_OVERCOMMIT:-}" = 1 ] || skip "CAULK_TEST_OVERCOMMIT=1 allows to change vm.overcommit_memory for it"
    before=$(cat /proc/sys/vm/overcommit_memory)
    trap 'echo "$before" >/proc/sys/vm/overcommit_memory; end_own; cd /; rm -rf "$tmp"' EXIT
    echo 2 >/proc/sys/vm/overcommit_memory || skip "only root may"
    is_tracked_whole -- "$programs/under_limits"
}

run_tests
