# shellcheck shell=bash
# The servers, as workloads: see workloads.sh. Each gets a fixed number of requests from a client that
# is not measured; the figure is the requests per second that the client saw. Sourced by run.sh.
#
# shellcheck disable=SC2034,SC2154 # run.sh reads what this file sets, and the other way round

# Starts COMMAND in the background, waits until READY succeeds, runs LOAD, which prints the figure,
# then STOP, and waits for the end. Each of the three is a function without arguments.
serve() { # READY LOAD STOP COMMAND…
    local ready=$1 load=$2 stop=$3 server deadline=$((SECONDS + most_seconds))
    shift 3
    "$@" >server.log 2>&1 &
    server=$!
    until $ready >/dev/null 2>&1; do
        if ! kill -0 $server 2>/dev/null || [ $SECONDS -ge $deadline ]; then
            break
        fi
        sleep "$poll_seconds"
    done
    $load
    $stop >/dev/null 2>&1
    wait $server
}

per_second() { # REQUESTS COMMAND…: runs it, prints how many that were in a second
    local requests=$1 start=$EPOCHREALTIME
    shift
    "$@" >load.log 2>&1 || return
    awk -v requests="$requests" -v start="$start" -v end="$EPOCHREALTIME" \
        'BEGIN { printf "%.0f\n", requests / (end - start) }'
}

free_port() {
    local port
    for port in $(shuf -i 20000-32000 -n 100); do
        ! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue
        echo "$port"
        return
    done
}

# Once as redis-benchmark does it by itself, a request at a time for each of its clients, and once with
# 16 requests at a time, so that the server spends its time on them and not in the kernel.
redis_served() { # REQUESTS_AT_A_TIME REQUESTS COMMAND…
    pipelined=$1 requests=$2
    shift 2
    rm -f redis.sock
    serve redis_ready redis_load redis_stop "$@" redis-server --port 0 --save '' --appendonly no \
        --unixsocket "$PWD/redis.sock" --daemonize no
}
workload_redis() {
    redis_served 1 "$(for_size "$1" 40000 10000)" "${@:2}"
}
workload_redis_pipelined() {
    redis_served 16 "$(for_size "$1" 150000 30000)" "${@:2}"
}
redis_ready() {
    redis-cli -s redis.sock ping
}
redis_load() {
    per_second $((requests * 4)) redis-benchmark -s redis.sock -q -P "$pipelined" -c 20 -r 100000 -d 100 \
        -n "$requests" -t set,get,lpush,sadd
}
redis_stop() {
    redis-cli -s redis.sock shutdown nosave
}
figure_redis='requests per second'
figure_redis_pipelined=$figure_redis
lacks_redis() {
    command -v redis-server >/dev/null && command -v redis-benchmark >/dev/null || echo redis
}
lacks_redis_pipelined() {
    lacks_redis
}

prepare_nginx() {
    mkdir -p html
    head -c 4000 /dev/zero | tr '\0' x >html/index.html
}
configure_nginx() {
    nginx_port=$(free_port)
    cat >nginx.conf <<END
$([ "$(id -u)" != 0 ] || echo 'user root;')
daemon off;
worker_processes 1;
pid $PWD/nginx.pid;
error_log $PWD/nginx.error.log;
events { worker_connections 256; }
http {
    access_log off;
    gzip on;
    gzip_types *;
    server { listen 127.0.0.1:$nginx_port; root $PWD/html; ssi on; }
}
END
}
workload_nginx() {
    load_seconds=$(for_size "$1" 2 1)
    shift
    configure_nginx
    serve nginx_ready nginx_load nginx_stop "$@" nginx -p "$PWD" -c nginx.conf
}
nginx_ready() {
    [ -s nginx.pid ] && (: <>"/dev/tcp/127.0.0.1/$nginx_port")
}
nginx_load() {
    wrk -t 1 -c 20 -d "$load_seconds" "http://127.0.0.1:$nginx_port/" |
        awk '$1 == "Requests/sec:" { rate = $2 } $2 == "requests" { done = $1 } END { print rate, done }'
}
nginx_stop() {
    kill -QUIT "$(cat nginx.pid)"
}
figure_nginx='requests per second'
lacks_nginx() {
    command -v nginx >/dev/null && command -v wrk >/dev/null || echo "nginx or wrk"
}

workload_memcached() {
    requests=$(for_size "$1" 5000 1500)
    shift
    rm -f memcached.sock memcached.pid
    serve memcached_ready memcached_load memcached_stop "$@" memcached -u "$(id -un)" -t 2 \
        -s "$PWD/memcached.sock" -P "$PWD/memcached.pid"
}
memcached_ready() {
    [ -S memcached.sock ] && [ -s memcached.pid ]
}
memcached_load() {
    per_second $((requests * 4)) memcslap --servers="$PWD/memcached.sock" --concurrency=4 \
        --execute-number="$requests" --initial-load=100 --test=set
}
memcached_stop() {
    kill -INT "$(cat memcached.pid)"
}
figure_memcached='requests per second'
lacks_memcached() {
    command -v memcached >/dev/null && command -v memcslap >/dev/null || echo "memcached or memcslap"
}
