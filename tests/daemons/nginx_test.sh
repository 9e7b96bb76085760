#!/usr/bin/env bash
# nginx, master and workers, under ab.
. "$(dirname "$0")/lib.sh"

knows=ngx_alloc
with_children=1

prepare() {
    needs nginx ab curl
    port=$(free_port)
    mkdir -m 755 html
    seq 100000 >html/numbers
    cat >nginx.conf <<CONF
daemon off;
worker_processes 2;
pid $tmp/nginx.pid;
error_log $tmp/error.log;
events { }
http {
    access_log $tmp/access.log;
    client_body_temp_path $tmp/t; proxy_temp_path $tmp/t; fastcgi_temp_path $tmp/t;
    uwsgi_temp_path $tmp/t; scgi_temp_path $tmp/t;
    server { listen 127.0.0.1:$port; root $tmp/html; }
}
CONF
    command=(nginx -c "$tmp/nginx.conf" -p "$tmp")
}

load() {
    load_http numbers
}

run_tests
