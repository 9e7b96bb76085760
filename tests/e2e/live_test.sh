#!/usr/bin/env bash
# Programs while they run: caulk run, caulk ps, caulk dump.
. "$(dirname "$0")/lib.sh"

# ---- ps ---------------------------------------------------------------------------------------

process() { # JQ_FILTER: of $pid, as ps has it
    "$caulk" ps --json | jq -r ".processes[] | select(.pid == $pid) | $1"
}

# It counts a dump when the process that wrote it has ended, which is after the file has its name.
has_made() { # NUMBER
    [ "$(process .dumps)" = "$1" ]
}

test_ps() {
    start_at_gate -- "$programs/large_heap"
    same "program" "$programs/large_heap" "$(process .program)"
    same "state" tracked "$(process .state)"
    same "dumps" 0 "$(process .dumps)"
    same "blocks" 300007 "$(process .live.blocks)"
    same "bytes" $((300000 * 64 + 7 * 123)) "$(process .live.bytes)"
    "$caulk" ps >table
    contains table "^ *$pid .* 18.3 MiB +0 +$programs/large_heap\$"
    signal_dump large_heap.1.dump
    wait_until has_made 1
    open_gate
    await_gate 2
    open_gate
    wait_until is_gone "$pid"
    same "after its end" "" "$(process .pid)"
}

# ---- dump -------------------------------------------------------------------------------------

test_dump_waits_until_the_file_is_whole() {
    start_at_gate -- "$programs/large_heap"
    for number in 1 2 3; do
        path=$("$caulk" dump "$pid")
        same "path" "$tmp/large_heap.$number.dump" "$path"
        same "blocks" 300007 "$(figure "$path" .totals.live.blocks)"
    done
    same "path" "$tmp/large_heap.4.dump" "$("$caulk" dump --json "$pid" | jq -r '.dumps[0].path')"
}

# A dump finds what may be given back; the one after it sees that it was. What stays is 17 MB, where the
# block that is kept lies at a region's start.
test_tracker_shrinks_with_the_heap() {
    start_at_gate -- "$programs/shrinking_heap" 256
    signal_dump shrinking_heap.1.dump
    open_gate
    await_gate 2
    signal_dump shrinking_heap.2.dump
    signal_dump shrinking_heap.3.dump
    open_gate
    await_gate 3
    signal_dump shrinking_heap.4.dump
    open_gate
    exits 0 wait "$pid"
    large=$(figure shrinking_heap.1.dump .memory.tracker)
    small=$(figure shrinking_heap.3.dump .memory.tracker)
    ((large > 60000000)) || fail "the tracker takes $large bytes"
    ((small < 20000000)) || fail "the tracker's memory fell from $large to $small bytes only"
    same "kept" 1 "$(figure shrinking_heap.3.dump .totals.reachable.blocks)"
    same "grown again" 21846 "$(figure shrinking_heap.4.dump .totals.reachable.blocks)"
}

test_dump_copies() {
    start_at_gate -- "$programs/large_heap"
    exits 0 "$caulk" dump "$pid" -o copy >printed
    same "printed" copy "$(cat printed)"
    exits 2 "$caulk" dump "$pid" -o copy 2>refused
    one_line refused '^caulk: copy: File exists'
    ln -s nowhere link
    exits 2 "$caulk" dump "$pid" -o link 2>refused
    one_line refused '^caulk: link: File exists'
    same "mode" 600 "$(stat -c %a copy)"
    cmp copy large_heap.1.dump
    exits 0 "$caulk" dump "$pid" -o - >piped
    cmp piped large_heap.2.dump
    exits 0 "$caulk" dump "$pid" -o /dev/null >printed
    [ -c /dev/null ] || fail "the device was replaced"
    exits 2 "$caulk" dump "$pid" -o "$tmp/no/such/folder" 2>refused
    one_line refused 'No such file'
    same "files" 0 "$(find . -name '*copy.*' | wc -l)"
}

