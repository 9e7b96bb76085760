#!/usr/bin/env bash
# `caulk diff`: what grew between dumps, and who dropped the last pointer.
. "$(dirname "$0")/lib.sh"
set -o pipefail

heap() { # NUMBER LINE [FIELD=NUMBER…]: dump NUMBER of process 4711, ten seconds after the one before
    "$build/bench/make_dump" graph "$2" "$1.dump" "sequence=$1" "uptime=$((10 * $1))" "${@:3}"
}

json() { # DUMP… JQ_FILTER
    local filter=${*: -1}
    "$caulk" diff "${@:1:$#-1}" --json | jq -r "$filter"
}

refuses() { # REGEX COMMAND…
    local regex=$1
    shift
    exits 2 "$@" >printed 2>refused
    same "lines on standard error of $*" 1 "$(wc -l <refused)"
    contains refused "^caulk: .*$regex"
}

# A table with entries: words `a` stand for numbers FIRST to LAST, born at TICK.
entries() { # FIRST LAST TICK SITE
    local i
    for ((i = $1; i <= $2; i++)); do
        echo "0>$i $i#$4^$3"
    done
}

# Three dumps: one site gains the same each time, another less and less, a third nothing.
make_three() {
    local start="global>0 0#1:4000 1#9 0>1"
    heap 1 "$start $(entries 2 11 900 2) $(entries 12 13 900 3)"
    heap 2 "$start $(entries 2 11 900 2) $(entries 12 13 900 3) $(entries 14 23 1500 2) $(entries 24 43 1500 3)"
    heap 3 "$start $(entries 2 11 900 2) $(entries 12 13 900 3) $(entries 14 23 1500 2) $(entries 24 43 1500 3) \
        $(entries 44 53 2500 2) $(entries 54 55 2500 3)"
}

test_offline() {
    make_three
    "$caulk" diff 1.dump 2.dump 3.dump | matches_exactly diff_three
    "$caulk" diff 1.dump 2.dump | matches_exactly diff_two
    "$caulk" diff 1.dump 2.dump 3.dump --json | jq . | matches_exactly diff_json
    same "trends" "filling growing" "$(json 1.dump 2.dump 3.dump '[.sites[] |
        select(.born.blocks > 0) | .trend] | join(" ")')"
    same "most gained first" "22 20" "$(json 1.dump 2.dump 3.dump '[.sites[] |
        select(.born.blocks > 0) | .born.blocks] | join(" ")')"
    same "backwards" "shrinking" "$(heap 4 "global>0 0#1:4000"
        json 3.dump 4.dump '.sites[-1].trend')"
}

test_each_dump_is_read_once() {
    command -v strace >/dev/null || skip "no strace"
    make_three
    strace -f -e trace=openat -o calls "$caulk" diff 1.dump 2.dump 3.dump >text
    same "opened" "1 1.dump 1 2.dump 1 3.dump" \
        "$(grep -o '[123]\.dump' calls | sort | uniq -c | xargs)"
}

test_no_growth() {
    heap 1 'global>0 0^5'
    heap 2 'global>0 0^5'
    "$caulk" diff 1.dump 2.dump | matches_exactly diff_steady
    heap 3 'global>0 0^2500'
    same "a reused address is no survivor" "1 1 0" "$(json 1.dump 3.dump \
        '.sites[0] | "\(.born.blocks) \(.freed.blocks) \(.survived.blocks)"')"
}

test_births_not_known() {
    heap 1 'global>0' births=none
    heap 2 'global>0 0>1' births=none
    "$caulk" diff 1.dump 2.dump | matches_exactly diff_no_births
    same "said" false "$(json 1.dump 2.dump .births_known)"
}

test_dropped() {
    heap 1 'global@16>0 0@8>1 0@16>2 2@24>3 stack@8>4 global@64>4 4>5 5>4 9!runtime 0@40>9'
    heap 2 'global@16>0 1 2^1500 3 4>5 5>4 9!runtime 0@40>9 0@8>9 7^1500'
    "$caulk" diff 1.dump 2.dump | matches_exactly diff_dropped
    same "holders" "overwritten 8,freed 24,overwritten 64" "$(json 1.dump 2.dump \
        '[.dropped[] | "\(.holder.fate) \(.holder.offset % 4096)"] | join(",")')"
}

test_dropped_by_an_array() {
    heap 1 'global>0 0@8>1 0@16>2 0@24>3 global@64>4 global@72>5 global>6 6@8>7 6@16>8'
    heap 2 'global>0 1 2 3 4 5 6^1500 7 8'
    "$caulk" diff 1.dump 2.dump >text
    contains text '^    3 × .*, 192 B: program\+0x401000 \+0x08 and 2 other offsets were overwritten$'
    contains text '^    2 × .*, 128 B: program\+0x401000 \+0x08 and 1 other offset, which was freed$'
    contains text '^    2 × .*, 128 B: global in program \+0x40 and 1 other offset were overwritten$'
    same "blocks" 7 "$(json 1.dump 2.dump '.dropped | length')"
    same "offsets" "8 16 24 8 16" "$(json 1.dump 2.dump \
        '[.dropped[].holder | select(.kind == "block").offset | tostring] | join(" ")')"
}

