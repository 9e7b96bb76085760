#!/usr/bin/env bash
# HAProxy, master and worker with two threads, before a small web server, under ab.
. "$(dirname "$0")/lib.sh"

knows=create_pool
with_children=1

prepare() {
    needs haproxy nginx ab curl
    port=$(free_port)
    mkdir -m 755 html
    seq 50000 >html/numbers
    cat >nginx.conf <<CONF
daemon off; master_process off; pid $tmp/nginx.pid; error_log $tmp/error.log;
events { }
http {
    access_log off;
    client_body_temp_path $tmp/t; proxy_temp_path $tmp/t; fastcgi_temp_path $tmp/t;
    uwsgi_temp_path $tmp/t; scgi_temp_path $tmp/t;
    server { listen unix:$tmp/behind; root $tmp/html; }
}
CONF
    nginx -c "$tmp/nginx.conf" -p "$tmp" 2>nginx.out &
    own_pids+=($!)
    wait_until test -S behind
    cat >haproxy.cfg <<CONF
global
    maxconn 200
    nbthread 2
defaults
    mode http
    timeout connect 20s
    timeout client 20s
    timeout server 20s
frontend front
    bind 127.0.0.1:$port
    default_backend back
backend back
    server one unix@$tmp/behind
CONF
    command=(haproxy -W -db -f "$tmp/haproxy.cfg")
}

# The master executes itself again once its worker is there.
is_ready() {
    accepts "$port" && grep -q 'Loading success' "$output"
}

load() {
    load_http numbers
}

run_tests
