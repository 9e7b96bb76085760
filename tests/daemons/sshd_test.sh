#!/usr/bin/env bash
# sshd, executed anew for each connection, its unprivileged half under seccomp, under several ssh.
. "$(dirname "$0")/lib.sh"

with_children=1

prepare() {
    needs /usr/sbin/sshd ssh ssh-keygen
    [ "$(id -u)" = 0 ] || skip "sshd is for root"
    port=$(free_port)
    ssh-keygen -q -t ed25519 -N '' -f host
    ssh-keygen -q -t ed25519 -N '' -f user
    cat >sshd.conf <<CONF
Port $port
ListenAddress 127.0.0.1
HostKey $tmp/host
PidFile $tmp/sshd.pid
AuthorizedKeysFile $tmp/user.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
MaxStartups 50
CONF
    mkdir -p /run/sshd
    command=(/usr/sbin/sshd -D -e -f "$tmp/sshd.conf")
}

say_sum() {
    ssh -q -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -i user \
        -p "$port" "$(id -un)@127.0.0.1" 'seq 50000 | md5sum; env | grep -c CAULK_ || :'
}

load() {
    local each sessions=()
    for each in 1 2 3 4; do
        say_sum >"sum.$each" &
        sessions+=($!)
    done
    wait "${sessions[@]}"
    cat sum.[1-4]
}

run_tests
