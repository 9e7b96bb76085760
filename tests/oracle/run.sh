#!/usr/bin/env bash
# Compares the stacks of test programs and of real ones, frame by frame. Prints how many captures and
# frames were compared and how many differed. BUILD names the folder of the build.
#
#   run.sh [LIBRARY]   oracle.so: a sample of them with libunwind (as long as nothing else is named);
#                      a checked build's libcaulk.so: all of them with a walk that remembers nothing
set -u
build=$(realpath "${BUILD:-build}")
library=$(realpath "${1:-$build/oracle.so}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export CAULK_ORACLE_LOG=$work/log CAULK_ORACLE_MODULES=$build/oracle
passed=0 failed=0 skipped=0 poll_seconds=0.05

judge() { # NAME STATUS: adds up what the program's processes wrote
    local name=$1 status=$2
    if awk -v name="$name" -v status="$status" '
        /compared/ { captures += $3; frames += $5; wrong += $9 }
        END { printf "%-13s %8d captures %9d frames %3d mismatches\n", name, captures, frames, wrong
              exit status != 0 || captures == 0 || wrong != 0 }' log; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: exit status $status"
        grep -v compared log | head -n 40
    fi
}

try() { # NAME EVERY COMMAND…
    local name=$1 every=$2
    shift 2
    if ! command -v "$1" >/dev/null; then
        skipped=$((skipped + 1))
        echo "$name: no $1"
        return
    fi
    : >log
    CAULK_ORACLE_EVERY=$every LD_PRELOAD=$library "$@" >out 2>&1
    judge "$name" $?
}

redis() { # a server on a socket of its own, some commands, an orderly end
    redis-server --port 0 --unixsocket "$work/redis" --save '' --daemonize no &
    local server=$! i
    for ((i = 0; i < 200; i++)); do
        LD_PRELOAD='' redis-cli -s "$work/redis" ping 2>/dev/null | grep -q PONG && break
        sleep $poll_seconds
    done
    for ((i = 0; i < 200; i++)); do
        printf 'RPUSH list%d a b c d\nHSET hash%d f1 v1 f2 v2\nZADD z%d 1 one 2 two\n' $i $i $i
    done | LD_PRELOAD='' redis-cli -s "$work/redis" >/dev/null
    LD_PRELOAD='' redis-cli -s "$work/redis" shutdown nosave
    wait $server
}

for corner in frames assembly generated coroutines unmarked threads recursion modules; do
    try $corner 1 "$build/oracle/corners" $corner
done
for corner in signals steps longjmp; do
    try $corner 1 "$build/oracle/interruptions" $corner
done
try endbr64 1 "$build/oracle/corners_cet"
try endbr64-steps 1 "$build/oracle/interruptions_cet" steps
for depth in 1 256; do # an option of the tracker's, none of the oracle's
    CAULK_OPTIONS=depth=$depth try depth=$depth 1 "$build/oracle/corners" recursion
done
try exceptions 1 "$build/oracle/exceptions"

cat >source.cpp <<'PROGRAM'
#include <map>
#include <regex>
#include <string>
int main() { std::map<std::string, int> m; m["a"]++; return std::regex_match("a", std::regex("a+")) - 1; }
PROGRAM
cat >script.py <<'PROGRAM'
import json, re, collections
words = collections.Counter(re.findall(r"\w+", json.dumps([{str(i): [i, {"n": i}]} for i in range(3000)])))
print(sorted(words.items(), key=lambda item: (-item[1], item[0]))[:3])
PROGRAM
cat >script.pl <<'PROGRAM'
my %h; for my $i (1 .. 20000) { $h{"key" . $i % 999} .= sprintf("%d,", $i); }
print join(";", map { "$_=" . length $h{$_} } sort keys %h) =~ /key7/ ? "yes\n" : "no\n";
PROGRAM
cat >script.sh <<'PROGRAM'
for i in 1 2 3; do x=$(echo $i | tr 1 2); done
echo "${x//2/3}"
PROGRAM
seq 1 3000 | sed 's/.*/{"n": &, "text": "number &", "list": [1, 2, {"x": null}]}/' >numbers.json
PYTHONMALLOC=malloc try python3 100 /usr/bin/python3 script.py
try perl 20 perl script.pl
try cc1plus 200 g++ -O2 -c source.cpp
try clang 200 clang++ -O1 -c source.cpp
try jq 20 jq -c 'select(.n % 7 == 0) | {n, text}' numbers.json
try bash 20 bash script.sh
command -v redis-server >/dev/null && { export -f redis; export work poll_seconds; try redis 20 bash -c redis; }

echo "oracle: $passed passed, $failed failed$([ $skipped = 0 ] || echo ", $skipped skipped")"
[ $failed = 0 ]
