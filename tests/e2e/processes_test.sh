#!/usr/bin/env bash
# The tracker across fork, exec, daemons, plug-ins, closed descriptors, and exceptions.
. "$(dirname "$0")/lib.sh"

test_fork_and_exec() {
    tracked -- "$programs/fork_children" "$samples/lost_list" || fail "status $?: $(cat log)"
    # The child's dump has the program's name too; the next free number is taken.
    same "lost in the child" 5 "$(leaked_by fork_children.1.dump lose_block)"
    same "of them lost by itself" 2 "$(leaked_by fork_children.1.dump child_loses)"
    same "lost in the parent" 3 "$(leaked_by fork_children.2.dump lose_block)"
    same "lost in the executed program" 5 "$(leaked_by lost_list.1.dump push)"
}

# To wait for the event with the thread stopped that reads it would be for ever.
test_forks_that_userfaultfd_tells_of() {
    local status=0
    "$programs/fork_events" </dev/null >alone || status=$?
    [ $status != 77 ] || skip "no userfaultfd"
    start_at_gate -- "$programs/fork_events"
    exits 2 timeout "$patience" "$caulk" dump "$pid" 2>refused
    contains refused 'userfaultfd'
    contains log 'no dump: userfaultfd tells the program of forks: Resource deadlock avoided$'
    open_gate
    exits 3 wait "$pid"
}

test_tree_is_summed() {
    # shellcheck disable=SC2016 # jq's variable, not the shell's
    local blocks='[.leaks[] | select(any(.stack[]; .function == $by)) | .blocks + .indirect.blocks] | add'
    tracked -- "$programs/fork_children" "$samples/lost_list" || fail "status $?: $(cat log)"
    "$caulk" analyze --json fork_children.2.dump fork_children.1.dump lost_list.1.dump >sum
    same "inherited ones once" 5 "$(jq --arg by lose_block "$blocks" sum)"
    same "the executed program's" 5 "$(jq --arg by push "$blocks" sum)"
    exits 2 "$caulk" analyze lost_list.1.dump lost_list.1.dump 2>twice
    contains twice 'the same process'
}

# What the parent has counts once, whoever inherited it; what the workers lose, for each of them.
prefork_is_summed() { # OPTIONS…
    # shellcheck disable=SC2016 # jq's variable, not the shell's
    local blocks='[.leaks[] | select(any(.stack[]; .function == $by)) | .blocks] | add // 0'
    rm -f gate prefork.*.dump
    start_at_gate "$@" -- "$programs/prefork"
    exits 0 "$caulk" dump --tree "$pid" >paths
    same "dumps" 4 "$(wc -l <paths)"
    xargs "$caulk" analyze --json <paths >sum
    same "each worker's" 15 "$(jq --arg by serve "$blocks" sum)"
    same "the parent's" 2 "$(jq '[.leaks[] | select(any(.stack[]; .function == "serve") | not) |
        .blocks] | add' sum)"
    same "the table" 100 "$(jq '[.sites[] | select(any(.stack[]; .function == "fill_table")) |
        .live.blocks] | add' sum)"
    open_gate
    exits 0 wait "$pid"
}

test_a_prefork_server_is_summed() {
    prefork_is_summed
}

test_a_prefork_server_without_births_is_summed() {
    prefork_is_summed memory=low
    same "warned" 3 "$(jq '.warnings[] | select(.code == "copies") | .count' sum)"
}

test_children_no() {
    tracked children=no -- "$programs/fork_children" "$samples/lost_list" || fail "status $?"
    [ -e fork_children.2.dump ] || fail "no dump of the program itself"
    [ ! -e lost_list.1.dump ] || fail "the executed program was tracked"
}

test_double_fork_daemon() {
    tracked -- "$programs/daemonize" "$tmp/pid"
    wait_until test -s pid
    pid=$(cat pid)
    own_pids+=("$pid")
    signal_dump daemonize.1.dump
    same "lost" 3 "$(leaked_by daemonize.1.dump lose_block)"
    same "process" "$pid" "$(figure daemonize.1.dump .dump.pid)"
    kill -TERM "$pid"
    wait_until is_gone "$pid"
}

