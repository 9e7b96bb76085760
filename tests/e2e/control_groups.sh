# What the tests of control groups' limits share.
# shellcheck shell=bash disable=SC2154

# A group of our own for a controller, $group; its folder goes with the test.
make_group() { # CONTROLLER
    local unified=/sys/fs/cgroup
    if grep -qw "$1" $unified/cgroup.subtree_control 2>/dev/null; then
        group=$unified/caulk-e2e.$BASHPID
    else
        group=/sys/fs/cgroup/$1$(sed -n "s/^[0-9]*:\([^:]*,\)\?$1\(,[^:]*\)\?://p" /proc/self/cgroup)
        group=${group%/}/caulk-e2e.$BASHPID
    fi
    mkdir "$group" 2>/dev/null || skip "no control group for $1 can be made"
    own_groups+=("$group")
}

first_of() { # FILE…: the first one that is there, in the group
    local file
    for file; do
        [ ! -e "$group/$file" ] || break
    done
    echo "$group/$file"
}

start_in_group() { # COMMAND…
    # shellcheck disable=SC2016
    start_at_gate -- sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}

leave_room() { # MIB: beside what is in use now
    local used
    used=$(cat "$(first_of memory.current memory.usage_in_bytes)")
    echo $((used + ($1 << 20))) >"$(first_of memory.max memory.limit_in_bytes)"
}

kills() {
    awk '$1 == "oom_kill" { print $2 }' "$(first_of memory.events memory.oom_control)"
}
