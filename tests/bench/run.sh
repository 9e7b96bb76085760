#!/usr/bin/env bash
# The benchmarks: what the tracker costs a program, as ratios to the same program without it, and to
# heaptrack where that is installed. Runs alternate; each figure is the median of RUNS (7) of them.
# Run from the root, after `make all`. Anything else that uses the machine meanwhile spoils them.
set -eu
build=$(realpath "${BUILD:-build}")
runs=${RUNS:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$PWD
cd "$work"

median() {
    sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

ratio() { # NUMBER NUMBER
    awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'
}

bare() {
    "$@"
}

caulk() {
    env CAULK_OPTIONS=log=none LD_PRELOAD="$build/libcaulk.so" "$@"
}

heaptrack_runs() {
    heaptrack -o "$work/heaptrack" "$@"
}

measure_way=bare
ways=(bare caulk)
if command -v heaptrack >/dev/null; then
    ways+=(heaptrack_runs)
fi

# CPU seconds of a command, user and system.
cpu_seconds() { # COMMAND…
    local TIMEFORMAT='%U %S'
    { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}

# Runs a measurement, which prints a number, in each of the ways, and says the medians.
compare() { # NAME UNIT MEASUREMENT…
    local name=$1 unit=$2 way base
    shift 2
    rm -f figures.*
    for ((run = 0; run < runs; run++)); do
        for measure_way in "${ways[@]}"; do
            "$@" >>"figures.$measure_way"
        done
    done
    base=$(median <figures.bare)
    printf '%-28s alone %8s %s' "$name" "$base" "$unit"
    for way in "${ways[@]:1}"; do
        printf '   %s %8s (%s)' "${way%_runs}" "$(median <"figures.$way")" \
            "$(ratio "$(median <"figures.$way")" "$base")"
    done
    printf '\n'
}

pairs() { # PATHS
    "$measure_way" "$build/bench/programs/pairs" "$1" 2000000 | grep -E '^[0-9.]+$'
}

program() { # COMMAND…
    cpu_seconds "$measure_way" "$@"
}

python_script='
import json
data = [{"key%d" % i: [str(j) for j in range(i % 50)]} for i in range(20000)]
for _ in range(3):
    data = json.loads(json.dumps(data))
'

compare "malloc+free, one path" ns pairs 1
compare "malloc+free, 81 paths" ns pairs 81
export PYTHONMALLOC=malloc
compare "python3, PYTHONMALLOC=malloc" s program /usr/bin/python3 -c "$python_script"
git clone -q "$root" clone
compare "git log --stat" s program git -C clone log --stat -M
compare "git repack" s program git -C clone repack -adfq
seq -f 'int f%g(int a) { int b[10]; for (int i = 0; i < a; i++) b[i %% 10] = a * %g; return b[3]; }' \
    3000 >functions.c
compare "cc1 -O2" s program "$(gcc -print-prog-name=cc1)" -quiet -O2 functions.c -o functions.s
