#!/usr/bin/env bash
# Why processes are not tracked, as caulk doctor says it, and that what it advises helps.
# shellcheck disable=SC2016,SC2034 # what a shell in there expands; variables of the library
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/doctor_checks.sh"

# ---- nothing can be preloaded, or nothing was ---------------------------------------------------

test_a_static_program() {
    start_bare "$programs/static_program" gate
    diagnosed 1 "$pid"
    finds bad program '^static: ' "linked dynamically"
    same "no restart" 0 "$(jq '[.ways[] | select(.command | test("caulk run"))] | length' json)"
}

test_musl() {
    command -v musl-gcc >/dev/null || skip "no musl"
    printf '#include <unistd.h>\nint main(void) { char c; write(1, "ready\\n", 6); return read(0, &c, 1); }\n' >waits.c
    musl-gcc -o waits waits.c
    start_bare ./waits
    diagnosed 1 "$pid"
    finds bad program "^architecture: its loader .*musl.* is not glibc's" Valgrind
    same "no restart" 0 "$(jq '[.ways[] | select(.command | test("caulk run"))] | length' json)"
}

test_nothing_preloaded() {
    start_bare "$programs/confined"
    diagnosed 1 "$pid"
    finds bad tracker "not loaded"
    finds bad preload "LD_PRELOAD is not in its environment" "caulk run"
    finds warn signal "SIGUSR1 would end it"
}

test_an_empty_environment() {
    start_bare env -i "$programs/confined"
    diagnosed 1 "$pid"
    finds bad preload "its environment is empty"
}

test_options_without_a_library() {
    CAULK_OPTIONS=depth=8 start_bare "$programs/confined"
    diagnosed 1 "$pid"
    finds bad preload "CAULK_OPTIONS is in its environment, but LD_PRELOAD is not"
}

test_an_environment_that_was_cleared_on_the_way() {
    start_at_gate -- sh -c '"$@"; :' sh env -u LD_PRELOAD "$programs/confined"
    child=$(pgrep -P "$pid")
    diagnosed 1 "$child"
    finds bad preload "pid $pid, has LD_PRELOAD, but .*, pid $child, was started without" "behind"
}

test_children_that_are_kept_out() {
    start_at_gate children=no -- sh -c '"$@"; :' sh "$programs/confined"
    child=$(pgrep -P "$pid")
    diagnosed 1 "$child"
    finds bad preload "pid $pid, is tracked with children=no"
}

test_a_library_that_is_not_there() {
    tracker=$tmp/away/libcaulk.so
    start_at_gate -- "$programs/confined" 2>/dev/null
    diagnosed 1 "$pid"
    finds bad preload "but there is no $tmp/away where it runs"
}

test_a_library_that_its_user_may_not_read() {
    as_root
    mkdir closed
    chmod 711 .
    cp "$tracker" closed/libcaulk.so
    chmod 700 closed
    tracker=$tmp/closed/libcaulk.so
    start_at_gate -- setpriv --reuid $nobody --regid $nobody --clear-groups "$programs/confined" \
        2>/dev/null
    diagnosed 1 "$pid"
    finds bad preload "user $nobody may not enter $tmp/closed" "chmod a\+x $tmp/closed"
}

# Where nothing else is wrong with the program, the kernel's word to its loader decides.
test_a_setuid_program() {
    as_root
    chmod 711 .
    cp "$programs/confined" raised
    chmod 4755 raised
    as_user $nobody test -x "$tmp/raised" || skip "the folder is out of another user's reach"
    start_at_gate -- setpriv --reuid $nobody --regid $nobody --clear-groups "$tmp/raised"
    [ "$(awk '/^Uid:/ { print $3 }' "/proc/$pid/status")" = 0 ] || skip "mounted nosuid"
    diagnosed 1 "$pid"
    finds bad program '^secure: '
}

test_another_user_asks() {
    as_root
    as_user $nobody test -x "$caulk" || skip "$caulk is out of another user's reach"
    start_at_gate -- "$programs/confined"
    exits 1 as_user $nobody "$caulk" doctor "$pid" >text
    contains text "^bad +tracker +whether it is tracked can't be seen"
}

# ---- beside others ------------------------------------------------------------------------------

find_library() { # NAME
    library=$(ldconfig -p | grep -F "(libc6,x86-64)" | grep -oE "/[^ ]*/$1\.so\.[0-9]+" | head -n 1)
    [ -n "$library" ] || skip "no $1"
}

test_jemalloc_behind_the_tracker() {
    find_library libjemalloc
    library=$(realpath "$library")
    tracker+=":$library"
    start_at_gate -- "$programs/confined"
    diagnosed 0 "$pid"
    finds ok allocator "^jemalloc is its allocator"
    start_bare env LD_PRELOAD="$library" "$programs/confined"
    diagnosed 1 "$pid"
    same "a core for chap" 0 "$(jq '[.ways[] | select(.command | test("chap"))] | length' json)"
    jq -e --arg object "-O $library" '.ways[] | select(.command | contains($object))' json >/dev/null ||
        fail "$(cat text)"
}

