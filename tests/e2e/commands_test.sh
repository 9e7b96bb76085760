#!/usr/bin/env bash
# Every command of the command line: what it prints, its JSON, and how it refuses.
. "$(dirname "$0")/lib.sh"

commands=(run ps doctor dump watch analyze graph export report diff merge owners suppress symbolize why show info)
readers=(analyze graph owners suppress info)

sample_dump() { # SAMPLE: makes $dump
    tracked -- "$samples/$1"
    dump=$1.1.dump
    [ -e "$dump" ] || fail "no dump: $(cat log)"
}

# The command refuses with status 2 and one line "caulk: …" that matches, and prints nothing else.
refuses() { # REGEX COMMAND…
    local regex=$1 status=0
    shift
    "$@" >printed 2>refused || status=$?
    same "status of $*" 2 $status
    same "lines on standard output of $*" 0 "$(wc -l <printed)"
    same "lines on standard error of $*" 1 "$(wc -l <refused)"
    contains refused "^caulk: .*$regex"
}

json() { # COMMAND… JQ_FILTER
    local filter=${*: -1}
    "$caulk" "${@:1:$#-1}" --json | jq -r "$filter"
}

test_help() {
    for command in "${commands[@]}"; do
        exits 0 "$caulk" "$command" --help >help 2>errors
        same "errors" "" "$(cat errors)"
        contains help "caulk $command"
        matches "help_$command" <help
    done
    "$caulk" help | matches help
    "$caulk" --version | matches version
}

test_usage_errors() {
    exits 2 "$caulk" 2>errors
    refuses 'no-such-command' "$caulk" no-such-command
    refuses 'no-such-option' "$caulk" analyze --no-such-option x.dump
    refuses '' "$caulk" analyze
    refuses '' "$caulk" dump not-a-pid
    refuses '' "$caulk" run
}

test_missing_file() {
    for command in "${readers[@]}"; do
        refuses 'missing\.dump' "$caulk" "$command" missing.dump
    done
}

test_damaged_dumps() {
    local size offset
    sample_dump refcount_cycle
    size=$(stat -c %s "$dump")
    head -c 100000 /dev/urandom >random.dump
    : >empty.dump
    for bytes in 1 63 64 200 $((size / 2)) $((size - 1)); do
        head -c $bytes "$dump" >"cut$bytes.dump"
    done
    for offset in 0 9 20 70 150 $((size / 3)) $((size / 2)) $((size - 9)); do
        cp "$dump" "flipped$offset.dump"
        printf '\xff' | dd of="flipped$offset.dump" bs=1 seek=$offset conv=notrunc status=none
        # A byte that was 0xff before, or fills up a section, is no damage.
        if cmp -s "$dump" "flipped$offset.dump"; then
            rm "flipped$offset.dump"
        fi
    done
    for damaged in random.dump empty.dump cut*.dump flipped*.dump; do
        for command in "${readers[@]}"; do
            refuses "$damaged" "$caulk" "$command" "$damaged"
        done
        refuses "$damaged" "$caulk" why "$damaged" 0x1000
        refuses "$damaged" "$caulk" show "$damaged" 0x1000
    done
}

# One allocation of the command and its libraries fails: it says so, and nothing else.
refuses_each_allocation() { # COMMAND…
    local refuse=$build/fault/refuse_allocation.so number count
    count=$(REFUSE_NTH=0 LD_PRELOAD=$refuse "$caulk" "$@" 3>&1 >/dev/null)
    [ "$count" -gt 10 ] || fail "$*: $count allocations"
    for ((number = 1; number <= count / 2; number += 1 + number)); do
        REFUSE_NTH=$number LD_PRELOAD=$refuse exits 2 "$caulk" "$@" >printed 2>refused
        same "$*, allocation $number" 'caulk: out of memory' "$(cat refused)"
    done
}

needs_own_allocator() {
    nm -D "$caulk" | grep -q ' T malloc$' || skip "a sanitizer's allocator ends the process itself"
}

