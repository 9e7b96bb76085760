#!/usr/bin/env bash
# unbound with two threads, under questions for 3,000 names.
. "$(dirname "$0")/lib.sh"

prepare() {
    needs unbound
    port=$(free_port)
    {
        cat <<CONF
server:
    directory: "$tmp"
    username: ""
    chroot: ""
    pidfile: ""
    interface: 127.0.0.1@$port
    do-daemonize: no
    num-threads: 2
    use-syslog: no
    local-zone: "example.test." static
CONF
        for i in {1..3000}; do
            echo "    local-data: \"h$i.example.test. A 10.0.$((i / 250)).$((i % 250))\""
        done
        printf 'remote-control:\n    control-enable: no\n'
    } >unbound.conf
    command=("${as_nobody[@]}" unbound -d -c "$tmp/unbound.conf")
}

load() {
    load_dns
}

run_tests
