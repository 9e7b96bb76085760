#!/usr/bin/env bash
# A service under systemd itself, confined in one way after another, with the recipe that README.md gives: a dump by
# each way of asking, and systemd notices nothing.
# shellcheck disable=SC2154
. "$(dirname "$0")/../e2e/lib.sh"
. "$(dirname "$0")/../e2e/confined.sh"

units=/run/systemd/system
logs=/var/log/caulk

# The lines of the recipe, as they stand there.
recipe() {
    awk '/^Under systemd/ { found = 1 } found && /^```/ { inside++; next } inside == 1' "$root/tests/vm/README.md"
}

# /usr/sbin/relayd as a service, of which the recipe is the drop-in, $pid.
start_service() { # [LINE_OF_THE_UNIT…]
    systemctl stop relayd 2>/dev/null || true # of a test that failed
    cp --remove-destination "$programs/service" /usr/sbin/relayd
    mkdir -p $units/relayd.service.d
    printf '%s\n' '[Service]' ExecStart=/usr/sbin/relayd "$@" >$units/relayd.service
    recipe >$units/relayd.service.d/caulk.conf
    systemctl daemon-reload
    rm -rf $logs /var/log/private/caulk
    systemctl restart relayd || fail "$(systemctl status --no-pager relayd; journalctl -u relayd)"
    wait_until is_tracked
    state_before=$(state)
    pid=$(property MainPID)
}

property() { # NAME
    systemctl show --value -p "$1" relayd
}

state() {
    systemctl show -p MainPID,NRestarts,Result,ActiveState,SubState,InvocationID relayd
}

is_tracked() {
    pid=$(property MainPID)
    "$caulk" ps --json | jq -e ".processes[] | select(.pid == $pid)"
}

service_group() {
    echo "/sys/fs/cgroup$(property ControlGroup)"
}

is_alone() {
    same "processes of the service" "$pid" "$(xargs <"$(service_group)/cgroup.procs")"
}

# systemd's view of it is as it was, and its end too.
ends_undisturbed() {
    same "state" "$state_before" "$(state)"
    wait_until is_alone
    systemctl stop relayd
    same "result" success "$(property Result)"
    [ ! -e /sys/fs/cgroup/system.slice/relayd.service ] || fail "its group is still there"
}

count_dumps() { # N
    [ "$(find $logs/ -name '*.dump' | wc -l)" = "$1" ]
}

is_dumped_in_every_way() {
    exits 0 "$caulk" dump --dry-run "$pid" >/dev/null
    exits 0 caulk dump "$(systemctl show --value -p MainPID relayd)" >path
    is_dumped "$(cat path)"
    exits 0 "$caulk" dump -o fetched "$pid"
    is_dumped fetched
    made=$(find $logs/ -name '*.dump' | wc -l)
    systemctl kill -s USR1 relayd
    wait_until count_dumps $((made + 1))
    for each in "$logs"/*.dump; do
        is_dumped "$each"
    done
}

dumps_under() { # [LINE_OF_THE_UNIT…]
    start_service "$@"
    is_dumped_in_every_way
    ends_undisturbed
}

# As README.md has it: of a writer that has ended already journald does not know the unit.
says() { # REGEX
    journalctl -o cat -t caulk SYSLOG_PID="$pid" >journal
    grep -qE "$1" journal
}

test_the_recipe_alone() {
    dumps_under
    for number in 1 2 3; do
        wait_until says "^wrote $logs/relayd.$pid.$number.dump: [0-9]+ blocks"
    done
}

test_private_tmp() {
    dumps_under PrivateTmp=yes
}

# To /tmp, which is the service's own there.
test_private_tmp_with_the_default_path() {
    start_service PrivateTmp=yes
    sed -i 's/dump=[^:]*:/:/' $units/relayd.service.d/caulk.conf
    systemctl daemon-reload
    systemctl restart relayd
    wait_until is_tracked
    state_before=$(state)
    exits 0 "$caulk" dump "$pid" >path
    contains path "^/proc/$pid/root/tmp/caulk.$pid.1.dump"
    is_dumped "$(cat path)"
    exits 0 "$caulk" dump -o fetched "$pid"
    is_dumped fetched
    ends_undisturbed
}

test_strict_system() {
    dumps_under ProtectSystem=strict ProtectHome=yes PrivateTmp=yes ReadWritePaths=/var/tmp
}

test_dynamic_user() {
    dumps_under DynamicUser=yes
}

test_no_new_privileges() {
    dumps_under User=nobody NoNewPrivileges=yes CapabilityBoundingSet=
}

test_system_calls_that_are_refused() {
    dumps_under SystemCallFilter=@system-service SystemCallErrorNumber=EPERM
}

test_restricted_namespaces() {
    dumps_under RestrictNamespaces=yes RestrictAddressFamilies=AF_UNIX LockPersonality=yes RestrictSUIDSGID=yes
}

test_no_memory_both_written_and_executed() {
    dumps_under MemoryDenyWriteExecute=yes
}

test_limits() {
    dumps_under LimitAS=256M LimitNOFILE=16
}

test_processes_of_others_unseen() {
    dumps_under User=nobody ProtectProc=invisible ProcSubset=pid ProtectKernelTunables=yes ProtectControlGroups=yes
}

test_private_users_devices_network() {
    dumps_under User=nobody PrivateUsers=yes PrivateDevices=yes PrivateNetwork=yes ProtectClock=yes ProtectKernelLogs=yes
}

test_memory_max_and_oom_policy() {
    dumps_under MemoryMax=64M OOMPolicy=stop
}

test_notify_with_a_watchdog() {
    dumps_under Type=notify WatchdogSec=20 NotifyAccess=main
}

# A dump takes a tenth of the group's time, a fifth of a processor's.
test_a_share_of_the_processors() {
    dumps_under CPUQuota=200%
}

test_a_root_of_its_own() {
    mkdir -p /srv/jail/{usr,lib,lib64,etc,tmp,var}
    dumps_under RootDirectory=/srv/jail BindReadOnlyPaths="/usr /lib /lib64 /etc"
}

# A whole dump does not fit under it, and systemd would stop the service with the process that is killed.
test_memory_max_that_is_too_small() {
    start_service MemoryMax=24M OOMPolicy=stop Restart=always
    exits 2 "$caulk" dump "$pid" 2>refused
    one_line refused "^caulk: $pid: no dump: memory: [0-9]+ MiB left of the control group's 24 MiB"
    systemctl kill -s USR1 relayd
    wait_until says '^no dump: memory: '
    count_dumps 0
    ends_undisturbed
}

# What is not in the filter ends the process, as systemd has it unless told otherwise.
test_system_calls_that_kill() {
    dumps_under SystemCallFilter=@system-service
}

run_tests
