#!/usr/bin/env bash
# memcached with four threads, as another user, under memcslap.
. "$(dirname "$0")/lib.sh"

prepare() {
    needs memcached memcslap memccat memccp
    port=$(free_port)
    command=(memcached -u nobody -l 127.0.0.1 -p "$port" -t 4 -m 64)
    seq 10000 >numbers
}

load() {
    memcslap --servers="127.0.0.1:$port" --concurrency=10 --execute-number=1000 --test=set >speed
    contains speed 'Time to set .* keys by' >&2
    memccp --servers="127.0.0.1:$port" numbers
    memccat --servers="127.0.0.1:$port" numbers | head -n 10000 | cmp - numbers && echo same
}

run_tests
