# shellcheck shell=bash
# What the clients of a server see of a dump: throughput and latency while it is made and written,
# beside a quiet time and beside gcore. Sourced by run.sh, like heaps.sh.
#
# shellcheck disable=SC2154 # run.sh sets what this file reads

latency_keys=1000000
latency_requests=400000

# A redis with a million keys, for as long as the function runs.
with_redis() { # FUNCTION COMMAND…
    local function=$1 deadline=$((SECONDS + most_seconds))
    shift
    redis_socket=$work/latency.sock
    "$@" redis-server --port 0 --save '' --appendonly no --unixsocket "$redis_socket" \
        --daemonize no >"$work/redis.log" 2>&1 &
    redis_pid=$!
    until redis-cli -s "$redis_socket" ping >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || return 1
        sleep "$poll_seconds"
    done
    redis-cli -s "$redis_socket" debug populate $latency_keys key 100 >/dev/null
    $function
    redis-cli -s "$redis_socket" shutdown nosave >/dev/null 2>&1
    wait "$redis_pid"
}

served() {
    redis-cli -s "$redis_socket" info stats | sed -n 's/^total_commands_processed:\([0-9]*\).*/\1/p'
}

# A quarter of the load is done.
until_under_load() {
    local before
    before=$(served)
    until [ $(($(served) - before)) -gt $((latency_requests / 4)) ]; do
        sleep "$poll_seconds"
    done
}

# One load, in whose middle the command runs; a row of the table.
latency_row() { # NAME COMMAND…
    local name=$1 load
    shift
    redis-benchmark -s "$redis_socket" -c 20 -n $latency_requests -t get --precision 3 \
        -r $latency_keys >"$work/load" 2>&1 &
    load=$!
    until_under_load
    "$@" >/dev/null 2>&1
    wait $load
    awk -v name="$name" '
        $1 ~ /%$/ && !over && $1 + 0 >= 99.9 { over = $3 }
        /throughput summary/ { rate = $3 }
        wants_max { longest = $6; wants_max = 0 }
        $1 == "avg" { wants_max = 1 }
        END { printf "{\"redis\":\"%s\",\"requests per second\":%s,\"99.9 %% within ms\":%s,\"longest ms\":%s}\n",
                     name, rate, over, longest }' "$work/load"
}

redis_in_quiet() {
    latency_row "$1, in quiet" true
}
rows_alone() {
    redis_in_quiet alone
    ! command -v gcore >/dev/null ||
        latency_row "alone, gcore" gcore -o "$work/core" "$redis_pid"
    rm -f "$work"/core.*
}
rows_tracked() {
    redis_in_quiet tracked
    latency_row "tracked, dump" "$build/caulk" dump "$redis_pid"
    rm -f "$work"/*.dump
}

heap_latency() {
    command -v redis-server >/dev/null && command -v redis-benchmark >/dev/null || return
    with_redis rows_alone env
    with_redis rows_tracked env CAULK_OPTIONS="log=none:dump=$work/%p.%n.dump" \
        LD_PRELOAD="$build/libcaulk.so"
}
