#!/usr/bin/env bash
# What caulk doctor says of the machine and of processes that are tracked, and that what it advises helps.
# shellcheck disable=SC2016,SC2034,SC2317 # what a shell in there expands; variables and functions of the library
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/doctor_checks.sh"

# ---- the machine --------------------------------------------------------------------------------

test_the_machine() {
    diagnosed 0
    finds ok tracker "libcaulk\.so, and it loads"
    finds ok libc "^glibc 2\."
    finds ok folder "/tmp.* free"
    finds ok pictures "Graphviz renders them"
    same "no process" "null null" "$(jq -r '"\(.pid) \(.program)"' json)"
}

test_an_installation_without_a_tracker() {
    mkdir bin
    cp "$caulk" bin/caulk
    caulk=$tmp/bin/caulk
    diagnosed 1
    finds bad tracker "libcaulk\.so is not beside"
    echo "no library" >bin/libcaulk.so
    diagnosed 1
    finds bad tracker "can't be loaded: .*cannot be preloaded"
}

# ---- tracked ------------------------------------------------------------------------------------

test_all_is_well() {
    start_at_gate -- "$programs/confined"
    diagnosed 0 "$pid"
    finds ok tracker "^on: .* live in 5,0.. blocks, 0 dumps made"
    finds ok signal "SIGUSR1 asks"
    finds ok folder "dumps go to $tmp: user $(id -u) may write there"
    finds ok memory "a dump takes"
    finds ok symbols "confined has names and lines"
    same "ways" 0 "$(jq '.ways | length' json)"
    signal_dump confined.1.dump
    diagnosed 0 "$pid"
    finds ok tracker "1 dump made"
}

test_a_signal_that_the_program_takes() {
    start_at_gate -- "$programs/own_handler"
    diagnosed 0 "$pid"
    finds warn signal "handles SIGUSR1 itself" "caulk dump $pid"
    open_gate
    await_gate 2
    diagnosed 0 "$pid"
    finds ok signal "SIGUSR1 asks"
}

test_signals_that_are_ignored_or_waited_for() {
    for how in ignore sigwait; do
        rm -f gate
        start_at_gate -- "$programs/takes_signal" $how
        wait_until sleeps "$pid"
        diagnosed 0 "$pid"
        finds warn signal "$([ $how = ignore ] && echo ignores || echo "waits for") SIGUSR1"
    done
}

# Blocking keeps no dump away, and is no finding.
test_all_signals_blocked() {
    start_at_gate -- "$programs/blocked_signals"
    diagnosed 0 "$pid"
    finds ok signal "SIGUSR1 asks"
    signal_dump blocked_signals.1.dump
}

test_no_signal() {
    start_at_gate signal=none -- "$programs/confined"
    diagnosed 0 "$pid"
    finds ok signal "signal=none" "caulk dump $pid"
}

test_a_stopped_process() {
    start_at_gate -- "$programs/confined"
    kill -STOP "$pid"
    wait_until is_stopped_or_gone "$pid"
    diagnosed 1 "$pid"
    finds bad process "stopped" "kill -CONT $pid"
    same "still stopped" T "$(awk '/^State:/ { print $2 }' "/proc/$pid/status")"
}

test_tracking_switched_off() {
    rm -f gate out
    open_gate_fifo
    env REFUSE_FROM=1 CAULK_OPTIONS="log=$tmp/log" \
        LD_PRELOAD="$build/fault/refuse_maps.so:$tracker" "$programs/confined" <gate >out 9>&- &
    pid=$!
    own_pids+=("$pid")
    await_gate 1
    diagnosed 1 "$pid"
    finds bad tracker "switched itself off: no memory for the tracker's tables" "restart"
}

# ---- where dumps go -----------------------------------------------------------------------------

test_a_folder_that_is_not_there() {
    start_at_gate "dump=$tmp/away/%p.dump" -- "$programs/confined"
    diagnosed 1 "$pid"
    finds bad folder "dumps go to $tmp/away, but there is no $tmp/away"
    mkdir away
    diagnosed 0 "$pid"
    finds ok folder "dumps go to $tmp/away"
}

# Daemons make room for a longer title where their environment was.
test_a_folder_that_the_environment_no_longer_tells() {
    mkdir elsewhere
    start_at_gate "dump=$tmp/elsewhere/%p.dump" -- \
        perl -e '$| = 1; $0 = "x" x 4000; print "ready\n"; <STDIN>'
    lacks <(tr '\0' '\n' <"/proc/$pid/environ") CAULK_OPTIONS
    diagnosed 0 "$pid"
    finds ok folder "dumps go to $tmp/elsewhere"
    contains <("$caulk" dump --dry-run "$pid") "in .*$tmp/elsewhere"
}

