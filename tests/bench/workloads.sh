# shellcheck shell=bash
# The workloads, apart from the servers'. Sourced by run.sh.
#
# workload_NAME SIZE WAY runs its program by WAY PROGRAM ARGUMENTS…; SIZE is full or short, which is
# about a fifth. It may print a number, whose unit stands in figure_NAME, and behind it the amount of
# work done, if that is not the same every time. prepare_NAME makes its input in the current folder,
# once. lacks_NAME says what is missing for it. To add one, add the function, and where it needs them
# the other three.
#
# shellcheck disable=SC2034,SC2154 # run.sh reads what this file sets, and the other way round

for_size() { # SIZE FULL SHORT
    if [ "$1" = full ]; then echo "$2"; else echo "$3"; fi
}

# Pairs of malloc and free, DEPTH frames down by so many paths.
for depth in 4 16 40; do
    for paths in 1 81 20000; do
        eval "
        workload_pair_${depth}_${paths}() {
            local size=\$1 && shift
            \"\$@\" \"\$programs/pairs\" $depth $paths \"\$(for_size \"\$size\" 500000 50000)\"
        }
        figure_pair_${depth}_${paths}='ns per pair'
        "
    done
done

churn() { # THREADS LIVE SIZE COMMAND…
    local threads=$1 live=$2 steps
    steps=$(for_size "$3" 500000 100000)
    shift 3
    "$@" "$programs/churn" "$threads" "$live" "$steps"
}
workload_churn_1e5() {
    churn 1 100000 "$@"
}
workload_churn_1e6() {
    churn 1 1000000 "$@"
}
workload_threads_1() {
    churn 1 10000 "$@"
}
workload_threads_2() {
    churn 2 10000 "$@"
}
workload_threads_3() {
    churn 3 10000 "$@"
}
workload_threads_4() {
    churn 4 10000 "$@"
}

prepare_python3() {
    cat >work.py <<'END'
import json, sys
count = int(sys.argv[1])
data = [{"key%d" % i: [str(j) for j in range(i % 50)]} for i in range(count)]
for _ in range(3):
    data = json.loads(json.dumps(data))
    words = {}
    for row in data:
        for key, values in row.items():
            words.setdefault(len(values), []).append(key.upper())
END
}
# The system's: what else is called python3 may be a script that starts it.
workload_python3() {
    local size=$1 && shift
    PYTHONMALLOC=malloc "$@" /usr/bin/python3 work.py "$(for_size "$size" 4000 800)"
}
lacks_python3() {
    [ -x /usr/bin/python3 ] || echo python3
}

prepare_perl() {
    cat >work.pl <<'END'
my ($count, %words, @lines) = @ARGV;
for my $i (1 .. $count) {
    my $line = join ' ', map { "word" . ($i * $_ % 997) } 1 .. 10;
    $words{$_}++ for split / /, $line;
    push @lines, { text => $line, words => [ sort split / /, $line ] };
}
print scalar(@lines), "\n" for sort { $words{$a} <=> $words{$b} } keys %words;
END
}
workload_perl() {
    local size=$1 && shift
    "$@" perl work.pl "$(for_size "$size" 6000 1200)" >perl.out
}
lacks_perl() {
    command -v perl >/dev/null || echo perl
}

# The compiler proper: its driver would be measured with it.
prepare_cc1plus() {
    printf '#include <map>\n#include <regex>\n#include <string>\n#include <vector>\n' >full.cc
    printf '#include <map>\n#include <string>\n' >short.cc
    for i in $(seq 60); do
        echo "int f$i(std::map<int, std::string> &m) { m[$i] = \"$i\"; return (int)m.size(); }"
    done |
        tee -a full.cc >>short.cc
    g++ -E full.cc -o full.ii
    g++ -E short.cc -o short.ii
}
workload_cc1plus() {
    local size=$1 && shift
    "$@" "$(g++ -print-prog-name=cc1plus)" -quiet -O1 "$size.ii" -o cc1plus.s
}
lacks_cc1plus() {
    command -v g++ >/dev/null || echo g++
}

prepare_sqlite3() {
    for size in full short; do
        cat >$size.sql <<END
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT);
WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < $(for_size $size 40000 8000))
INSERT INTO t SELECT i, 'name ' || (i * 7919 % 10007), hex(randomblob(20)) FROM n;
CREATE INDEX t_b ON t (b);
SELECT count(*) FROM t x JOIN t y ON x.b = y.b WHERE x.a < y.a;
SELECT b, group_concat(c) FROM t GROUP BY b ORDER BY b DESC LIMIT 10;
UPDATE t SET c = c || b WHERE a % 3 = 0;
END
    done
}
workload_sqlite3() {
    local size=$1 && shift
    "$@" sqlite3 :memory: <"$size.sql" >sqlite3.out
}
lacks_sqlite3() {
    command -v sqlite3 >/dev/null || echo sqlite3
}

# The history of caulk itself.
workload_git_log() {
    local size=$1 && shift
    "$@" git -C "$root" log --stat -M "-$(for_size "$size" 300 40)" >git.out
}
lacks_git_log() {
    git -C "$root" rev-parse HEAD >/dev/null 2>&1 || echo "a clone of caulk's history"
}

prepare_jq() {
    jq -nc '[range(60000) | {id: ., name: "name \(.)", values: [., . * 2, "v\(. % 100)"]}]' >full.json
    jq -nc '[range(12000) | {id: ., name: "name \(.)", values: [., . * 2, "v\(. % 100)"]}]' >short.json
}
workload_jq() {
    local size=$1 && shift
    "$@" jq -c 'group_by(.values[2]) | map({v: .[0].values[2], n: length})' "$size.json" >jq.out
}
