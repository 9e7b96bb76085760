#!/usr/bin/env bash
# Programs that people run: their results unchanged, their dumps whole, their stacks with names.
. "$(dirname "$0")/lib.sh"

# How many in a hundred of the C library's frames have a name: it exports most that it is entered by,
# while Debian's programs are stripped.
named_frames() { # DUMP
    figure "$1" '[.sites[].stack[] | select(.module // "" | endswith("/libc.so.6"))]
        | (map(select(.function)) | length) * 100 / length | floor'
}

whole() { # DUMP
    "$caulk" info "$1" >/dev/null || fail "$1 is damaged"
    [ "$(named_frames "$1")" -ge 90 ] || fail "only $(named_frames "$1") % of frames have a name"
}

test_git() {
    cd "$root"
    git log --stat >"$tmp/bare"
    tracked at_exit=yes -- git --no-pager log --stat >"$tmp/preloaded"
    cd "$tmp"
    cmp bare preloaded
    whole git.1.dump
}

test_python() {
    cat >script.py <<'PYTHON'
import collections, hashlib, json, re
words = re.findall(r"\w+", open(__file__).read()) * 50
counts = collections.Counter(words)
class Node:
    pass
nodes = [Node() for _ in range(1000)]
for a, b in zip(nodes, nodes[1:]):
    a.next, b.previous = b, a
print(json.dumps(counts, sort_keys=True), hashlib.sha256(repr(sorted(counts)).encode()).hexdigest())
PYTHON
    PYTHONMALLOC=malloc /usr/bin/python3 script.py >bare
    PYTHONMALLOC=malloc tracked at_exit=yes -- /usr/bin/python3 script.py >preloaded
    cmp bare preloaded
    dump=$(compgen -G 'python3*.1.dump')
    whole "$dump"
}

answers() { # COMMAND…: succeeds
    "$@"
}

test_redis() {
    cat >redis.conf <<CONF
bind 127.0.0.1
port 0
unixsocket $tmp/redis.socket
save ""
CONF
    start_tracked -- redis-server redis.conf >redis.log
    wait_until answers redis-cli -s redis.socket ping
    redis-benchmark -s redis.socket -q -n 5000 -c 20 -t set,get,lpush,hset,sadd >benchmark
    lacks benchmark "[Ee]rror"
    # Debian's redis-server is a link to another of redis's programs: %e is the name it is started by.
    dump=redis-server.1.dump
    signal_dump "$dump"
    redis-benchmark -s redis.socket -q -n 5000 -c 20 -t set,get >benchmark
    redis-cli -s redis.socket shutdown nosave || true
    wait_until is_gone "$pid"
    whole "$dump"
    same "lost" 0 "$(figure "$dump" .totals.definite.blocks)"
}

test_nginx() {
    mkdir -p html logs
    seq 100000 >html/numbers
    cat >nginx.conf <<CONF
daemon off;
master_process off;
worker_processes 1;
pid $tmp/nginx.pid;
error_log $tmp/error.log;
events { }
http {
    access_log $tmp/access.log;
    client_body_temp_path $tmp; proxy_temp_path $tmp; fastcgi_temp_path $tmp;
    uwsgi_temp_path $tmp; scgi_temp_path $tmp;
    server { listen unix:$tmp/nginx.socket; root $tmp/html; }
}
CONF
    start_tracked -- /usr/sbin/nginx -c "$tmp/nginx.conf" -p "$tmp"
    wait_until test -S nginx.socket
    fetch_numbers || fail "$(cat error.log log)"
    # nginx has a use of its own for SIGUSR1.
    dump=$("$caulk" dump "$pid")
    fetch_numbers
    kill -TERM "$pid"
    wait_until is_gone "$pid"
    whole "$dump"
    same "lost" 0 "$(figure "$dump" .totals.definite.blocks)"
}

fetch_numbers() {
    python3 - "$tmp/nginx.socket" "$tmp/html/numbers" <<'PYTHON'
import http.client, socket, sys
for _ in range(20):
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(sys.argv[1])
    connection.request("GET", "/numbers")
    assert connection.getresponse().read() == open(sys.argv[2], "rb").read()
PYTHON
}

run_tests
