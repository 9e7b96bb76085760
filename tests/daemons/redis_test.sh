#!/usr/bin/env bash
# redis-server, with the jemalloc that it brings, under redis-benchmark.
. "$(dirname "$0")/lib.sh"

knows=zmalloc

prepare() {
    needs redis-server redis-benchmark redis-cli
    command=(redis-server --port 0 --unixsocket "$tmp/socket" --save "" --dir "$tmp")
}

is_ready() {
    redis-cli -s socket ping
}

load() {
    redis-benchmark -s socket -q -n 5000 -c 20 -r 500 -t set,get,lpush,hset,sadd,zadd >speed
    lacks speed '[Ee]rror' >&2
    redis-cli -s socket flushall
    redis-benchmark -s socket -q -n 2000 -c 10 rpush list value >/dev/null
    redis-cli -s socket llen list
}

run_tests
