#!/usr/bin/env bash
# Dumps under limits of the program's control group, on real ones: of the unified hierarchy, or of
# the older ones, whichever this machine lets us make.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/control_groups.sh"

# ---- memory -------------------------------------------------------------------------------------

test_a_dump_that_does_not_fit_is_refused() {
    make_group memory
    start_in_group "$programs/large_heap"
    leave_room 20
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused "^caulk: $pid: no dump: memory: [0-9]+ MiB left of the control group's [0-9]+ MiB "
    kill -USR1 "$pid"
    wait_until grep -q 'no dump: memory: ' log
    leave_room 200
    exits 0 "$caulk" dump "$pid"
    open_gate
    await_gate 2
    same "killed for memory" 0 "$(kills)"
    same "left behind" "" "$(find . -name '.*.tmp')"
}

# The group's files are out of reach for a program that has changed its root.
test_a_program_that_has_changed_its_root() {
    as_root
    make_group memory
    mkdir jail
    start_in_group "$programs/confined" chroot "$tmp/jail"
    leave_room 20
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused 'no dump: memory: '
    leave_room 200
    exits 0 "$caulk" dump "$pid"
}

# The program writes to its pages, which are copied: there was room at first.
test_the_writer_gives_up_before_memory_runs_out() {
    make_group memory
    start_in_group "$programs/rewrites_memory"
    open_gate
    leave_room 60
    for _ in 1 2 3; do
        "$caulk" dump "$pid" 2>>refused || true
    done
    contains refused "^caulk: $pid: no dump: memory: "
    lacks refused "killed"
    same "killed for memory" 0 "$(kills)"
    ! is_gone "$pid" || fail "it was killed"
    same "left behind" "" "$(find . -name '.*.tmp')"
}

test_a_limit_lowered_in_the_middle() {
    make_group memory
    start_in_group "$programs/large_heap"
    leave_room 200
    hold_dump "$pid"
    leave_room 6
    kill -CONT "$writer"
    wait_until grep -q 'dump' log
    contains log 'no dump: memory: '
    same "killed for memory" 0 "$(kills)"
    same "left behind" "" "$(find . -name '.*.tmp')"
}

# ---- processors ---------------------------------------------------------------------------------

find_writer() {
    local name
    read -r writer _ <"/proc/$pid/task/$pid/children" || [ -n "$writer" ] &&
        read -r name 2>/dev/null <"/proc/$writer/comm" && [ "$name" = caulk-dump ]
}

# Its ticks of processor time, of 10 ms, when it was last seen.
watch_writer() {
    local fields
    until find_writer; do
        [ ! -e large_heap.1.dump ] || fail "the writer was not seen"
    done
    while read -r -a fields 2>/dev/null <"/proc/$writer/stat" && [ "${fields[2]}" != Z ]; do
        ticks=$((fields[13] + fields[14]))
    done
}

test_a_tenth_of_the_processors() {
    local ticks=0 began ended
    make_group cpu
    start_in_group "$programs/large_heap"
    if [ -e "$group/cpu.max" ]; then
        echo 100000 100000 >"$group/cpu.max"
    else
        echo 100000 >"$group/cpu.cfs_quota_us"
    fi
    began=$(date +%s%N)
    kill -USR1 "$pid"
    watch_writer
    wait_until test -e large_heap.1.dump
    ended=$(date +%s%N)
    # The first 10 ms are free, and what was used up to the last look may be a little more.
    [ $((ticks - 2)) -le $(((ended - began) / 100000000 + 1)) ] ||
        fail "$ticks ticks in $(((ended - began) / 1000000)) ms"
}

run_tests
