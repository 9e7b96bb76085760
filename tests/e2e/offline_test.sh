#!/usr/bin/env bash
# The offline commands on heaps made to order, in the notation of tests/support/dump_builder.h:
# without the tracker, and the same to the letter on every machine.
. "$(dirname "$0")/lib.sh"
set -o pipefail

# Two equal lost pairs, a lost owner with two blocks behind it, a lost block by itself, and a kept
# block with an interior pointer to another.
mixed='0#1 1#2 0>1 1@16>0 2#1 3#2 2>3 3@16>2 4#3 4>5 5#4 5:300 5>6 6#4 7#5 7:100
       8#6 global>8 8>9+8 9#7'

heap() { # NAME LINE [FIELD=NUMBER…]: makes NAME.dump
    "$build/bench/make_dump" graph "$2" "$1.dump" "${@:3}"
}

# A line with WORDS N times, where a and b stand for 0 and 1, 1 and 2, and so on by STEP.
repeated() { # N STEP WORDS
    awk -v count="$1" -v step="$2" -v words="$3 " 'BEGIN {
        for (i = 0; i < count; i++) {
            line = words
            gsub("a", i * step, line)
            gsub("b", i * step + 1, line)
            printf "%s", line
        } }'
}

json() { # COMMAND… JQ_FILTER
    local filter=${*: -1}
    "$caulk" "${@:1:$#-1}" --json >out.json
    python3 -m json.tool out.json >/dev/null
    jq -r "$filter" out.json
}

test_analyze_mixed() {
    heap mixed "$mixed"
    "$caulk" analyze mixed.dump | matches_exactly offline_mixed
    "$caulk" mixed.dump >short
    "$caulk" analyze mixed.dump | diff - short
    "$caulk" analyze --possible --reachable mixed.dump | matches_exactly offline_mixed_all
}

test_analyze_json() {
    heap mixed "$mixed"
    "$caulk" analyze --json mixed.dump | jq . | matches_exactly offline_mixed_json
    same "equal pairs" "P1 2 4" "$(json analyze mixed.dump \
        '.shapes[0] | "\(.id) \(.cycles) \(.retained.blocks)"')"
    same "not known is null" "null" "$(json analyze mixed.dump '.cycles[0].edges[0].field')"
}

test_analyze_names() {
    heap labels '0~session 1~peer 0>1 1>0 2~std::vector<int> 3~Grüße 2>3'
    "$caulk" analyze labels.dump | matches_exactly offline_labels
    same "types" "session peer" "$(json analyze labels.dump '[.cycles[0].members[].type] | join(" ")')"
}

test_analyze_long_list() {
    heap list "$(repeated 5000 1 'a>b')"
    "$caulk" analyze list.dump | matches_exactly offline_list
}

test_analyze_long_ring() {
    "$build/bench/make_dump" ring 3000 ring.dump
    same "members" "1000 2000" "$(json analyze ring.dump \
        '.cycles[0] | "\(.members | length) \(.members_omitted)"')"
    same "edges" "1000 2000" "$(json analyze ring.dump \
        '.cycles[0] | "\(.edges | length) \(.edges_omitted)"')"
}

test_analyze_no_leak() {
    heap kept 'global>0 0>1 1>0'
    "$caulk" analyze kept.dump | matches_exactly offline_kept
    "$caulk" analyze --cycles=all kept.dump | matches_exactly offline_kept_cycles
    same "cycles" 0 "$(json analyze kept.dump '.cycles | length')"
    same "all cycles" "C1 false" "$(json analyze --cycles=all kept.dump '.cycles[0] | "\(.id) \(.lost)"')"
}

test_analyze_self() {
    heap self '0>0'
    "$caulk" analyze self.dump | matches_exactly offline_self
    same "self" true "$(json analyze self.dump '.cycles[0].self')"
}

test_analyze_only_the_worst() {
    heap places "$(repeated 15 1 'a#b')"
    "$caulk" analyze places.dump | matches_exactly offline_places
    same "all in JSON" 15 "$(json analyze places.dump '.leaks | length')"
}

test_analyze_memory() {
    heap leak '0' rss=4710 in_use=3994 free=410 tracker=205
    "$caulk" analyze leak.dump | matches_exactly offline_memory
    same "parts" "4938792960 4188012544 105906176" "$(json analyze leak.dump \
        '.memory | "\(.rss) \(.in_use) \(.other)"')"
    heap free 'global>0' rss=1000 in_use=500 free=301
    "$caulk" analyze free.dump | matches_exactly offline_fragmented
    heap more 'global>0' rss=10 in_use=9 free=8
    same "what is too much" true "$(json analyze more.dump '.memory |
        .rss == .in_use + .allocator_free + .tracker + .stacks + .other')"
}

