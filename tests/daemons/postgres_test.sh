#!/usr/bin/env bash
# PostgreSQL, a process for each connection and SIGUSR1 used between them, under pgbench.
. "$(dirname "$0")/lib.sh"

knows=AllocSetContextCreateInternal
with_children=1

prepare() {
    bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | tail -n 1)")
    needs "$bin/postgres" "$bin/pgbench" psql
    port=$(free_port)
    as_nobody "$bin/initdb" -D "$tmp/data" -U admin -A trust >initdb.out
    cat >>data/postgresql.conf <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
fsync = off
CONF
    command=("${as_nobody[@]}" "$bin/postgres" -D "$tmp/data")
    connection=(-h 127.0.0.1 -p "$port" -U admin)
}

as_nobody() {
    "${as_nobody[@]}" "$@"
}

is_ready() {
    "$bin/pg_isready" -q "${connection[@]}"
}

load() {
    "$bin/pgbench" "${connection[@]}" -i -q postgres >speed 2>&1
    "$bin/pgbench" "${connection[@]}" -c 6 -j 2 -t 300 postgres >speed 2>&1
    grep 'failed transactions' speed
    psql "${connection[@]}" -At postgres -c 'select count(*) from pgbench_history' -c \
        'select sum(abalance) = (select sum(delta) from pgbench_history) from pgbench_accounts'
}

stop() {
    kill -INT "$pid"
}

run_tests