test_a_folder_that_its_user_may_not_write_to() {
    as_root
    chmod 755 .
    mkdir closed
    start_at_gate "dump=$tmp/closed/%p.dump" -- "$programs/confined" user $nobody
    diagnosed 1 "$pid"
    finds bad folder "but user $nobody may not write to $tmp/closed" "owner or mode"
    exits 2 "$caulk" dump "$pid" 2>refused
    contains refused "Permission denied"
    chown $nobody closed
    diagnosed 0 "$pid"
    exits 0 "$caulk" dump "$pid"
    chmod 700 .
    diagnosed 1 "$pid"
    finds bad folder "but user $nobody may not enter $tmp\$"
}

# Into a folder that is empty: dumps go where they would have gone before, if there is such a place.
test_a_changed_root() {
    as_root
    mkdir inner
    start_at_gate -- "$programs/confined" chroot "$tmp/inner"
    diagnosed 0 "$pid"
    finds ok folder "dumps go to $tmp"
    exits 0 "$caulk" dump "$pid"
    rm -f gate log
    start_at_gate "dump=$tmp/gone/%p.dump" -- "$programs/confined" chroot "$tmp/inner"
    diagnosed 1 "$pid"
    finds bad folder "dumps go to $tmp/gone, but there is no /tmp"
    mkdir -p "inner$tmp/gone"
    diagnosed 0 "$pid"
    exits 0 "$caulk" dump "$pid"
}

# Its links lead where the process sees them lead.
test_a_link_in_a_changed_root() {
    as_root
    mkdir -p inner/real
    ln -s /real inner/link
    start_at_gate dump=/link/%p.dump -- "$programs/confined" chroot "$tmp/inner"
    diagnosed 0 "$pid"
    finds ok folder "dumps go to /link"
    rmdir inner/real
    diagnosed 1 "$pid"
    finds bad folder "there is no /link"
}

test_a_read_only_file_system() {
    as_root
    mkdir read_only
    unshare -m true || skip "no mount namespaces here"
    start_at_gate "dump=$tmp/read_only/%p.dump" -- unshare -m sh -c \
        'mount --bind -o ro read_only read_only && exec "$1"' sh "$programs/confined"
    diagnosed 1 "$pid"
    finds bad folder "which is read-only for it"
}

test_a_file_larger_than_allowed() {
    start_at_gate -- "$programs/confined" limit fsize 4096
    diagnosed 1 "$pid"
    finds bad folder "files of 4 KiB only"
}

test_no_process_more_allowed() {
    as_root
    chmod 777 .
    start_at_gate -- "$programs/confined" limit nproc 2 user 4711
    diagnosed 0 "$pid"
    signal_dump confined.1.dump
    as_user 4711 prlimit --pid "$pid" --nproc=1
    diagnosed 1 "$pid"
    finds bad processes "user 4711 may have 1 .RLIMIT_NPROC., and has 1" "prlimit --pid $pid --nproc"
}

test_processes_of_root_are_not_counted() {
    as_root
    start_at_gate -- "$programs/confined" limit nproc 0
    diagnosed 0 "$pid"
    signal_dump confined.1.dump
}

test_a_seccomp_filter() {
    start_at_gate -- "$programs/confined" without 436 1
    diagnosed 0 "$pid"
    finds warn seccomp "a filter is in force"
}

# ---- what it is not -----------------------------------------------------------------------------

test_no_such_process() {
    exits 2 "$caulk" doctor 999999999 2>refused
    one_line refused '^caulk: 999999999: no such process'
    exits 2 "$caulk" doctor 1 2 2>refused
    one_line refused '^caulk: doctor: one PID'
}

test_what_has_no_memory() {
    as_root
    (exec true) &
    wait_until is_gone $!
    if grep -q '^PPid:[[:space:]]*2$' /proc/3/status 2>/dev/null; then
        diagnosed 1 3
        finds bad tracker "a thread of the kernel"
    fi
}

# Neither signals nor tracing; and processes are read only.
test_it_only_looks() {
    command -v strace >/dev/null || skip "no strace"
    start_at_gate -- "$programs/confined"
    strace -f -e trace=kill,tkill,tgkill,rt_sigqueueinfo,pidfd_send_signal,ptrace,process_vm_writev \
        -o calls "$caulk" doctor "$pid" >text
    same "calls" "" "$(grep -vE 'exited with|^[0-9]+ *--- ' calls)"
}

run_tests
