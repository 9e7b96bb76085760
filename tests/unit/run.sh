#!/usr/bin/env bash
# Runs the unit tests given as arguments, all of them even where one fails, and sums up.
set -u
. "$(dirname "$0")/../parallel.sh"
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
passed=0 failed=0

run_test() { # TEST
    "$1" >"$logs/${1##*/}" 2>&1
    echo $? >"$logs/${1##*/}.status"
}

count() { # TAG LINES: the number in cmocka's "[ TAG ] …: N test(s)"
    sed -n "s/^\[ *$1 *\] .*\b\([0-9][0-9]*\) test(s).*/\1/p" <<<"$2" | awk '{ n += $1 } END { print n + 0 }'
}

in_parallel run_test "$@"
for test in "$@"; do
    output=$(cat "$logs/${test##*/}")
    status=$(cat "$logs/${test##*/}.status")
    good=$(count PASSED "$output")
    bad=$(count FAILED "$output")
    # A test that crashes prints no sum.
    [ "$status" = 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + good)) failed=$((failed + bad))
    if [ "$status" != 0 ]; then
        printf '%s\n%s: exit status %d\n' "$output" "$test" "$status"
    fi
done
echo "unit: $passed passed, $failed failed"
[ $failed = 0 ]
