#!/usr/bin/env bash
# lftp as the tracked client: it is told by a pipe what to fetch.
. "$(dirname "$0")/lib.sh"

prepare() {
    needs lftp
    /usr/bin/python3 -c 'import fs, pyftpdlib' 2>/dev/null || skip "no python3-fs, python3-pyftpdlib"
    port=$(free_port)
    make_folder served
    /usr/bin/python3 "$root/tests/daemons/serve_ftp.py" "$port" "$tmp/served" 2>served.log &
    own_pids+=($!)
    wait_until accepts "$port"
    mkfifo orders
    exec 8<>orders
    command=(lftp -f /dev/fd/8)
}

is_ready() {
    kill -0 "$pid"
}

load() {
    rm -rf fetched complete
    echo "open -p $port 127.0.0.1; mirror --parallel=3 / $tmp/fetched; !touch $tmp/complete" >&8
    wait_until test -e complete
    diff -r served fetched && echo same
}

stop() {
    echo exit >&8
}

run_tests
