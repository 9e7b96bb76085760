#!/usr/bin/env bash
# The same where something runs out: space, names, descriptors, memory.
# shellcheck disable=SC2016,SC2317 # what a shell in there expands; a function called from the library
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/confined.sh"

# ---- files ------------------------------------------------------------------------------------------

test_read_only_file_system() {
    as_root
    mkdir closed
    unshare -m true 2>/dev/null || skip "no namespaces can be made"
    start_at_gate dump="$tmp/closed/%n.dump" -- \
        unshare -m sh -c 'mount -t tmpfs -o ro none closed && exec "$0"' "$programs/confined"
    is_refused 'closed/1.dump: open: Read-only file system'
}

test_disk_full_in_the_middle() {
    as_root
    unshare -m true 2>/dev/null || skip "no namespaces can be made"
    mkdir small
    start_at_gate dump="$tmp/small/%n.dump" -- \
        unshare -m sh -c 'mount -t tmpfs -o size=16k none small && exec "$0"' "$programs/confined"
    open_gate() { # before the program goes on
        same "left behind" "" "$(ls -A "/proc/$pid/root$tmp/small")"
        echo >&9
    }
    is_refused 'small/1.dump: .*: No space left on device'
}

test_folder_that_is_gone() {
    start_at_gate dump="%n.dump" -- "$programs/confined" leave_folder
    is_refused 'No such file or directory'
}

# Neither over an existing file nor through a link, and %n goes on.
test_names_that_are_taken() {
    start_at_gate -- "$programs/confined"
    ln -s "$tmp/target" confined.1.dump
    mkdir confined.2.dump
    echo mine >confined.3.dump
    signal_dump confined.4.dump
    is_dumped confined.4.dump
    same "the file" mine "$(cat confined.3.dump)"
    [ ! -e target ] || fail "a link was followed"
    goes_on
}

test_a_taken_name_without_number() {
    ln -s "$tmp/target" taken
    start_at_gate dump="$tmp/taken" -- "$programs/confined"
    is_refused 'taken: open: File exists'
    [ ! -e target ] || fail "a link was followed"
}

# ---- limits -------------------------------------------------------------------------------------------

test_file_size_limit() {
    start_at_gate -- "$programs/confined" limit fsize 8192
    is_refused 'confined.1.dump: .*: File too large'
}

test_process_limit() {
    as_root
    chmod 777 .
    start_at_gate log=stderr -- "$programs/confined" limit nproc 0 user 4711 2>log
    is_refused 'clone: Resource temporarily unavailable'
}

test_descriptor_limit() {
    start_at_gate log=stderr -- "$programs/confined" limit nofile 5 2>log
    signal_dump confined.1.dump
    is_dumped confined.1.dump
    goes_on
}

# Not even a page for the dump's outcome: who asks needs not wait for an answer.
test_no_address_space_at_all() {
    start_at_gate -- "$programs/confined"
    prlimit --pid "$pid" --as=4096
    is_refused 'mmap: Cannot allocate memory'
}

# No signal of a queue arrives; the child is buried all the same.
test_no_signals_may_be_queued() {
    start_at_gate -- "$programs/confined" limit sigpending 0
    for i in 1 2; do
        signal_dump confined.$i.dump
        wait_until has_no_children
        is_dumped confined.$i.dump
    done
    goes_on
}

run_tests