# Against the dump that is made then: here each figure is an upper end, and not far off.
test_dry_run_foretells_the_dump() {
    start_at_gate -- "$programs/large_heap"
    exits 0 "$caulk" dump --dry-run --json "$pid" >foretold
    exits 0 "$caulk" dump --dry-run "$pid" >text
    [ ! -e large_heap.1.dump ] || fail "a dump was made"
    signal_dump large_heap.1.dump
    bytes=$(stat -c %s large_heap.1.dump)
    jq -e ".file.bytes >= $bytes and .file.bytes < 10 * $bytes" foretold >/dev/null ||
        fail "$bytes bytes: $(cat foretold)"
    jq -e ".file.folder == \"$tmp\" and .file.free > 0" foretold
    jq -e '.pause_seconds > 0.001 and .pause_seconds < 0.1' foretold
    jq -e '.memory.bytes > 16000000 and .memory.bytes < 30000000 and .memory.free > 0' foretold
    contains text "^file    .* in $tmp \\(free: [0-9.]+ [KMGT]iB\\)\$"
    exits 2 "$caulk" dump --dry-run --tree "$pid" 2>refused
    one_line refused '^caulk: dump: --dry-run'
    exits 2 "$caulk" dump --dry-run $$ 2>refused
    one_line refused "^caulk: $$: not tracked"
}

test_dump_of_the_whole_tree() {
    start_at_gate -- sh -c "'$programs/large_heap'; true"
    exits 0 "$caulk" dump --tree "$pid" >paths
    same "dumps" 2 "$(wc -l <paths)"
    contains paths "/sh\.1\.dump\$|/dash\.1\.dump\$"
    same "blocks" 300007 "$(figure "$(tail -1 paths)" .totals.live.blocks)"
}

test_dump_says_why_not() {
    start_at_gate dump="$tmp/no/such/folder/%n" -- "$programs/large_heap"
    exits 2 "$caulk" dump "$pid" 2>refused
    one_line refused "^caulk: $pid: no dump: $tmp/no/such/folder/1: open: .*"
    kill -STOP "$pid"
    wait_until grep -q '^State:.*stopped' "/proc/$pid/status"
    exits 2 "$caulk" dump "$pid" 2>refused
    one_line refused "^caulk: $pid: it is stopped"
    kill -CONT "$pid"
}

test_dump_of_a_process_that_dies() {
    start_at_gate -- "$programs/large_heap"
    kill -STOP "$pid"
    wait_until grep -q '^State:.*stopped' "/proc/$pid/status"
    kill -KILL "$pid"
    wait_until is_gone "$pid"
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused "^caulk: $pid: "
}

test_untracked_processes_get_no_signal() {
    sleep infinity &
    pid=$!
    own_pids+=("$pid")
    wait_until sleeps "$pid"
    exits 2 "$caulk" dump "$pid" 2>refused
    one_line refused "^caulk: $pid: not tracked"
    ! is_gone "$pid" || fail "it was killed"
}

# ---- run --------------------------------------------------------------------------------------

test_run_becomes_the_program() {
    # shellcheck disable=SC2016
    "$caulk" run -- sh -c 'echo $PPID; [ ! "${CAULK_UNBLOCK-}" ] && kill -0 $$ && echo unset' >out
    same "parent" "$BASHPID" "$(head -1 out)"
    contains out '^unset$'
    same "arguments" '<-x><a b><>' "$("$caulk" run printf '<%s>' -x 'a b' '')"
}

# Sent as soon as the program is executed, the dump signal must neither kill nor be lost.
test_signal_right_after_the_start() {
    poll_seconds=0
    for _ in $(seq 10); do
        rm -f gate ./*.dump
        open_gate_fifo
        "$caulk" run --dump="$tmp/%e.%n.dump" --log=none -- "$programs/large_heap" <gate >out 9>&- &
        pid=$!
        own_pids+=("$pid")
        wait_until is_executing large_heap
        kill -USR1 "$pid"
        wait_until test -e large_heap.1.dump
        await_gate 1
        open_gate
        await_gate 2
        open_gate
        exits 0 wait "$pid"
        exec 9>&-
    done
}

is_executing() { # NAME
    [[ $(readlink "/proc/$pid/exe") == */$1 ]]
}

test_options_given_win() {
    CAULK_OPTIONS="depth=50:log=$tmp/other" "$caulk" run --depth=2 --at_exit=yes \
        --dump="$tmp/with:colon.dump" -- "$samples/lost_tree"
    same "depth" 2 "$("$caulk" info --json with:colon.dump | jq -r '.options' | grep -oE 'depth[^0-9]+[0-9]+' | grep -oE '[0-9]+')"
    contains other 'wrote .*/with:colon\.dump'
}