test_jemalloc_before_the_tracker() {
    find_library libjemalloc
    tracker=$library:$tracker
    start_at_gate -- "$programs/confined"
    diagnosed 1 "$pid"
    finds bad allocator "stands before libcaulk.so in LD_PRELOAD" "libcaulk.so first"
}

test_a_sanitizer() {
    find_library libasan
    start_bare env ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD="$library" "$programs/confined"
    diagnosed 1 "$pid"
    finds bad allocator "^AddressSanitizer is built in"
}

# ---- what can still be done ---------------------------------------------------------------------

# The command that is given starts the same program again, with the same words, tracked.
test_the_restart_works() {
    local command first word
    word="it's \"a\" \$(word)"
    printf -v first 'two\nlines'
    start_bare "$programs/confined" "$first" "$word" ''
    diagnosed 1 "$pid"
    command=$(jq -r '.ways[0].command' json)
    rm gate out
    open_gate_fifo
    PATH=$(dirname "$caulk"):$PATH CAULK_OPTIONS="dump=$tmp/%e.%n.dump" \
        bash -c "${command/&& caulk/"&& exec caulk"}" <gate >out 9>&- &
    pid=$!
    own_pids+=("$pid")
    await_gate 1
    same "arguments" "$(printf '%s\n' "$programs/confined" "$first" "$word" '' | od -c)" \
        "$(tr '\0' '\n' <"/proc/$pid/cmdline" | od -c)"
    diagnosed 0 "$pid"
}

# Whoever may make control groups chooses their names.
test_a_service_of_systemd_s() {
    as_root
    local groups=/sys/fs/cgroup unit="caulk-e2e.$BASHPID it's \$(unit).service"
    [ -e $groups/cgroup.procs ] || groups=/sys/fs/cgroup/systemd
    mkdir "$groups/$unit" 2>/dev/null || skip "no control group can be made"
    own_groups+=("$groups/$unit")
    start_bare sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$groups/$unit" "$programs/confined"
    diagnosed 1 "$pid"
    jq -r '.ways[0].command' json >restart
    contains restart '^mkdir -p /run/systemd/system/.* && systemctl daemon-reload && systemctl restart '
    # What it writes is what systemd reads.
    sed "s|/run/systemd/system|$tmp|g; s|systemctl|echo|g" restart | sh >said
    same "units" "restart $unit" "$(tail -n 1 said)"
    same "drop-in" "[Service]
Environment=LD_PRELOAD=$tracker" "$(cat "$unit.d/caulk.conf")"
}

# A root of its own beside mounts of its own is a container's; its files are seen through it.
test_a_container() {
    as_root
    unshare -m true || skip "no mount namespaces here"
    mkdir root
    start_bare unshare -m sh -ec 'mount -t tmpfs none root
        cd root
        mkdir -p usr old programs var/tmp
        ln -s usr/lib lib
        ln -s usr/lib64 lib64
        mount --rbind /usr usr
        mount --bind "$1" programs
        pivot_root . old
        cd /
        exec /programs/confined' sh "$programs"
    diagnosed 1 "$pid"
    jq -e '.ways[0].command | startswith("docker run -v ")' json >/dev/null || fail "$(cat text)"
    finds ok symbols "confined has names and lines"
    finds bad folder "dumps go to /tmp, but there is no /tmp in its own file system" ||
        fail "$(cat text)"
    jq -e --arg object "-O /proc/$pid/root/usr/lib/" '.ways[] | select(.command | contains($object))' \
        json >/dev/null || fail "$(cat text)"
}

test_a_core_can_be_taken() {
    start_bare "$programs/confined"
    diagnosed 1 "$pid"
    jq -e --arg command "gcore -o /var/tmp/confined $pid " \
        '.ways[] | select(.command | startswith($command))' json >/dev/null || fail "$(cat text)"
    jq -e --arg command "-p $pid -O $(realpath "$(ldconfig -p |
        sed -n 's/.*libc\.so\.6 (libc6,x86-64) => //p' | head -n 1)")" \
        '.ways[] | select(.command | contains($command))' json >/dev/null || fail "$(cat text)"
}

# What is printed up to chap, which Debian has not; another folder takes the core.
test_a_core_is_taken() {
    command -v gcore >/dev/null || skip "no gcore"
    start_bare "$programs/confined"
    diagnosed 1 "$pid"
    jq -r '.ways[].command | select(contains("gcore")) | sub(" && .*"; "")' json | sed "s|/var/tmp|$tmp|" >take_core
    bash -e take_core >/dev/null 2>&1 || skip "gcore is not allowed: $(cat take_core)"
    readelf -h "confined.$pid" >header
    contains header 'Type: +CORE'
}

test_bpf_compiles_with_headers() {
    start_bare "$programs/confined"
    diagnosed 1 "$pid"
    if [ -e "/lib/modules/$(uname -r)/build" ] || [ -e /sys/kernel/kheaders.tar.xz ]; then
        lacks text 'linux-headers'
    else
        contains text "apt install linux-headers-$(uname -r)"
    fi
}

run_tests
