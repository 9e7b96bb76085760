#!/usr/bin/env bash
# caulk merge: dumps of several processes as one, read by the other commands.
. "$(dirname "$0")/lib.sh"

refuses() { # REGEX COMMAND…: status 2, and one line that matches
    local status=0
    "${@:2}" >printed 2>refused || status=$?
    same "status of ${*:2}" 2 $status
    same "lines printed by ${*:2}" 0 "$(wc -l <printed)"
    one_line refused "^caulk: .*$1"
}

program_dumps() { # SAMPLE COUNT [KEY=VALUE…]: SAMPLE.1.dump and so on, of as many processes
    local each
    for ((each = 1; each <= $2; each++)); do
        tracked "${@:3}" -- "$1" >/dev/null
    done
}

# One figure of several dumps, added up.
added_up() { # JQ_FILTER DUMP…
    local dump
    for dump in "${@:2}"; do figure "$dump" "$1"; done | awk '{ sum += $1 } END { print sum }'
}

test_figures_add_up() {
    program_dumps "$samples/refcount_cycle" 3
    program_dumps "$samples/lost_tree" 2
    "$caulk" merge refcount_cycle.*.dump lost_tree.*.dump -o fleet.dump >printed
    one_line printed '^fleet.dump: 5 dumps, 5 processes on 1 host, '
    for of in live definite indirect possible reachable suppressed lost_cycles; do
        for what in blocks bytes; do
            filter=".totals.$of.$what"
            same "$of $what" "$(added_up "$filter" refcount_cycle.*.dump lost_tree.*.dump)" \
                "$(figure fleet.dump "$filter")"
        done
    done
    same cycles "$(added_up .totals.lost_cycles.cycles ./*.[1-3].dump)" \
        "$(figure fleet.dump .totals.lost_cycles.cycles)"
    same "sites of one program" "$(figure refcount_cycle.1.dump '.leaks | length')" \
        "$(("$(figure fleet.dump '.leaks | length')" - "$(figure lost_tree.1.dump '.leaks | length')"))"
}

test_addresses_differ_and_places_do_not() {
    program_dumps "$samples/refcount_cycle" 4
    "$caulk" merge refcount_cycle.*.dump -o fleet.dump >/dev/null
    [ "$(for each in refcount_cycle.*.dump; do figure "$each" '.leaks[0].stack[0].address'; done |
        sort -u | wc -l)" -gt 1 ] || skip 'programs are always loaded at one address here'
    signatures='[.leaks[].signature] | sort | join(" ")'
    same signatures "$(figure refcount_cycle.1.dump "$signatures")" \
        "$(figure fleet.dump "$signatures")"
    "$caulk" analyze fleet.dump >text
    contains text '^refcount_cycle, 4 processes on 1 host, up to '
    contains text '^Merged '
    contains text '    cycles  all of them in lost cycles'
    exits 1 "$caulk" analyze --fail-on=cycle fleet.dump >/dev/null
    lacks text 'caulk graph'
}

test_estimates_stay_estimates() {
    for each in 1 2; do
        start_at_gate stacks=sampled interval=256 -- "$programs/paths"
        signal_dump "paths.$each.dump"
        open_gate
        wait_until is_gone "$pid"
        rm gate out
    done
    "$caulk" merge paths.1.dump paths.2.dump -o fleet.dump >/dev/null
    "$caulk" info fleet.dump >text
    contains text '^stacks    sampled, in one of the processes or more$'
    estimated='[.leaks[] | select(.estimated)] | length'
    [ "$(figure fleet.dump "$estimated")" -gt 0 ] || fail 'nothing is estimated'
    same definite "$(added_up .totals.definite.bytes paths.*.dump)" \
        "$(figure fleet.dump .totals.definite.bytes)"
    through='[.leaks[] | select(any(.stack[]; .function == "often")) | .blocks] | add'
    same 'blocks through often()' "$(added_up "$through" paths.*.dump)" \
        "$(figure fleet.dump "$through")"
}

test_merged_dumps_merge_and_processes_count_once() {
    program_dumps "$samples/lost_block" 4
    "$caulk" merge lost_block.1.dump lost_block.2.dump -o one.dump >/dev/null
    "$caulk" merge lost_block.3.dump lost_block.4.dump -o two.dump >/dev/null
    "$caulk" merge one.dump two.dump -o both.dump >/dev/null
    "$caulk" merge lost_block.*.dump -o all.dump >/dev/null
    for filter in .totals '.leaks | map([.kind, .blocks, .bytes, .indirect, .signature]) | sort' \
        '[.dump.processes, .dump.hosts]'; do
        same "$filter" "$(figure all.dump "$filter" | jq -c .)" \
            "$(figure both.dump "$filter" | jq -c .)"
    done
    refuses 'of process [0-9]+ of .*, of which a dump was merged already' \
        "$caulk" merge one.dump lost_block.2.dump -o x.dump
    refuses 'where to\?' "$caulk" merge one.dump
    refuses 'one.dump: .*exists' "$caulk" merge lost_block.1.dump -o one.dump
    head -c 400 one.dump >cut.dump
    refuses 'cut.dump: truncated' "$caulk" merge lost_block.3.dump cut.dump -o x.dump
    [ ! -e x.dump ] || fail 'a file is left behind'
    "$caulk" info all.dump >text
    contains text '^merged    4 processes on 1 host, summed by place and verdict$'
    same processes 4 "$("$caulk" info --json all.dump | jq '.processes | length')"
    "$caulk" merge one.dump two.dump -o - | cmp - both.dump || fail 'another file on standard output'
}

