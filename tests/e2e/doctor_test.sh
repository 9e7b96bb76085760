#!/usr/bin/env bash
# What caulk doctor says of real processes, and that what it advises helps.
# shellcheck disable=SC2016,SC2034,SC2317 # what a shell in there expands; variables and functions of the library
. "$(dirname "$0")/lib.sh"

nobody=65534

as_root() {
    [ "$(id -u)" = 0 ] || skip "only root can do that"
}

as_user() { # NUMBER COMMAND…
    local user=$1
    shift
    setpriv --reuid "$user" --regid "$user" --clear-groups "$@"
}

# Starts a program at its gate without the tracker; the process is $pid.
start_bare() { # COMMAND…
    rm -f gate out
    open_gate_fifo
    "$@" <gate >out 9>&- &
    pid=$!
    own_pids+=("$pid")
    await_gate 1
}

# Both forms say the same; the text's lines stand worst first.
diagnosed() { # STATUS [PID]
    exits "$1" "$caulk" doctor --json "${@:2}" >json
    exits "$1" "$caulk" doctor "${@:2}" >text
    same "schema" caulk.doctor/1 "$(jq -r .schema json)"
    same "findings" "$(jq -r '.findings[] | .level' json)" "$(grep -oE '^(bad|warn|ok)\b' text)"
    same "order" "$(jq -r '.findings[] | .level' json)" \
        "$(jq -r '.findings | map(.level) | (map(select(. == "bad")) + map(select(. == "warn")) +
           map(select(. == "ok")))[]' json)"
}

finds() { # LEVEL ABOUT REGEX [ADVICE]
    jq -e --arg level "$1" --arg about "$2" --arg regex "$3" --arg advice "${4:-}" \
        '.findings[] | select(.level == $level and .about == $about and (.text | test($regex)) and
         ($advice == "" or ((.advice // "") | test($advice))))' json >/dev/null ||
        fail "no $1 $2 like '$3' ${4:+with advice like '$4'}: $(cat text)"
}

finds_nothing() { # LEVEL
    same "$1" "" "$(jq -r --arg level "$1" '.findings[] | select(.level == $level) | .text' json)"
}

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

test_a_changed_root() {
    as_root
    mkdir inner
    start_at_gate -- "$programs/confined" chroot "$tmp/inner"
    diagnosed 1 "$pid"
    finds bad folder "dumps go to $tmp, but there is no /tmp"
    mkdir -p "inner$tmp"
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

test_a_seccomp_filter() {
    start_at_gate -- "$programs/confined" without 436 1
    diagnosed 0 "$pid"
    finds warn seccomp "a filter is in force"
}

# ---- not tracked --------------------------------------------------------------------------------

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
    library=$(ldconfig -p | grep -oE "/[^ ]*/$1\.so\.[0-9]+" | head -n 1)
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

test_a_service_of_systemd_s() {
    as_root
    local groups=/sys/fs/cgroup
    [ -e $groups/cgroup.procs ] || groups=/sys/fs/cgroup/systemd
    mkdir "$groups/caulk-e2e.$BASHPID.service" 2>/dev/null || skip "no control group can be made"
    own_groups+=("$groups/caulk-e2e.$BASHPID.service")
    start_bare sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "${own_groups[0]}" "$programs/confined"
    diagnosed 1 "$pid"
    unit=caulk-e2e.$BASHPID.service
    jq -r '.ways[0].command' json >restart
    contains restart "^mkdir -p '/run/systemd/system/$unit\.d' && printf .* && systemctl daemon-reload"
    contains restart "systemctl restart '$unit'\$"
    # What it would write is what systemd reads.
    sed "s|/run/systemd/system|$tmp|g; s|systemctl|true|g" restart | sh
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
        mkdir -p usr old ".$1" var/tmp
        ln -s usr/lib lib
        ln -s usr/lib64 lib64
        mount --rbind /usr usr
        mount --bind "$1" ".$1"
        pivot_root . old
        cd /
        exec "$1/confined"' sh "$programs"
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