test_failing_allocations() {
    local address command
    needs_own_allocator
    sample_dump refcount_cycle
    address=$("$caulk" analyze --json "$dump" | jq -r '.cycles[0].members[0].address')
    "$caulk" analyze --json "$dump" >old.json
    "$caulk" suppress "$dump" >list
    for command in "analyze $dump" "analyze --json $dump" "analyze --suppressions list $dump" \
        "analyze --baseline old.json $dump" "graph $dump" "graph --json $dump" \
        "graph -T svg $dump" "owners $dump" "owners --json $dump" "info $dump" \
        "info --json $dump" "suppress $dump" "suppress --json $dump" "symbolize -o /dev/null $dump" \
        "suppress --format=valgrind $dump" "why --all $dump $address" \
        "why --json $dump $address" "show $dump $address" "show --json $dump $address" \
        "export --format=pprof $dump" "export --format=heapsnapshot $dump" \
        "export --format=valgrind-xml $dump" "export --format=sqlite $dump" ps "ps --json" \
        "report -o - $dump" "report --suppressions list -o - $dump"; do
        # shellcheck disable=SC2086
        refuses_each_allocation $command
    done
}

test_failing_allocations_with_several_dumps() {
    needs_own_allocator
    sample_dump lost_list
    tracked -- "$samples/lost_list"
    refuses_each_allocation analyze lost_list.1.dump lost_list.2.dump
    refuses_each_allocation merge lost_list.1.dump lost_list.2.dump -o /dev/null
    refuses_each_allocation report lost_list.1.dump lost_list.2.dump -o -
    start_at_gate -- "$programs/large_heap"
    signal_dump large_heap.1.dump
    signal_dump large_heap.2.dump
    refuses_each_allocation diff large_heap.1.dump large_heap.2.dump
    refuses_each_allocation diff --json large_heap.1.dump large_heap.2.dump
    refuses_each_allocation dump "$pid"
}

test_analyze_json() {
    sample_dump cycle_with_tail
    json analyze "$dump" . >analysis.json
    same "schema" caulk.analysis/1 "$(jq -r .schema analysis.json)"
    same "live is the sum" true "$(jq '.totals |
        .live.blocks == .definite.blocks + .indirect.blocks + .possible.blocks + .reachable.blocks
            + .suppressed.blocks' analysis.json)"
    same "memory adds up" true "$(jq '.memory |
        .rss == .in_use + .allocator_free + .tracker + .stacks + .other' analysis.json)"
    same "leaks add up" true "$(jq '(.leaks | map(.blocks + .indirect.blocks) | add) ==
        .totals.definite.blocks + .totals.indirect.blocks' analysis.json)"
    same "sites add up" true "$(jq '(.sites | map(.live.blocks) | add) == .totals.live.blocks' \
        analysis.json)"
    same "cyclic" true "$(jq '.leaks[0].cyclic' analysis.json)"
    same "cycle" "2 blocks 48 bytes" \
        "$(jq -r '.cycles[0] | "\(.blocks) blocks \(.bytes) bytes"' analysis.json)"
    same "edges" "0 0" "$(jq -r '[.cycles[0].edges[].offset] | join(" ")' analysis.json)"
    same "program" "$samples/cycle_with_tail" "$(jq -r .dump.program analysis.json)"
    same "innermost frames" "allocate leak" \
        "$(jq -r '[.leaks[0].stack[0, 1].function] | join(" ")' analysis.json)"
    same "line" "$(grep -n 'calloc(1, bytes)' "$root/samples/cycle_with_tail.c" | cut -d: -f1)" \
        "$(jq '.leaks[0].stack[0].line' analysis.json)"
}

test_analyze_fail_on() {
    sample_dump lost_block
    exits 1 "$caulk" analyze --fail-on=definite "$dump" >text
    exits 0 "$caulk" analyze --fail-on=cycle,possible "$dump" >text
    sample_dump self_pointer
    exits 1 "$caulk" analyze --fail-on=cycle "$dump" >text
    sample_dump interior_pointer
    exits 1 "$caulk" analyze --fail-on=possible "$dump" >text
    sample_dump no_leak
    exits 0 "$caulk" analyze --fail-on=definite,possible,cycle "$dump" >text
}