test_analyze_born() {
    heap start '0^100 1#1 1^30000 2#1 2^27359600 3#2' uptime=273600
    "$caulk" analyze start.dump | matches_exactly offline_born
}

# A table of 50 entries, born from `first` to `last` in equal steps.
grown() { # FIRST_TICK LAST_TICK
    echo "global@16>0 0#1 0^0"
    for ((i = 1; i <= 50; i++)); do
        echo "$i#2 $i^$(($1 + (i - 1) * ($2 - $1) / 49)) 0>$i"
    done
}

test_analyze_suspects() {
    # 76 hours in ticks of 10 ms
    local hours=$((76 * 360000))
    heap even "$(grown 0 $hours)" uptime=273600
    "$caulk" analyze even.dump | matches_exactly offline_growing
    same "growing" "global growing growing 51" "$(json analyze even.dump '.suspects[0] |
        "\(.kind) \(.trend) \(.profile) \(.retained.blocks)"')"
    heap start "$(grown 0 $((hours / 100)))" uptime=273600
    "$caulk" analyze start.dump | matches_exactly offline_startup
    same "steady" "steady start-up" "$(json analyze start.dump '.suspects[0] |
        "\(.trend) \(.profile)"')"
    heap young "$(grown $((hours * 94 / 100)) $hours)" uptime=273600
    same "steady" "steady working set" "$(json analyze young.dump '.suspects[0] |
        "\(.trend) \(.profile)"')"
    heap both "$(grown 0 $hours) 60:400#9" uptime=273600
    "$caulk" analyze both.dump | matches_exactly offline_leak_and_suspect
    heap low "$(grown 0 1)" births=none
    same "no births" "null null" "$(json analyze low.dump '.suspects[0] |
        "\(.trend) \(.born_bytes)"')"
    heap shared "global>0 0#1 tls>1 1#2 0@8>2 1@8>2 2#3 2:4000"
    "$caulk" analyze shared.dump | matches_exactly offline_shared_suspect
    same "holders" "global tls" "$(json analyze shared.dump \
        '[.suspects[0].held_by[].kind] | join(" ")')"
}

test_analyze_sites() {
    heap list 'global>0 0>1 1>2 2>3 0#1 1#1 2#1 3#2'
    same "retained once" "3 4" "$(json analyze list.dump '.sites[] | select(.id == "S1") |
        "\(.live.blocks) \(.retained.blocks)"')"
    same "born" "start-up" "$(json analyze list.dump '.sites[0].profile')"
}

test_analyze_tree() {
    heap parent "$mixed" pid=100 rss=100
    heap child '0!inherited 1!inherited 0#1 1#2 0>1 1@16>0 2 3>3 3#9' pid=101 rss=50
    "$caulk" analyze parent.dump child.dump | matches_exactly offline_tree
    same "dumps" "100 100 101" "$(json analyze child.dump parent.dump \
        '"\(.dump.pid) \(.dumps[0].pid) \(.dumps[1].pid)"')"
    same "blocks" 12 "$(json analyze parent.dump child.dump '.totals.live.blocks')"
    "$caulk" graph parent.dump child.dump --cycle C3 | matches_exactly offline_tree_graph
    exits 2 "$caulk" analyze parent.dump parent.dump 2>errors
    contains errors '^caulk: parent.dump: '
}

# Four lost blocks from one helper that two functions call, two of them sampled; a larger one that
# no sample speaks for; three equal lost pairs.
sampled='0#1/5:100 1#1/6:100 2#1/:100 3#1/:100 4#1/:3000 5#2:100 4>5
         6#3/7:100 7#4/:100 6>7 7>6 8#3/8:100 9#4/:100 8>9 9>8 10#3/7:100 11#4/:100 10>11 11>10'

test_analyze_sampled() {
    heap sampled "$sampled" sampled=100000
    "$caulk" analyze sampled.dump | matches_exactly offline_sampled
    "$caulk" analyze --json sampled.dump | jq . | matches_exactly offline_sampled_json
    "$caulk" graph sampled.dump --site S3 2>errors | matches_exactly offline_sampled_graph
    contains errors '^caulk: sampled.dump: only the blocks whose stack was sampled are drawn: 1$'
    "$caulk" show sampled.dump 0x10002000 | matches_exactly offline_sampled_show
    TZ=UTC "$caulk" info sampled.dump | grep ^stacks | matches_exactly offline_sampled_info
    same "stacks" '{"mode":"sampled","interval":100000,"depth":64,"full":6}' \
        "$(json info sampled.dump '.stacks | tojson')"
    heap folded "$(repeated 60 1 'a#1/:100') 40#1/5 41#1/6" sampled=100000
    "$caulk" graph folded.dump | matches_exactly offline_sampled_folded
}