# The signal's dump has the only name; when that was moved away, it is free again.
test_an_exit_needs_no_second_dump() {
    tracked at_exit=yes dump="$tmp/only.dump" -- "$samples/lost_block"
    one_line log ' wrote .*/only\.dump: '
    rm log only.dump
    start_at_gate at_exit=yes dump="$tmp/only.dump" -- "$programs/large_heap"
    signal_dump only.dump
    mv only.dump first.dump
    open_gate
    await_gate 2
    open_gate
    exits 0 wait "$pid"
    same "dumps" 2 "$(grep -c ' wrote ' log)"
}

test_bad_values_are_refused() {
    for option in --depth=0 --depth=257 --depth=x --stacks=some --interval=0 --interval=5x --signal=KILL \
        --signal=nonsense --at_exit=maybe --memory=high --python=yes --children= --dump=; do
        exits 2 "$caulk" run $option -- true 2>refused
        one_line refused "^caulk: run: ${option%%=*}: '.*' is not "
    done
    exits 0 "$caulk" run --depth=256 --stacks=caller --interval=64K --signal=RTMIN+2 --at_exit=no \
        --memory=low --python=no --children=no --log=none -- true
}

test_scripts_are_followed() {
    printf '#!/bin/sh\nexec "%s"\n' "$samples/lost_block" >script
    printf '#!%s\n' "$programs/static_program" >static_script
    chmod +x script static_script
    "$caulk" run --dump="$tmp/%e.%n.dump" --log=none -- ./script
    same "lost" 1 "$(leaked_by lost_block.1.dump greet)"
    exits 2 "$caulk" run -- ./static_script 2>refused
    one_line refused '^caulk: .*static_program: static: '
}

# A link to it, as Debian's redis-server is; a script; nothing but a descriptor.
test_a_process_is_called_by_what_was_executed() {
    local perl name
    perl=$(command -v perl)
    ln -s "$perl" link
    printf '#!%s\n' "$perl" >script
    chmod +x script
    export CAULK_OPTIONS="dump=$tmp/%e.dump:at_exit=yes:log=none" LD_PRELOAD="$tracker"
    ./link -e ''
    ./script
    perl -e "exec {'/proc/self/fd/3'} 'other', '-e', ''" 3<"$perl"
    unset CAULK_OPTIONS LD_PRELOAD
    for name in link script perl; do
        contains <("$caulk" analyze "$name.dump") "^$name pid "
    done
    "$caulk" info link.dump >started
    contains started '^program   .*/perl, pid '
    contains started '^started   as \./link$'
    lacks <("$caulk" info perl.dump) '^started '
}

test_secure_execution_is_refused() {
    cp "$samples/no_leak" raised
    chown 65534 raised 2>/dev/null || skip "files can't be given away"
    chmod 4755 raised
    exits 2 "$caulk" run -- ./raised 2>refused
    one_line refused '^caulk: .*raised: secure: '
}

# ---- run --fail-on ----------------------------------------------------------------------------

test_fail_on_prints_what_was_found() {
    exits 1 "$caulk" run --log=none --fail-on=definite -- "$programs/exit_status" 0 >out 2>report
    same "standard output" "" "$(cat out)"
    contains report 'lose_block'
    kept=$(sed -n 's/^caulk: \(.*\): kept.*/\1/p' report)
    same "lost" 1 "$(leaked_by "$kept" lose_block)"
    exits 0 "$caulk" run --log=none --fail-on=cycle,possible -- "$programs/exit_status" 0 2>report
    one_line report 'none found'
}

test_fail_on_leaves_the_programs_status() {
    exits 42 "$caulk" run --log=none --fail-on=definite -- "$programs/exit_status" 42 2>report
    contains report 'lose_block'
    exits 137 "$caulk" run --log=none --fail-on=definite -- "$programs/exit_status" kill 2>report
    contains report 'nothing was tracked'
    exits 2 "$caulk" run --fail-on=definite,nonsense -- true 2>refused
    one_line refused 'nonsense'
}

test_fail_on_with_a_place_for_dumps() {
    exits 1 "$caulk" run --log=none --dump="$tmp/%p-%n.dump" --fail-on=definite -- \
        "$programs/exit_status" 0 2>report
    same "dumps" 1 "$(find . -name '*-1.dump' | wc -l)"
}

test_fail_on_passes_signals_on() {
    open_gate_fifo
    "$caulk" run --log=none --fail-on=definite -- "$programs/large_heap" \
        <gate >out 2>report 9>&- &
    pid=$!
    own_pids+=("$pid")
    await_gate 1
    kill -USR1 "$pid"
    wait_until compgen -G "$tmp/caulk-run.*/*.1.dump"
    kill -TERM "$pid"
    exits 143 wait "$pid"
}

run_tests
