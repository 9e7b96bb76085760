# shellcheck shell=bash
# What depends on the size of a heap or on the number of threads: how long a dump stops the program,
# what the tracker takes for each block, how long a dump is written and analyzed. Sourced by run.sh.
#
# heap_NAME prints a line of JSON for each row of its table. To add one, add the function.
#
# shellcheck disable=SC2154 # run.sh sets what this file reads

dump_runs=7
thread_runs=21 # they differ more

# Starts a program, and waits until it is ready. It serves `ask` until `end_heap`.
start_serving() { # COMMAND…
    rm -f "$work/questions" "$work/answers"
    mkfifo "$work/questions" "$work/answers"
    "$@" <"$work/questions" >"$work/answers" &
    heap_pid=$!
    exec 8>"$work/questions" 9<"$work/answers"
    read -r _ <&9
}
# Starts programs/heap by COMMAND….
start_heap() { # BLOCKS BYTES COMMAND…
    local blocks=$1 bytes=$2
    shift 2
    start_serving "$@" "$programs/heap" "$blocks" "$bytes" wait
}
ask() { # LETTER: see the program
    printf '%s' "$1" >&8
    head -n 1 <&9
}
end_heap() {
    exec 8>&- 9<&-
    wait "$heap_pid"
}

median() {
    sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

repeated() { # TIMES COMMAND…
    local times=$1
    shift
    while [ $((times -= 1)) -ge 0 ]; do
        "$@"
    done
}

# Dumps the heap that runs; prints the seconds until the file was whole, and its path.
dump_heap() {
    local start=$EPOCHREALTIME path
    path=$("$build/caulk" dump "$heap_pid") || return
    awk -v start="$start" -v end="$EPOCHREALTIME" -v path="$path" \
        'BEGIN { printf "%.2f %s\n", end - start, path }'
    while pgrep -P "$heap_pid" >/dev/null; do # while the kernel clears the child away, a fork takes longer
        sleep "$poll_seconds"
    done
}

# How long programs of 0.1, 1 and 4 GB stand still.
heap_pause() {
    local gigabytes blocks fork_ms stop_ms=null paused
    for gigabytes in 0.1 1 4; do
        blocks=$(awk -v gigabytes=$gigabytes 'BEGIN { print int(gigabytes * 1e9 / 272) }')
        start_heap "$blocks" 256 env
        fork_ms=$(repeated $dump_runs ask f | median)
        if command -v gcore >/dev/null; then
            printf w >&8
            gcore -o "$work/core" "$heap_pid" >/dev/null 2>&1
            stop_ms=$(ask e)
            rm -f "$work"/core.*
        fi
        end_heap
        start_heap "$blocks" 256 env CAULK_OPTIONS="log=$work/log:dump=$work/%p.%n.dump" \
            LD_PRELOAD="$build/libcaulk.so"
        repeated $dump_runs dump_heap >/dev/null
        paused=$(sed -n 's/.*paused \([0-9.]*\) ms.*/\1/p' "$work/log" | median)
        printf '{"heap, GB":%s,"fork alone, ms":%s,"fork tracked, ms":%s,"dump, ms":%s,"gcore, ms":%s}\n' \
            $gigabytes "$fork_ms" "$(repeated $dump_runs ask f | median)" "$paused" "$stop_ms"
        end_heap
        rm -f "$work"/*.dump "$work/log"
    done
}

# How long programs of 8 and 64 threads stand still, beside the least that stopping them takes.
heap_threads() {
    local count alone paused
    for count in 8 64; do
        start_serving env "$programs/threads" $count
        alone=$(repeated $thread_runs ask f | median)
        end_heap
        start_serving env CAULK_OPTIONS="log=$work/log:dump=$work/%p.%n.dump" \
            LD_PRELOAD="$build/libcaulk.so" "$programs/threads" $count
        repeated $thread_runs dump_heap >/dev/null
        end_heap
        paused=$(sed -n 's/.*paused \([0-9.]*\) ms.*/\1/p' "$work/log" | median)
        printf '{"threads":%s,"stop and fork alone, ms":%s,"dump, ms":%s}\n' $count "$alone" "$paused"
        rm -f "$work"/*.dump "$work/log"
    done
}

peak_bytes() { # COMMAND…
    measured "$@" && jq -Rn 'input | "{\(.)}" | fromjson.peak' "$work/cost"
}

# The tracker's bytes for each of two million blocks of 128 bytes, all told.
heap_memory() {
    local blocks=2000000 alone memory
    alone=$(peak_bytes "$programs/heap" $blocks 128)
    for memory in normal low; do
        peak_bytes env CAULK_OPTIONS=log=none:memory=$memory LD_PRELOAD="$build/libcaulk.so" \
            "$programs/heap" $blocks 128 |
            jq -c "{memory: \"$memory\", \"bytes for a block of 128\": ((. - $alone) / $blocks)}"
    done
}

# A dump of 10 million blocks with 30 million edges.
heap_dump() {
    local seconds path
    start_heap 10000000 40 env CAULK_OPTIONS="log=none:dump=$work/%p.%n.dump" LD_PRELOAD="$build/libcaulk.so"
    read -r seconds path < <(dump_heap)
    end_heap
    measured "$build/caulk" analyze "$path" >/dev/null
    jq -cRn "input | \"{\\(.)}\" | fromjson | {\"written in s\": $seconds, MB: ($(stat -c %s "$path") / 1e6),
        \"analyzed in s\": .wall, \"CPU s\": .cpu, \"peak GB\": (.peak / 1e9)}" "$work/cost"
    rm -f "$path"
}
