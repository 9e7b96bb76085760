#!/usr/bin/env bash
# bash, forking for pipes, substitutions and jobs at every step, told what to do by a pipe.
. "$(dirname "$0")/lib.sh"

with_children=1

prepare() {
    cat >work.sh <<'WORK'
work() {
    local total=0 each text
    declare -A numbers
    for each in {1..60}; do
        text=$( (echo "v$each"; seq "$each") | sed 's/^v//' | tail -n 1)
        total=$((total + text))
        numbers[k$each]=$each
    done
    for each in {1..20}; do (echo "child $each") & done | sort -V
    wait
    echo "$total ${#numbers[@]}"
}
while read -r result; do
    work >"$result.part" && mv "$result.part" "$result"
done <&8
WORK
    mkfifo orders
    exec 8<>orders
    command=(bash "$tmp/work.sh")
}

is_ready() {
    kill -0 "$pid"
}

load() {
    rm -f result
    echo result >&8
    wait_until test -e result
    cat result
}

run_tests
