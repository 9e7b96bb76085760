#!/usr/bin/env bash
# Dumps of programs that have little left: no privileges, no /proc, no view of the whole system. Where
# a dump can be made it is; else one log line says why, no file is left, and the program runs on.
# shellcheck disable=SC2016,SC2317 # what a shell in there expands; a function called from the library
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/confined.sh"

# ---- privileges ---------------------------------------------------------------------------------

test_privileges_dropped() {
    as_root
    chmod 777 .
    start_at_gate -- "$programs/confined" user $nobody
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    same "asked for by root" "$tmp/confined.2.dump" "$("$caulk" dump "$pid")"
    same "owner" $nobody "$(stat -c %u confined.2.dump)"
    goes_on
}

test_who_may_ask() {
    as_root
    chmod 777 .
    for each in "$build" "$caulk"; do
        as_user $nobody test -x "$each" || skip "$each is out of another user's reach"
    done
    (in_place=1 && as_user $nobody sh -c "exec true") || skip "no other user"
    start_at_gate -- setpriv --reuid $nobody --regid $nobody --clear-groups "$programs/confined"
    same "asked for by its user" "$tmp/confined.1.dump" "$(as_user $nobody "$caulk" dump "$pid")"
    exits 2 as_user 1234 "$caulk" dump "$pid" 2>refused
    contains refused "^caulk: $pid: .*another user's"
    exits 2 as_user 1234 "$caulk" dump --dry-run "$pid" 2>refused
    contains refused "^caulk: $pid: .*another user's"
    is_dumped confined.1.dump
    goes_on
}

test_not_dumpable() {
    start_at_gate -- "$programs/confined" undumpable
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    goes_on
}

test_no_new_privileges() {
    start_at_gate -- setpriv --no-new-privs "$programs/confined"
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    goes_on
}

test_changed_root_without_proc() {
    as_root
    mkdir -p "inner$tmp"
    start_at_gate -- "$programs/confined" chroot "$tmp/inner" user 0
    kill -USR1 "$pid"
    wait_until test -e "inner$tmp/confined.1.dump"
    is_dumped "inner$tmp/confined.1.dump"
    same "asked for" "$tmp/inner$tmp/confined.2.dump" "$("$caulk" dump "$pid")"
    goes_on
}

# As dovecot's and others' workers live.
test_changed_root_that_is_empty() {
    as_root
    mkdir empty
    chmod 777 .
    start_at_gate -- "$programs/confined" chroot "$tmp/empty" user 65534
    kill -USR1 "$pid"
    wait_until test -e confined.1.dump
    is_dumped confined.1.dump
    same "asked for" "$tmp/confined.2.dump" "$("$caulk" dump "$pid")"
    "$caulk" doctor "$pid" >said || true
    contains said "ok    folder"
    goes_on
}

# close_range, renameat2, madvise's later advice, pidfd_open, pidfd_send_signal and copy_file_range are
# younger than some kernels.
test_an_old_kernel() {
    local missing=38 unknown=22 # ENOSYS, EINVAL
    start_at_gate -- "$programs/confined" without 436 $missing without 316 $missing \
        without 28 $unknown exec "$programs/confined" thread
    exits 0 "$programs/confined" without 434 $missing without 424 $missing without 326 $missing \
        without 316 $missing exec "$caulk" dump "$pid" -o copy.dump
    is_dumped confined.1.dump
    is_dumped copy.dump
    same "descriptors left" "" "$(find "/proc/$pid/fd" -lname '*confined*dump*')"
    goes_on
}

refused=1 # EPERM

