#!/usr/bin/env bash
# syslog-ng, fed over TCP by several loggers at once.
. "$(dirname "$0")/lib.sh"

knows=g_malloc

prepare() {
    needs syslog-ng logger
    port=$(free_port)
    cat >syslog-ng.conf <<CONF
@version: 3.38
options { stats-freq(0); };
source net { network(ip("127.0.0.1") port($port) transport("tcp") max-connections(50)
                     log-iw-size(5000)); };
destination file { file("$tmp/messages" template("\$MSG\n")); };
log { source(net); destination(file); flags(flow-control); };
CONF
    command=(syslog-ng -F -f "$tmp/syslog-ng.conf" --persist-file="$tmp/persist"
        --control="$tmp/control" --pidfile="$tmp/syslog-ng.pid" --no-caps)
}

written() { # LINES
    [ "$(wc -l <messages)" -ge "$1" ]
}

load() {
    local loggers=()
    touch messages
    local before
    before=$(wc -l <messages)
    for i in 1 2 3 4 5; do
        seq -f "line $i %g" 5000 | logger -n 127.0.0.1 -P "$port" -T -t load &
        loggers+=($!)
    done
    wait "${loggers[@]}"
    wait_until written $((before + 25000))
    tail -n +$((before + 1)) messages | grep -o "line .*" | sort | md5sum
}

run_tests