test_fail_on() {
    heap 1 'global>0 0>1 1>0 2>3 3>2'
    heap 2 'global>0 0>1 1>0 2>3 3>2'
    heap 3 '0>1 1>0 2>3 3>2'
    exits 0 "$caulk" diff --fail-on=definite,possible,cycle 1.dump 2.dump >text
    exits 1 "$caulk" diff --fail-on=definite 2.dump 3.dump >text
    exits 1 "$caulk" diff --fail-on=cycle 1.dump 2.dump 3.dump >text
    exits 0 "$caulk" diff --fail-on=possible 2.dump 3.dump >text
    refuses 'lost' "$caulk" diff --fail-on=lost 1.dump 2.dump
}

test_refuses() {
    heap 1 'global>0'
    heap 2 'global>0'
    heap 3 'global>0' pid=12
    refuses 'which dumps' "$caulk" diff 1.dump
    refuses '1.dump: .*not later than 2.dump' "$caulk" diff 2.dump 1.dump
    refuses '1.dump: .*not later' "$caulk" diff 1.dump 1.dump
    refuses '3.dump: of process 12' "$caulk" diff 1.dump 3.dump
    refuses '3.dump: of process 12' "$caulk" diff 1.dump 3.dump 2.dump
    refuses 'missing.dump' "$caulk" diff 1.dump missing.dump
    head -c 500 2.dump >cut.dump
    refuses 'cut.dump' "$caulk" diff 1.dump cut.dump
}

trend_of() { # FUNCTION DUMP…
    json "${@:2}" "[.sites[] | select(any(.stack[]; .function == \"$1\")) | .trend] | join(\" \")"
}

test_two_caches() {
    start_at_gate -- "$programs/two_caches"
    for n in 1 2 3; do
        await_gate $n
        signal_dump two_caches.$n.dump
        open_gate
    done
    same "the leak" growing "$(trend_of leak_more two_caches.{1,2,3}.dump)"
    same "the cache" filling "$(trend_of fill_more two_caches.{1,2,3}.dump)"
    same "born after the first" "2000 1010" "$(json two_caches.{1,2,3}.dump '[.sites[] |
        select(.born.blocks > 0) | .born.blocks] | join(" ")')"
    same "dropped" "cycle overwritten,null freed,overwritten overwritten" "$(json \
        two_caches.1.dump two_caches.2.dump '[.dropped[] | "\(.holder.name) \(.holder.fate)"] |
        sort | join(",")')"
    same "owner" "leaking 64000 192000" "$(json two_caches.{1,2,3}.dump '.owners[0] |
        "\(.name) \(.retained_before.bytes) \(.retained.bytes)"')"
    same "trends of owners" "filling filling,leaking growing" "$(json two_caches.{1,2,3}.dump \
        '[.owners[] | select(.name == ("leaking", "filling")) | "\(.name) \(.trend)"] | sort |
        join(",")')"
    same "in the middle" "64000 128000 192000" "$(json two_caches.{1,2,3}.dump '.owners[0] |
        [.retained_bytes[] | tostring] | join(" ")')"
    "$caulk" diff two_caches.{1,2,3}.dump >text
    contains text '^ \+125 KiB  growing    leaking \(global, two_caches\), 62.5 KiB → 125 KiB → 188 KiB'
    contains text '^GROWING remember\(\) gained 125 KiB'
    refuses 'of another program' "$caulk" diff "$(another_dump)" two_caches.3.dump
}

# Which of a place's blocks have a full stack differs from dump to dump: rows are callers.
test_sampled_stacks() {
    start_at_gate stacks=sampled interval=1k -- "$programs/two_caches"
    for n in 1 2 3; do
        await_gate $n
        signal_dump two_caches.$n.dump
        open_gate
    done
    same "by caller" "true 3010 0 1001" "$(json two_caches.{1,2,3}.dump '"\(.by_caller) \(.sites[0] |
        "\(.born.blocks) \(.freed.blocks) \(.survived.blocks)")"')"
    same "frames" "remember" "$(json two_caches.{1,2,3}.dump '.sites[0].stack[0].function')"
    same "owner" "leaking 64000 192000" "$(json two_caches.{1,2,3}.dump '.owners[0] |
        "\(.name) \(.retained_before.bytes) \(.retained.bytes)"')"
    same "one line for a list" 1 "$("$caulk" owners --json two_caches.3.dump | jq '.owners[] |
        select(.name == "leaking") | .children | length')"
    "$caulk" diff two_caches.{1,2,3}.dump >text
    contains text '^by caller: stacks were sampled'
    contains text '^GROWING remember\(\) gained 188 KiB'
}

test_low_memory_has_no_births() {
    start_at_gate memory=low -- "$programs/two_caches"
    for n in 1 2; do
        await_gate $n
        signal_dump two_caches.$n.dump
        open_gate
    done
    "$caulk" diff two_caches.1.dump two_caches.2.dump >text
    contains text '^BUT +births were not recorded'
    same "born and survived" "2000 1000" "$(json two_caches.1.dump two_caches.2.dump \
        '"\(.born.blocks) \([.sites[] | select(any(.stack[]; .function == "leak_more")) |
          .survived.blocks] | add)"')"
    same "nothing said of growth" null "$(figure two_caches.2.dump '.suspects[0].trend')"
}

another_dump() {
    tracked -- "$samples/no_leak"
    echo no_leak.1.dump
}

run_tests