test_what_needs_a_graph_says_so() {
    program_dumps "$samples/refcount_cycle" 1
    "$caulk" merge refcount_cycle.1.dump -o fleet.dump >/dev/null
    refuses 'a merged dump has sums and no graph; caulk graph ' "$caulk" graph fleet.dump
    refuses 'a merged dump has sums and no graph; caulk owners ' "$caulk" owners fleet.dump
    refuses 'a merged dump has sums and no graph; caulk why ' "$caulk" why fleet.dump 0x1000
    refuses 'a merged dump has sums and no graph; caulk show ' "$caulk" show fleet.dump 0x1000
    refuses 'a merged dump has sums and no graph; a heap snapshot ' \
        "$caulk" export fleet.dump --format=heapsnapshot -o x
    echo leak:main >list
    refuses "a merged dump: what suppressed blocks own can't be told there" \
        "$caulk" analyze --suppressions list fleet.dump
    "$caulk" suppress fleet.dump | grep -q '^leak:' || fail 'no suppressions for what is lost'
    "$caulk" symbolize fleet.dump -o named.dump >/dev/null
    same 'named totals' "$(figure fleet.dump .totals)" "$(figure named.dump .totals)"
    refuses 'caulk merge adds it' "$caulk" analyze fleet.dump refcount_cycle.1.dump
    refuses 'a merged dump, but refcount_cycle.1.dump is not' \
        "$caulk" diff refcount_cycle.1.dump fleet.dump
}

test_growth_between_two_days() {
    for each in 1 2; do
        mkdir "$each"
        (
            cd "$each"
            tmp=$PWD
            trap end_own EXIT
            start_at_gate -- "$programs/two_caches"
            signal_dump two_caches.1.dump
            open_gate
            await_gate 2
            signal_dump two_caches.2.dump
        )
    done
    "$caulk" merge ./*/two_caches.1.dump -o monday.dump >/dev/null
    "$caulk" merge ./*/two_caches.2.dump -o tuesday.dump >/dev/null
    "$caulk" diff --json monday.dump tuesday.dump >diff.json
    same 'born through leak_more()' 2000 "$(jq '[.sites[] |
        select(any(.stack[]; .function == "leak_more")) | .born.blocks] | add' diff.json)"
    same 'freed through leak_more()' 0 "$(jq '[.sites[] |
        select(any(.stack[]; .function == "leak_more")) | .freed.blocks] | add' diff.json)"
    exits 1 "$caulk" diff --fail-on=definite monday.dump tuesday.dump >text
    contains text '^two_caches, 2 processes on 1 host to 2 processes on 1 host, '
    contains text '^GROWING remember\(\) gained 125 KiB'
    contains text 'born and freed are what each place gained or lost on balance'
}

test_report() {
    program_dumps "$samples/refcount_cycle" 2
    "$caulk" merge refcount_cycle.*.dump -o fleet.dump >/dev/null
    "$caulk" report fleet.dump -o fleet.html
    contains fleet.html '<p>2 processes on 1 host, up to '
    contains fleet.html 'Merged from several dumps'
    lacks fleet.html 'id=(cycles|owners)'
}

test_exports() {
    program_dumps "$samples/refcount_cycle" 2
    "$caulk" merge refcount_cycle.*.dump -o fleet.dump >/dev/null
    lost=$(figure fleet.dump '.totals | .definite.bytes + .indirect.bytes')
    for format in dhat folded heaptrack jsonl junit pprof prometheus sarif sqlite valgrind-xml; do
        "$caulk" export fleet.dump --format=$format -o "fleet.$format"
        [ -s "fleet.$format" ] || fail "nothing in fleet.$format"
    done
    same 'lost, folded' "$lost" \
        "$(awk '/^(definite|indirect);/ { sum += $NF } END { print sum }' fleet.folded)"
    same 'lost, as sums' "$lost" \
        "$(jq 'select(.record == "sum" and (.kind | IN("definite", "indirect"))) | .bytes' \
            fleet.jsonl | awk '{ sum += $1 } END { print sum }')"
    same 'processes, as rows' 2 "$(sqlite3 fleet.sqlite 'SELECT count(DISTINCT pid) FROM dump')"
    lacks fleet.prometheus 'pid='
    if command -v go >/dev/null; then
        go tool pprof -sample_index=leaked_space -unit=B -top fleet.pprof >top 2>/dev/null
        contains top ', 2 processes on 1 host$'
        contains top "Showing nodes accounting for ${lost}B"
    fi
    if command -v promtool >/dev/null; then
        promtool check metrics <fleet.prometheus
    fi
}

test_python_functions_are_places() {
    command -v python3 >/dev/null || skip 'no python3'
    for each in 1 2; do
        tracked at_exit=yes -- python3 "$root/tests/e2e/programs/python_sessions.py" </dev/null \
            >/dev/null 2>&1 || true
    done
    dumps=(python3*.dump)
    [ ${#dumps[@]} -ge 2 ] || skip "python3 made ${#dumps[@]} dumps: $(cat log)"
    "$caulk" merge "${dumps[@]}" -o fleet.dump >/dev/null
    same live "$(added_up .totals.live.blocks "${dumps[@]}")" \
        "$(figure fleet.dump .totals.live.blocks)"
    of_python='[.sites[] | select(any(.stack[]; .language == "python")) | .live.blocks] | add // 0'
    same "blocks of Python's functions" "$(added_up "$of_python" "${dumps[@]}")" \
        "$(figure fleet.dump "$of_python")"
}

run_tests
