#!/usr/bin/env bash
# Limits of memory that only control groups of version 2 have, and real swap: the group that dies as a whole, the one
# that is throttled, the one whose heap is not in memory.
# shellcheck disable=SC2154
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/control_groups.sh"

hold=${HOLD:-100} # MiB of heap

# The service's program as `sh` leaves it in the group, without a gate.
start_holding() { # MIB
    # shellcheck disable=SC2016
    start_tracked -- sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$programs/service" "$1"
    wait_until holds
}

holds() { # it has come to its rest, a poll
    [ "$(cat "/proc/$pid/comm")" = service ] && grep -q '^7 ' "/proc/$pid/syscall"
}

event() { # NAME
    awk -v name="$1" '$1 == name { print $2 }' "$group/memory.events"
}

lives_on() {
    ! is_gone "$pid" || fail "the program is gone"
    same "killed for memory" 0 "$(event oom_kill)"
    same "groups killed" 0 "$(event oom_group_kill)"
    wait_until has_no_children
    same "processes" "$pid" "$(xargs <"$group/cgroup.procs")"
    same "left behind" "" "$(find . -name '.*.tmp')"
}

is_whole() { # FILE
    same "lost" 5000 "$(leaked_by "$1" lose_block)"
    same "warnings" "" "$(figure "$1" '.warnings[].code')"
}

test_a_group_that_dies_whole() {
    make_group memory
    echo 1 >"$group/memory.oom.group"
    start_holding "$hold"
    leave_room 20
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused 'no dump: memory: '
    lives_on
    leave_room 100
    exits 0 "$caulk" dump "$pid"
    is_whole service.1.dump
    lives_on
}

# The program that the dump belongs to has no limit of its own.
test_a_limit_of_the_parent() {
    make_group memory
    parent=$group
    echo +memory >"$parent/cgroup.subtree_control"
    mkdir "$parent/inner"
    own_groups=("$parent/inner" "$parent")
    echo 1 >"$parent/memory.oom.group"
    group=$parent/inner
    start_holding "$hold"
    group=$parent leave_room 20
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused 'no dump: memory: '
    lives_on
}

# Above memory.high all of the group's processes are held up.
test_the_high_mark_counts_as_a_limit() {
    make_group memory
    start_holding "$hold"
    echo $(($(cat "$group/memory.current") + (20 << 20))) >"$group/memory.high"
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused 'no dump: memory: '
    same "times above it" 0 "$(event high)"
    echo $(($(cat "$group/memory.current") + (100 << 20))) >"$group/memory.high"
    exits 0 "$caulk" dump "$pid"
    is_whole service.1.dump
    same "times above it" 0 "$(event high)"
    lives_on
}

# ---- swap ---------------------------------------------------------------------------------------------

swap_on() {
    swapon /dev/nvme1n1
    trap 'set +e; end_own; swapoff /dev/nvme1n1; cd /; rm -rf "$tmp"' EXIT
}

kilobytes() { # NAME: of /proc/PID/status
    awk -v name="$1:" '$1 == name { print $2 }' "/proc/$pid/status"
}

swap_out() {
    echo "$1" >"$group/memory.reclaim" 2>/dev/null || true
    [ "$(kilobytes VmSwap)" -gt $((hold * 800)) ] || fail "only $(kilobytes VmSwap) KB are swapped out"
}

amounts() {
    echo "swapped out $(kilobytes VmSwap) KB, resident $(kilobytes VmRSS) KB, the group's memory" \
        "$(($(cat "$group/memory.current") >> 10)) KB, its swap $(($(cat "$group/memory.swap.current") >> 10)) KB"
}

test_a_heap_that_is_swapped_out() {
    make_group memory
    swap_on
    start_holding "$hold"
    swap_out "${hold}M"
    amounts >before
    exits 0 "$caulk" dump "$pid"
    amounts >after
    is_whole service.1.dump
    lives_on
    [ "$(kilobytes VmSwap)" -gt $((hold * 800)) ] || fail "the program was swapped in: $(cat before after)"
}

# What the dump's process reads in can't be dropped where swap is full as well, and the group would die.
test_a_heap_that_is_swapped_out_under_limits() {
    make_group memory
    swap_on
    echo 1 >"$group/memory.oom.group"
    start_holding "$hold"
    swap_out "${hold}M"
    leave_room 40
    cat "$group/memory.swap.current" >"$group/memory.swap.max"
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused 'no dump: memory: '
    lives_on
}

run_tests
