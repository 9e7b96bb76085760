#!/usr/bin/env bash
# The benchmarks: what the tracker costs a program, as ratios to the same program alone, next to its
# peers. Runs of the ways alternate; each figure is the median of RUNS (7) of them, or of SLOW_RUNS
# (RUNS; 0 leaves them out) for the ways that take long. ONLY is a pattern that the names of what is
# to be measured match, an extended regular expression. Prints tables in Markdown, and leaves them and
# results.json in $BUILD/bench.
# Run from the root, after `make all`. Anything else that uses the machine meanwhile spoils them.
set -u
build=$(realpath "${BUILD:-build}")
runs=${RUNS:-7}
slow_runs=${SLOW_RUNS:-$runs}
only=${ONLY:-.}
root=$PWD
scripts=$root/tests/bench
programs=$build/bench/programs
work=$(mktemp -d "$build/bench/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
out=$work/out
keep=''
most_seconds=120 # for one run
poll_seconds=0.05
records=$work/records
PATH=$PATH:/usr/sbin:/sbin
unset CAULK_OPTIONS LD_PRELOAD

# shellcheck source=tests/bench/ways.sh
. "$scripts/ways.sh"
# shellcheck source=tests/bench/workloads.sh
. "$scripts/workloads.sh"
# shellcheck source=tests/bench/servers.sh
. "$scripts/servers.sh"
# shellcheck source=tests/bench/heaps.sh
. "$scripts/heaps.sh"
# shellcheck source=tests/bench/latency.sh
. "$scripts/latency.sh"

# What a way runs its command by.
measured() { # COMMAND…
    "$programs/measure" $most_seconds "$work/cost" "$@"
}

# What is missing for a way or a workload, in words.
lacks() { # NAME
    ! declare -F "lacks_$1" >/dev/null || "lacks_$1"
}

# One run, as a line of JSON behind $records. A way that failed once is not tried again.
measure_once() { # WORKLOAD SIZE WAY
    local figure amount
    [ ! -e "$work/failed.$3.$2" ] || return
    rm -rf "$out" "$work/cost"
    mkdir "$out"
    "workload_$1" "$2" "way_$3" >"$work/figure" 2>"$work/errors"
    read -r figure amount <"$work/figure"
    printf '{"workload":"%s","size":"%s","way":"%s","kept":%s,"output":%s,"figure":%s,"amount":%s,%s}\n' \
        "$1" "$2" "$3" "${keep:-false}" "$(du -sb "$out" | cut -f 1)" "${figure:-null}" "${amount:-1}" \
        "$(cat "$work/cost" 2>/dev/null || echo '"status":-1')" >>"$records"
    tail -n 1 "$records" | jq -e '.status == 0' >/dev/null || touch "$work/failed.$3.$2"
}

# Runs a workload once in each of the ways that run it in the given size.
measure_all() { # WORKLOAD SIZE
    local way
    for way in "${ways[@]}"; do
        if [ "$way" = bare ] || [ "${size_of[$way]:-full}" = "$2" ]; then
            measure_once "$1" "$2" "$way"
        fi
    done
}

measure_workload() { # NAME
    local run
    rm -f "$work"/failed.*
    mkdir "$work/$1" && cd "$work/$1" || return
    ! declare -F "prepare_$1" >/dev/null || "prepare_$1"
    for ((run = 0; run < runs; run++)); do
        measure_all "$1" full
        [ $run -ge "$slow_runs" ] || measure_all "$1" short
    done
    keep=true
    measure_all "$1" full
    [ "$slow_runs" = 0 ] || measure_all "$1" short
    keep=''
    cd "$root" && rm -rf "${work:?}/$1"
}

# Keeps of the named array what is installed, and says what is not.
leave_out_missing() { # ARRAY NAMES…
    local -n kept=$1
    local name missing
    shift
    kept=()
    for name in "$@"; do
        missing=$(lacks "$name")
        if [ -z "$missing" ]; then
            kept+=("$name")
        else
            echo "bench: $name is left out: $missing is missing (tests/deps.sh bench installs it)" >&2
        fi
    done
}

report_workloads() {
    local name unit units
    units=$(for name in "${names[@]}"; do
        unit=figure_$name
        printf '%s\t%s\n' "$name" "${!unit-}"
    done | jq -Rn '[inputs / "\t" | {key: .[0], value: .[1]}] | from_entries')
    jq -s --argjson units "$units" --argjson ways "$(printf '%s\n' "${ways[@]}" | jq -Rn '[inputs]')" \
        --arg date "$(date -u +%FT%TZ)" --arg commit "$(git describe --always --dirty 2>/dev/null)" \
        --arg machine "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores" \
        --arg load "$(cut -d ' ' -f 1-3 /proc/loadavg)" --arg runs "$runs" \
        -f "$scripts/results.jq" "$records" >"$build/bench/results.json"
    jq -r -f "$scripts/tables.jq" "$build/bench/results.json" | tee "$build/bench/results.md"
}

if [ "$slow_runs" = 0 ]; then
    mapfile -t ways < <(printf '%s\n' "${ways[@]}" | grep -vxF "$(printf '%s\n' "${!size_of[@]}")")
fi
leave_out_missing ways "${ways[@]}"
mapfile -t names < <(declare -F | sed -n 's/^declare -f workload_//p' | grep -E "$only")
leave_out_missing names "${names[@]}"
if [ ${#names[@]} -gt 0 ]; then
    for name in "${names[@]}"; do
        echo "bench: $name" >&2
        measure_workload "$name"
    done
    report_workloads
fi
for name in pause threads latency latency_nginx memory dump; do
    grep -qE "$only" <<<"$name" || continue
    echo "bench: $name" >&2
    "heap_$name" >"$build/bench/$name.json"
    jq -rs --arg title "$name" -f "$scripts/rows.jq" "$build/bench/$name.json" |
        tee -a "$build/bench/results.md"
done