test_analyze_lists() {
    sample_dump interior_pointer
    "$caulk" analyze --possible "$dump" | without_growth | matches analyze_possible
    sample_dump growing_cache
    "$caulk" analyze --reachable "$dump" | without_growth | matches analyze_reachable
    sample_dump reachable_cycle
    same "lost cycles only" 0 "$(json analyze "$dump" '.cycles | length')"
    same "all cycles" "false 2" \
        "$(json analyze --cycles=all "$dump" '.cycles[0] | "\(.lost) \(.blocks)"')"
}

test_analyze_label() {
    sample_dump caulk_label
    same "type" session "$(json analyze "$dump" '.leaks[0].type')"
    "$caulk" analyze "$dump" >text
    contains text session
}

test_analyze_suspects() {
    sample_dump growing_cache
    same "suspect" "cache global 1001 34240" "$(json analyze "$dump" '.suspects[0] |
        "\(.name) \(.kind) \(.retained.blocks) \(.retained.bytes)"')"
    "$caulk" analyze "$dump" >text
    contains text '^R1 .*cache \(global, growing_cache\)   retains 33.4 KiB$'
}

# What is written for a dump suppresses all of it, in either format; what matches nothing is said.
test_suppressions() {
    local format
    sample_dump refcount_cycle
    for format in lsan valgrind; do
        "$caulk" suppress "$dump" --format=$format >list
        matches "suppress_$format" <list
        same "not suppressed" "0 0 3" "$(json analyze "$dump" --suppressions list '.totals |
            "\(.definite.blocks) \(.indirect.blocks) \(.suppressed.blocks)"' 2>errors)"
        same "errors" "" "$(cat errors)"
        exits 0 "$caulk" analyze --fail-on=definite,cycle --suppressions list "$dump" >text
    done
    same "JSON" "object_create object_create" "$(json suppress "$dump" \
        '[.suppressions[].pattern] | join(" ")')"
    echo 'leak:no_such_function' >list
    exits 1 "$caulk" analyze --fail-on=definite --suppressions list "$dump" >text 2>errors
    contains errors '^caulk: list: line 1: this suppression matched nothing$'
    seq -f 'leak:no_such_function_%g' 13 >list
    "$caulk" analyze --suppressions list "$dump" >text 2>errors
    same "of many" "10 1" "$(grep -c 'this suppression matched nothing$' errors) $(grep -c \
        '^caulk: list: 3 other suppressions matched nothing$' errors)"
    echo 'race:x' >list
    refuses 'list: line 1: ' "$caulk" analyze --suppressions list "$dump"
    refuses 'missing: ' "$caulk" analyze --suppressions missing "$dump"
    refuses 'lsan' "$caulk" suppress "$dump" --format=xml
}

# Of what an older analysis had nothing is news; of what it had not all is.
test_baseline() {
    sample_dump lost_list
    "$caulk" analyze --json "$dump" >old.json
    sample_dump refcount_cycle
    same "other leaks" "2" "$(json analyze "$dump" --baseline old.json .totals.definite.blocks)"
    "$caulk" analyze --json "$dump" >same.json
    tracked -- "$samples/refcount_cycle"
    same "the same leaks in another run" "0 3" "$(json analyze refcount_cycle.2.dump \
        --baseline same.json '.totals | "\(.definite.blocks) \(.suppressed.blocks)"')"
    exits 0 "$caulk" analyze --fail-on=definite --baseline same.json "$dump" >text
    exits 1 "$caulk" analyze --fail-on=definite --baseline old.json "$dump" >text
    echo '{ "schema": "caulk.diff/1" }' >other.json
    refuses 'other.json: not a document of schema' "$caulk" analyze --baseline other.json "$dump"
    printf '{ "schema":\n"caulk.analysis/1",\n"leaks": [ } ] }' >half.json
    refuses 'half.json: line 3: not JSON' "$caulk" analyze --baseline half.json "$dump"
    head -c 3000000 /dev/zero | tr '\0' '[' >nested
    {
        echo '{ "schema": "caulk.analysis/1", "leaks": [], "more": '
        cat nested
        tr '[' ']' <nested
        echo '}'
    } >nested.json
    refuses 'nested.json: not a document of schema' "$caulk" analyze --baseline nested.json "$dump"
    refuses 'missing.json: ' "$caulk" analyze --baseline missing.json "$dump"
}

