#!/usr/bin/env bash
# BIND, which calls jemalloc's own functions, under questions for 3,000 names.
. "$(dirname "$0")/lib.sh"

prepare() {
    needs named
    port=$(free_port)
    cat >named.conf <<CONF
options {
    directory "$tmp"; listen-on port $port { 127.0.0.1; }; listen-on-v6 { none; };
    pid-file none; lock-file none; recursion no; dnssec-validation no;
    session-keyfile "$tmp/session.key"; managed-keys-directory "$tmp";
};
controls { };
zone "example.test" { type primary; file "$tmp/zone"; };
CONF
    {
        printf '%s\n' "\$TTL 60" '@ IN SOA ns a 1 1 1 1 1' '@ NS ns' 'ns A 127.0.0.1'
        for i in {1..3000}; do echo "h$i A 10.0.$((i / 250)).$((i % 250))"; done
    } >zone
    command=("${as_nobody[@]}" named -f -c "$tmp/named.conf" -n 2)
}

load() {
    load_dns
}

run_tests