test_fail_on() {
    heap mixed "$mixed"
    heap kept 'global>0'
    for kind in definite possible cycle definite,cycle; do
        exits 1 "$caulk" analyze --fail-on=$kind mixed.dump >text
        exits 0 "$caulk" analyze --fail-on=$kind kept.dump >text
    done
    exits 2 "$caulk" analyze --fail-on=lost mixed.dump 2>errors
}

test_graph() {
    heap mixed "$mixed"
    "$caulk" graph mixed.dump | matches_exactly offline_graph
    "$caulk" graph mixed.dump --json | jq . | matches_exactly offline_graph_json
    "$caulk" graph mixed.dump --cycle C1 >cycle.dot
    "$caulk" graph mixed.dump --cycle P1 | diff - cycle.dot
    same "a cycle by itself" 2 "$(dot -Tplain cycle.dot | grep -c ^node)"
    "$caulk" graph mixed.dump --block 0x10009018 | matches_exactly offline_graph_block
    same "a site" 4 "$(json graph mixed.dump --site S2 '.nodes | length')"
}

test_graph_folds() {
    heap table "0:4096 $(repeated 400 1 '0>b')"
    "$caulk" graph table.dump | matches_exactly offline_graph_table
    heap pairs "$(repeated 100 2 'a#1 b#2 a>b b>a')"
    "$caulk" graph pairs.dump | matches_exactly offline_graph_pairs
    heap places "$(repeated 300 1 'a#a a:b')"
    "$caulk" graph places.dump >places.dot 2>errors
    same "nodes" 200 "$(dot -Tplain places.dot | grep -c ^node)"
    contains errors '^caulk: places.dump: 101 blocks not drawn'
    contains places.dot '… 101 more'
    "$caulk" graph places.dump --max-nodes=1000 >places.dot
    same "nodes" 300 "$(grep -c '^[[:space:]]n[0-9]*[[:space:]]\[' places.dot)"
    "$caulk" graph places.dump --max-nodes=1000 -T svg -o places.svg
    contains places.svg '<svg'
}

test_graph_of_hostile_names() {
    heap hostile '0~a\ 1~std::vector<int>&\" 0>1 1>0 2~<b>x</b> 2>0+8 3 global>3 3>4+8'
    "$caulk" graph hostile.dump >hostile.dot
    dot -Tplain hostile.dot >/dev/null
    opens_in_xdot hostile.dot
    "$caulk" graph hostile.dump --block 0x10004000 >block.dot
    opens_in_xdot block.dot
    "$caulk" graph hostile.dump -T svg | python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse(sys.stdin)'
}

test_graph_of_nothing() {
    heap kept 'global>0'
    "$caulk" graph kept.dump >kept.dot
    same "nodes" 0 "$(dot -Tplain kept.dot | grep -c ^node)"
    "$caulk" graph kept.dump -T png -o kept.png
    [ -s kept.png ] || fail "an empty picture is a picture"
}

# A list and an index that hold the same entries; each entry has a value that is its own.
list_and_index() {
    echo "global>0 0#1 $(repeated 20 2 'a@16>b a#3') tls>100 100#2"
    for ((i = 2; i < 40; i += 2)); do
        echo "$((i - 2))@8>$i 100>$i $((i + 1))#4"
    done
}

test_owners() {
    heap mixed "$mixed"
    "$caulk" owners mixed.dump | matches_exactly offline_owners
    "$caulk" owners mixed.dump --json | jq . | matches_exactly offline_owners_json
    heap both "$(list_and_index)"
    "$caulk" owners both.dump | matches_exactly offline_owners_shared
    same "the entries" "block 19 global tls" "$(json owners both.dump '.owners[] |
        select(.count == 19) | "\(.kind) \(.count) \([.held_by[].kind] | join(" "))"')"
    heap wide "$(repeated 30 1 'a#a')"
    "$caulk" owners wide.dump | matches_exactly offline_owners_wide
    heap typed 'global>0 0>1 1>2 global>3 0~table 1~table 2~entry 3~entry 4~entry'
    "$caulk" owners --types typed.dump | matches_exactly offline_owners_types
    same "types" "table 2 3,entry 3 3" "$(json owners typed.dump '[.types[] |
        "\(.type) \(.own.blocks) \(.retained.blocks)"] | join(",")')"
    exits 2 "$caulk" owners 2>errors
    contains errors '^caulk: owners: which dump'
}