test_graph() {
    sample_dump lost_tree
    "$caulk" graph "$dump" >tree.dot
    same "nodes of the tree" 7 "$(dot -Tplain tree.dot | grep -c '^node')"
    same "edges of the tree" 6 "$(dot -Tplain tree.dot | grep -c '^edge')"
    filter <tree.dot | matches graph_lost_tree
    "$caulk" graph "$dump" -T svg -o tree.svg
    contains tree.svg '<svg'
    "$caulk" graph "$dump" -T png -o tree.png
    same "PNG" 89504e47 "$(head -c 4 tree.png | od -An -tx1 | tr -d ' ')"
    sample_dump cycle_with_tail
    "$caulk" graph "$dump" --cycle C1 | matches graph_cycle
}

test_graph_parts() {
    local block site
    sample_dump lost_tree
    block=$(json analyze "$dump" '.leaks[0].example')
    site=$(json analyze "$dump" '.leaks[0].site')
    "$caulk" graph "$dump" --block "$block" >block.dot
    "$caulk" graph "$dump" --site "$site" >site.dot
    dot -Tplain block.dot >/dev/null
    dot -Tplain site.dot >/dev/null
    refuses '' "$caulk" graph "$dump" --block 0x10
    refuses 'C99' "$caulk" graph "$dump" --cycle C99
    refuses 'S99' "$caulk" graph "$dump" --site S99
}

test_why() {
    local block
    sample_dump reachable_cycle
    block=$(json analyze --cycles=all "$dump" '.cycles[0].members | max_by(.address).address')
    same "schema" caulk.why/1 "$(json why "$dump" "$block" .schema)"
    same "root" "global desktop" "$(json why "$dump" "$block" '.root | "\(.kind) \(.name)"')"
    same "offset in the global" 0 "$(json why "$dump" "$block" '.chain[0].offset')"
    same "chain" "2 $block" \
        "$(json why "$dump" "$block" '"\(.chain | length) \(.chain[-1].address)"')"
    "$caulk" why "$dump" "$block" | matches why_reachable
    sample_dump owned_cycle
    block=$(json analyze "$dump" '.cycles[0].members[0].address')
    same "root of a lost block" null "$(json why "$dump" "$block" .root)"
    "$caulk" why "$dump" "$block" | matches why_lost
    refuses '' "$caulk" why "$dump" 0x10
    refuses '' "$caulk" why "$dump" nonsense
}

test_show() {
    local block
    sample_dump refcount_cycle
    block=$(json analyze "$dump" '.cycles[0].members[0].address')
    same "schema" caulk.show/1 "$(json show "$dump" "$block" .schema)"
    same "bytes" 24 "$(json show "$dump" "$block" .bytes)"
    same "kind" definite "$(json show "$dump" "$block" .kind)"
    same "born after the dump" false "$("$caulk" analyze --json "$dump" |
        jq --argjson born "$(json show "$dump" "$block" .born.last_seconds)" \
            '$born > .dump.uptime_seconds')"
    same "points to its partner" 8 "$(json show "$dump" "$block" '.points_to[0].offset')"
    same "pointed to by its partner" 8 "$(json show "$dump" "$block" '.pointed_by[0].offset')"
    "$caulk" show "$dump" "$block" | matches show
}

test_owners() {
    sample_dump growing_cache
    json owners "$dump" . >owners.json
    same "schema" caulk.owners/1 "$(jq -r .schema owners.json)"
    same "the table" "cache global null 1001 34240" "$(jq -r '.owners[0] |
        "\(.name) \(.kind) \(.type) \(.retained.blocks) \(.retained.bytes)"' owners.json)"
    same "its module" "$samples/growing_cache" "$(jq -r '.owners[0].module' owners.json)"
    same "its blocks as one" "block 1000 24000" "$(jq -r '.owners[0].children[0].children[0] |
        "\(.kind) \(.count) \(.retained.bytes)"' owners.json)"
    sample_dump refcount_cycle
    same "a lost cycle" "cycle" "$(json owners "$dump" '.owners[0].kind')"
    same "as in analyze" "$(json analyze "$dump" '.cycles[0].retained.bytes')" \
        "$(json owners "$dump" '.owners[0].retained.bytes')"
}