starts_without() { # CALL
    rm -f gate log ./*.dump
    start_at_gate -- "$programs/confined" thread without "$1" $refused
}

# What a container's filter may answer with EPERM: the dump does without, or says what is missing.
test_calls_that_a_dump_does_without() {
    local call
    # pread64, madvise, mincore, fsync, wait4, fchmod, setpriority, futex, sched_getaffinity, ioprio_set,
    # newfstatat, process_vm_readv, renameat2, close_range
    for call in 17 28 27 74 61 91 141 202 204 251 262 310 316 436; do
        starts_without $call
        signal_dump confined.1.dump
        is_dumped confined.1.dump
        goes_on
        same "log without call $call" "1 wrote" "$(wc -l <log) $(grep -o 'wrote' log)"
        same "left behind without call $call" "" "$(find . -name '.*.tmp')"
    done
}

# poll, fstat
test_a_filter_that_only_the_log_would_run_into() {
    local filter
    for filter in "without 7 $refused" "without 5 $refused" 'killed_for 7' 'killed_for 5'; do
        rm -f gate log ./*.dump
        # shellcheck disable=SC2086
        start_at_gate -- "$programs/confined" $filter
        signal_dump confined.1.dump
        is_dumped confined.1.dump
        goes_on
        same "log of $filter" "1 wrote" "$(wc -l <log) $(grep -o 'wrote' log)"
    done
}

dump_is_warned_of() { # CALL WARNING
    starts_without "$1"
    signal_dump confined.1.dump
    same "lost" 5000 "$(leaked_by confined.1.dump lose_block)"
    same "warnings without call $1" "$2" "$(figure confined.1.dump '.warnings[].code')"
    same "threads without call $1" 2 "$("$caulk" info --json confined.1.dump | jq '.threads | length')"
    goes_on
}

test_calls_without_which_a_dump_is_not_whole() {
    dump_is_warned_of 0 partial_roots     # read
    dump_is_warned_of 217 partial_roots   # getdents64
    dump_is_warned_of 297 unparked_threads # rt_tgsigqueueinfo
}

dump_is_refused_without() { # CALL REASON
    starts_without "$1"
    is_refused "$2: Operation not permitted"
}

test_calls_that_a_dump_needs() {
    dump_is_refused_without 56 clone
    dump_is_refused_without 257 open        # openat
    dump_is_refused_without 13 signals      # rt_sigaction
    dump_is_refused_without 14 signals      # rt_sigprocmask
    dump_is_refused_without 18 write        # pwrite64
}

# The child's end is told by a signal, which would come when its handler may not return any more. The lines
# that the filter leaves say so; the program survives whatever is sent to it.
test_a_filter_that_comes_while_a_dump_is_written() {
    local filter
    # rt_sigreturn; rt_sigaction and process_vm_readv; wait4; clone
    for filter in 'killed_for 15' 'killed_for 13 killed_for 310' 'killed_for 61' 'killed_for 56'; do
        rm -f gate log ./*.dump
        # shellcheck disable=SC2086
        start_at_gate -- "$programs/confined" gate $filter
        hold_dump "$pid"
        open_gate
        await_gate 2
        contains log "no dump: a seccomp filter of the program's forbids it$"
        contains log "the program's seccomp filter ends it for .*: no dumps from now on$"
        kill -USR1 "$pid"
        exits 2 "$caulk" dump "$pid" 2>refused
        contains refused "(seccomp: .* would end the process|takes no requests)"
        open_gate
        await_gate 3
        open_gate
        exits 0 wait "$pid"
        same "left behind" "" "$(find . -name '.*.tmp')"
    done
}

# ---- namespaces -----------------------------------------------------------------------------------

in_namespaces() { # UNSHARE_OPTIONS… -- COMMAND…: $pid is the program in there
    local options=()
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    unshare "${options[@]}" true 2>/dev/null || skip "no namespaces can be made"
    start_at_gate log=stderr -- unshare "${options[@]}" "$@" 2>log
    local child
    read -r child _ <"/proc/$pid/task/$pid/children" || true
    pid=${child:-$pid}
}

# As with systemd's PrivateTmp: the file is fetched through the process's own root.
test_mounts_of_its_own() {
    as_root
    in_namespaces -m -- sh -c 'mount -t tmpfs none /mnt && CAULK_OPTIONS=dump=/mnt/%n.dump exec "$0"' "$programs/confined"
    same "asked for" "/proc/$pid/root/mnt/1.dump" "$("$caulk" dump "$pid")"
    exits 0 "$caulk" dump "$pid" -o copy.dump
    is_dumped copy.dump
    exits 0 "$caulk" dump "$pid" -o - >piped.dump
    cmp piped.dump "/proc/$pid/root/mnt/3.dump"
    exits 0 "$caulk" dump --dry-run --json "$pid" >foretold
    jq -e ".file.folder == \"/proc/$pid/root/mnt\"" foretold
    [ ! -e /mnt/1.dump ] || fail "it is in our /mnt"
}

test_a_user_namespace() {
    in_namespaces -r -- "$programs/confined"
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    exits 0 "$caulk" dump "$pid" >path
    goes_on
}

# Ended with its first process, the namespace takes everything along.
test_first_process_of_its_namespace() {
    as_root
    in_namespaces -p --fork -- "$programs/no_trace"
    kill -USR1 "$pid"
    wait_until test -e no_trace.1.dump
    same "process" 1 "$(figure no_trace.1.dump .dump.pid)"
    exits 0 "$caulk" dump "$pid" >path
    open_gate
    await_gate 2
    open_gate
    wait_until grep -q '^any child -1' out
    same "SIGCHLD" 3 "$(grep -c 'SIGCHLD came 0 times' out)"
}

# Where it makes the first child of the namespace, that must not be the dump's.
test_a_namespace_for_children() {
    as_root
    unshare -p true 2>/dev/null || skip "no namespaces can be made"
    start_at_gate -- "$programs/confined" child_namespace
    is_refused 'the first of a PID namespace'
}

# The static caulk-dump in a root that has nothing but itself and /proc.
test_command_line_without_anything() {
    as_root
    [ -x "$build/caulk-dump" ] || skip "no static libraries to build it with"
    unshare -m true 2>/dev/null || skip "no namespaces can be made"
    start_at_gate -- "$programs/confined"
    mkdir -p bare/proc
    cp "$build/caulk-dump" bare
    in_bare() {
        unshare -m sh -c 'mount --bind /proc bare/proc && exec chroot bare /caulk-dump "$@"' sh "$@"
    }
    same "asked for" "/proc/$pid/root$tmp/confined.1.dump" "$(in_bare "$pid")"
    exits 0 in_bare "$pid" -o - >piped.dump
    cmp piped.dump confined.2.dump
    exits 0 in_bare --dry-run --json "$pid" >foretold
    jq -e '.file.bytes > 0' foretold
    exits 2 in_bare $$ 2>refused
    contains refused "^caulk: $$: not tracked"
    is_dumped confined.1.dump
    goes_on
}

# ---- traced, stopped ------------------------------------------------------------------------------------

test_under_strace() {
    command -v strace >/dev/null || skip "no strace"
    start_at_gate -- "$programs/confined"
    strace -f -o trace -p "$pid" 2>strace_says &
    own_pids+=($!)
    wait_until grep -q attached strace_says
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    goes_on
}

test_under_gdb() {
    command -v gdb >/dev/null || skip "no gdb"
    open_gate_fifo
    start_tracked -- gdb -q -batch -ex 'handle SIGUSR1 SIG32 nostop noprint pass' -ex run \
        -ex 'print $_exitcode' "$programs/confined" <gate >out 2>&1 9>&-
    await_gate 1
    pid=$(pgrep -P "$pid" -x confined)
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    open_gate
    await_gate 2
    open_gate
    wait_until grep -q '^\$1 = 0' out
}

test_stopped_and_continued() {
    start_at_gate -- "$programs/confined"
    kill -STOP "$pid"
    wait_until grep -q '^State:.*stopped' "/proc/$pid/status"
    kill -USR1 "$pid"
    kill -CONT "$pid"
    wait_until test -e confined.1.dump
    is_dumped confined.1.dump
    goes_on
}

# As with systemd's SystemCallFilter=@system-service, which lacks mincore: a program without shared memory has no need
# of it, and of one that has some the analysis says that it was not seen.
test_an_inherited_filter_that_kills_for_mincore() {
    local mincore=27
    start_at_gate -- "$programs/confined" killed_for $mincore exec "$programs/confined"
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    goes_on
}

test_shared_memory_that_may_not_be_asked_about() {
    local mincore=27 filter
    for filter in "without $mincore $refused" "killed_for $mincore"; do
        rm -f gate log ./*.dump
        # shellcheck disable=SC2086
        start_at_gate -- "$programs/confined" shared $filter
        signal_dump confined.1.dump
        same "warnings" partial_roots "$(figure confined.1.dump '.warnings[].code')"
        goes_on
    done
}

run_tests