test_why_and_show() {
    heap mixed "$mixed"
    "$caulk" why mixed.dump 0x10009000 | matches_exactly offline_why_possible
    "$caulk" why mixed.dump 0x10006010 | matches_exactly offline_why_lost
    "$caulk" why mixed.dump 0x10008000 --json | jq . | matches_exactly offline_why_json
    "$caulk" show mixed.dump 0x10005000 | matches_exactly offline_show
    "$caulk" show mixed.dump 0x10009000 --json | jq . | matches_exactly offline_show_json
    heap list "global>0 $(repeated 4000 1 'a>b')"
    "$caulk" why list.dump 0x10fa0000 | matches_exactly offline_why_long
    heap table "0:4096 $(repeated 400 1 '0>b')"
    "$caulk" show table.dump 0x10000000 | matches_exactly offline_show_table
}

test_why_all() {
    heap roots 'global@8>0 0>1 tls@16>1 stack>2 2>1 3 stack@64>4 registers@8>5 global>6+8'
    "$caulk" why roots.dump 0x10001000 --all | matches_exactly offline_why_all
    same "roots" "tls 1,global 2,stack 2" "$(json why roots.dump 0x10001000 --all \
        '[.roots[] | "\(.root.kind) \(.chain | length)"] | join(",")')"
    same "weak" "null stack_word register interior null" "$(
        for block in 0 4 5 6 3; do
            json why roots.dump 0x1000${block}000 .weak
        done | xargs)"
    "$caulk" why roots.dump 0x10004000 | matches_exactly offline_why_weak
    "$caulk" analyze roots.dump >text
    contains text '^192 B kept alive only by registers'
    heap stale 'stack>0 0>1 0#1 2#1'
    same "stale" "2 128 2" "$(json analyze stale.dump '.weak |
        "\(.blocks) \(.bytes) \(.stack_words.blocks)"')"
    "$caulk" show stale.dump 0x10001000 >text
    contains text '^kept by   nothing but one word on a stack: it may be stale$'
    "$caulk" why stale.dump 0x10000000 >text
    contains text '^kept alive only by one word on a stack: it looks stale, since 1 block from its place is lost$'
    same "shown" "stack_word" "$(json show stale.dump 0x10001000 .weak)"
    heap ring '0>1 1>2 2>0 3>1'
    "$caulk" why ring.dump 0x10001000 | matches_exactly offline_why_cycle
    same "cut" "C1 1" "$(json why ring.dump 0x10001000 '"\(.cycle) \(.cut | length)"')"
    exits 2 "$caulk" show roots.dump 0x10001000 --all 2>errors
}

test_info() {
    heap mixed "$mixed"
    TZ=UTC "$caulk" info mixed.dump | matches_exactly offline_info
    "$caulk" info mixed.dump --json | jq . | matches_exactly offline_info_json
}

# Nothing that is made of a dump is worth it.
test_no_dump_is_written_over() {
    heap mixed "$mixed"
    cp mixed.dump before
    for command in graph report merge symbolize "export --format=jsonl"; do
        # shellcheck disable=SC2086
        exits 2 "$caulk" $command mixed.dump -o mixed.dump 2>refused
        one_line refused '^caulk: mixed.dump: .*; nothing is written over'
        cmp before mixed.dump
    done
}

test_an_interrupted_copy_leaves_nothing() {
    heap mixed "$mixed"
    exits 143 env "ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" \
        "LD_PRELOAD=$build/fault/interrupt_copy.so" "$caulk" symbolize mixed.dump -o named.dump
    same "left" mixed.dump "$(ls)"
}

test_output_that_cannot_be_written() {
    heap mixed "$mixed"
    for command in "analyze mixed.dump" "analyze --json mixed.dump" "graph mixed.dump" help; do
        # shellcheck disable=SC2086
        exits 2 "$caulk" $command >/dev/full 2>errors
        contains errors '^caulk: .*No space left'
    done
    exits 2 "$caulk" graph mixed.dump -o /dev/full 2>errors
    contains errors '^caulk: /dev/full: No space left'
    "$build/bench/make_dump" single 20000 many.dump
    { "$caulk" analyze --json many.dump 2>errors || :; } | head -c 10 >/dev/null
    same "errors of a closed pipe" "" "$(cat errors)"
}

run_tests
