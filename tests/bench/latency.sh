# shellcheck shell=bash
# What the clients of a server see of a dump: throughput and latency while it is made and written,
# beside a quiet time and beside gcore. Sourced by run.sh, like heaps.sh.
#
# shellcheck disable=SC2154 # run.sh sets what this file reads

latency_keys=1000000
latency_requests=400000
latency_seconds=9

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

# Waits until a quarter of the load is done, or the load has failed.
until_under_load() { # PID of the load
    local before
    before=$(served)
    until [ $(($(served) - before)) -gt $((latency_requests / 4)) ] || ! kill -0 "$1" 2>/dev/null; do
        sleep "$poll_seconds"
    done
}

# One load, in whose middle the command runs; a row of the table.
redis_row() { # NAME COMMAND…
    local name=$1 load
    shift
    redis-benchmark -s "$redis_socket" -c 20 -n $latency_requests -t get --precision 3 \
        -r $latency_keys >"$work/load" 2>&1 &
    load=$!
    until_under_load $load
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

# What a row is made of each: the server alone, and tracked.
alone() { # ROW PID
    "$1" "alone, in quiet" true
    ! command -v gcore >/dev/null || "$1" "alone, gcore" gcore -o "$work/core" "$2"
    rm -f "$work"/core.*
}
tracked() { # ROW PID
    "$1" "tracked, in quiet" true
    "$1" "tracked, dump" "$build/caulk" dump "$2"
    rm -f "$work"/*.dump
}

redis_alone() { alone redis_row "$redis_pid"; }
redis_tracked() { tracked redis_row "$redis_pid"; }

heap_latency() {
    command -v redis-server >/dev/null && command -v redis-benchmark >/dev/null || return
    with_redis redis_alone env
    with_redis redis_tracked env CAULK_OPTIONS="log=none:dump=$work/%p.%n.dump" \
        LD_PRELOAD="$build/libcaulk.so"
}

# An nginx with one worker, for as long as the function runs.
with_nginx() { # FUNCTION COMMAND…
    local function=$1 server deadline=$((SECONDS + most_seconds))
    shift
    rm -f nginx.pid
    configure_nginx
    "$@" nginx -p "$PWD" -c nginx.conf >nginx.log 2>&1 &
    server=$!
    until nginx_ready && worker_pid=$(pgrep -P "$server"); do
        [ $SECONDS -lt $deadline ] || return 1
        sleep "$poll_seconds"
    done
    $function
    nginx_stop
    wait $server
}

# The same as with redis.
nginx_row() { # NAME COMMAND…
    local name=$1 load middle=$((SECONDS + latency_seconds / 3))
    shift
    wrk -t 1 -c 20 -d $latency_seconds -s "$scripts/latency.lua" "http://127.0.0.1:$nginx_port/" \
        >"$work/load" 2>&1 &
    load=$!
    until [ $SECONDS -gt $middle ]; do
        sleep "$poll_seconds"
    done
    "$@" >/dev/null 2>&1
    wait $load
    sed -n "s/^{/{\"nginx\":\"$name\",/p" "$work/load"
}
nginx_alone() { alone nginx_row "$worker_pid"; }
nginx_tracked() { tracked nginx_row "$worker_pid"; }

heap_latency_nginx() {
    [ -z "$(lacks_nginx)" ] || return
    mkdir "$work/latency" && cd "$work/latency" || return
    prepare_nginx
    with_nginx nginx_alone env
    with_nginx nginx_tracked env CAULK_OPTIONS="log=none:dump=$work/%p.%n.dump" \
        LD_PRELOAD="$build/libcaulk.so"
    cd "$root" || return
}