test_info() {
    sample_dump no_leak
    json info "$dump" . >info.json
    same "schema" caulk.info/1 "$(jq -r .schema info.json)"
    same "format" 5 "$(jq .format_version info.json)"
    same "blocks" 1 "$(jq .counts.blocks info.json)"
    same "dropped" 0 "$(jq .counts.dropped info.json)"
    same "the program among the modules" 1 \
        "$(jq "[.modules[] | select(.path == \"$samples/no_leak\")] | length" info.json)"
}

test_ps_and_dump() {
    start_at_gate -- "$programs/large_heap"
    same "in ps" "$programs/large_heap" "$(json ps ".. | objects | select(.pid? == $pid) | .program")"
    exits 0 "$caulk" dump "$pid" >path
    same "printed path" "$tmp/large_heap.1.dump" "$(cat path)"
    exits 0 "$caulk" dump "$pid" -o copy.dump >path
    same "printed path with -o" copy.dump "$(basename "$(cat path)")"
    same "lost in the copy" 7 "$(leaked_by copy.dump lose_block)"
    "$caulk" ps >list
    contains list "$pid +.*large_heap"
}

test_dump_of_untracked_process() {
    tail -f /dev/null &
    pid=$!
    own_pids+=("$pid")
    refuses "$pid" "$caulk" dump "$pid"
    ! is_gone "$pid" || fail "an untracked process was killed"
    refuses '' "$caulk" dump 999999999
}

test_run() {
    exits 0 "$caulk" run --dump="$tmp/%e.%n.dump" --at_exit=yes -- "$programs/exit_status" 0 2>log
    same "lost" 1 "$(leaked_by exit_status.1.dump lose_block)"
    exits 42 "$caulk" run -- "$programs/exit_status" 42
    exits 137 "$caulk" run -- "$programs/exit_status" kill 2>log
    exits 2 "$caulk" run -- "$tmp/no-such-program" 2>log
}

test_run_fail_on() {
    exits 1 "$caulk" run --fail-on=definite -- "$programs/exit_status" 0 >text 2>log
    exits 0 "$caulk" run --fail-on=cycle -- "$programs/exit_status" 0 >text 2>log
    exits 42 "$caulk" run --fail-on=definite -- "$programs/exit_status" 42 >text 2>log
    exits 0 "$caulk" run --fail-on=definite -- "$samples/no_leak" >text 2>log
}

test_run_refuses_what_cannot_be_tracked() {
    refuses static "$caulk" run -- "$programs/static_program"
    refuses allocator "$caulk" run -- "$programs/own_malloc"
}

test_options() {
    CAULK_OPTIONS="depht=3:dump=$tmp/%e.%n.dump:log=$tmp/log" LD_PRELOAD=$tracker "$samples/lost_list"
    contains log '^caulk: [0-9]+: .*depht'
    [ -e lost_list.1.dump ] || fail "an unknown key kept the program from dumping"
    tracked depth=1 -- "$samples/lost_tree"
    same "frames" 1 "$(json analyze lost_tree.1.dump '.leaks[0].stack | map(select(.inlined | not))
        | length')"
    CAULK_OPTIONS="dump=$tmp/with\\:colon.%n:log=none" LD_PRELOAD=$tracker "$samples/lost_block"
    [ -e with:colon.1 ] || fail "a colon in a path was not understood"
}

test_existing_file_is_never_overwritten() {
    echo precious >taken.dump
    CAULK_OPTIONS="dump=$tmp/taken.dump:log=$tmp/log" LD_PRELOAD=$tracker \
        exits 1 "$samples/lost_block"
    same "the file" precious "$(cat taken.dump)"
    contains log '^caulk: [0-9]+: no dump: '
    echo precious >lost_block.1.dump
    tracked -- "$samples/lost_block"
    same "the next free number" 1 "$(leaked_by lost_block.2.dump greet)"
    same "mode" 600 "$(stat -c %a lost_block.2.dump)"
}

run_tests