# The dump is of a process that is no more when it is whole.
test_ends_while_a_dump_is_written() {
    for how in exit _exit crash; do
        rm -f gate ends.*.dump
        start_at_gate -- "$programs/ends" $how
        hold_dump "$pid"
        open_gate
        wait_until is_gone "$pid"
        exits "$([ $how = crash ] && echo 139 || echo 7)" wait "$pid"
        kill -CONT "$writer"
        wait_until grep -q "^caulk: $pid: wrote " log
        dump=$(sed -n "s/^caulk: $pid: wrote \([^:]*\):.*/\1/p" log | tail -n 1)
        same "lost" 200000 "$(leaked_by "$dump" lose_block)"
        wait_until is_gone "$writer"
    done
}

# Asked for while another is written, and never made, as the program ends.
test_ends_before_the_next_dump() {
    start_at_gate -- "$programs/ends"
    hold_dump "$pid"
    kill -USR1 "$pid"
    open_gate
    wait_until is_gone "$pid"
    exits 7 wait "$pid"
    contains log "^caulk: $pid: no dump: the program ended while another dump was written\$"
    kill -CONT "$writer"
    wait_until grep -q "^caulk: $pid: wrote " log
    wait_until is_gone "$writer"
}

# FORKS=10000 does as many. A fork means 80 to 120 faults, for pages that the child, its parent and the
# 8 threads write again, with the tracker or without; where two processors are virtual, a fault takes
# 20 to 50 us.
test_many_forks() {
    local forks=${FORKS:-3000}
    exits 0 tracked -- "$programs/many_forks" "$forks" >out
    contains out "^$forks children\$"
}

test_dumps_of_a_busy_runtime() {
    start_at_gate -- "$programs/busy_runtime" "$samples/plugin.so"
    for i in {1..10}; do
        exits 0 "$caulk" dump "$pid" >path
        same "warnings of dump $i" "" "$(figure "$(cat path)" '.warnings[].code')"
    done
    open_gate
    exits 0 wait "$pid"
    lacks log 'no dump'
}

test_unloaded_module_keeps_its_names() {
    tracked -- "$samples/unloaded_module"
    same "function" plugin_start "$(figure unloaded_module.1.dump '.leaks[0].stack[0].function')"
    same "file" plugin.c "$(figure unloaded_module.1.dump '.leaks[0].stack[0].file | sub(".*/"; "")')"
    "$caulk" info unloaded_module.1.dump >modules
    contains modules 'plugin\.so'
}

test_memory_kept_from_children() {
    start_at_gate -- "$programs/unforked"
    signal_dump unforked.1.dump
    open_gate
    exits 0 wait "$pid"
    same "lost" 1 "$(figure unforked.1.dump .totals.definite.blocks)"
    same "lost by" 1 "$(leaked_by unforked.1.dump lose_block)"
}

test_locked_memory() {
    start_at_gate -- "$programs/locked_memory"
    signal_dump locked_memory.1.dump
    open_gate
    exits 0 wait "$pid"
    same "lost" 1 "$(leaked_by locked_memory.1.dump lose_block)"
}

test_module_bound_past_the_tracker() {
    tracked at_exit=yes -- "$programs/deepbind" "$samples/plugin.so"
    same "lost" 1 "$(leaked_by deepbind.1.dump plugin_start)"
}

seccomp_filter_is_survived() { # ARGUMENTS…
    start_at_gate -- "$programs/seccomp_filter" "$@"
    contains log "seccomp filter ends it for clone: no dumps from now on"
    kill -USR1 "$pid"
    wait_until grep -q 'no dump: seccomp: clone would end the process' log
    exits 2 "$caulk" dump "$pid" 2>refusal
    contains refusal 'seccomp: clone would end the process'
    open_gate
    await_gate 2
    open_gate
    exits 0 wait "$pid"
}

test_deadly_seccomp_filter() {
    seccomp_filter_is_survived
}

test_deadly_seccomp_filter_the_older_way() {
    seccomp_filter_is_survived older
}

test_exceptions() {
    "$programs/exceptions" >bare
    tracked -- "$programs/exceptions" >preloaded
    diff bare preloaded || fail "the program's output has changed"
    same "lost" 0 "$(figure exceptions.1.dump .totals.definite.blocks)"
}

test_stack_that_ends_without_a_mark() {
    tracked -- "$programs/unmarked_stack" || fail "status $?"
}

test_all_descriptors_closed() {
    tracked -- "$programs/close_descriptors" || fail "status $?: $(cat log)"
    same "lost at first" 1 "$(leaked_by close_descriptors.1.dump lose_block)"
    same "lost in the end" 2 "$(leaked_by close_descriptors.2.dump lose_block)"
}

run_tests
