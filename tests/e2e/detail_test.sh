#!/usr/bin/env bash
# --detail=lost and detail=lost: what is lost or possible is there as in a dump of everything, the
# rest is summed.
. "$(dirname "$0")/lib.sh"

# All that a dump of lost blocks alone has to have right, without addresses and times. (The class of
# what was summed is not known.)
judged() { # DUMP
    figure "$1" '.totals,
        [.leaks[] | [.site, .kind, .cyclic, .type, .blocks, .bytes, .indirect, .signature]],
        [.cycles[] | [.id, .lost, .self, .blocks, .bytes, .retained, .shape,
                      [.members[] | [.bytes, .site, .type]], [.edges[] | .offset]]],
        .shapes,
        [.sites[] | [.id, .live, [.stack[] | [.function, .file, .line]]]]'
}

# Who owns what, at the top. Threads are called by numbers that differ between two processes.
owned() { # DUMP
    "$caulk" owners --json "$1" |
        jq -c '.owners[] | select(.lost | not) | select(.kind != "cycle") |
               [(.name // "" | sub("thread [0-9]+"; "thread")), .kind, .retained]' | sort
}

sample_in_both() { # SAMPLE
    mkdir full lost
    (tmp=$PWD/full tracked at_exit=yes detail=full -- "$samples/$1")
    (tmp=$PWD/lost tracked at_exit=yes detail=lost -- "$samples/$1")
    same "detail" lost "$(figure "lost/$1.1.dump" .dump.detail)"
    judged "full/$1.1.dump" >expected
    judged "lost/$1.1.dump" >actual
    diff expected actual || fail "$1 is judged otherwise"
    owned "full/$1.1.dump" >expected
    owned "lost/$1.1.dump" >actual
    diff expected actual || fail "$1 has other owners"
}

for source in "$root"/samples/*.c "$root"/samples/*.cpp; do
    name=$(basename "${source%.*}")
    eval "test_sample_${name}() { sample_in_both $name; }"
done

test_asked_for_by_the_command() {
    start_at_gate -- "$programs/large_heap"
    exits 0 "$caulk" dump --json --detail=full "$pid" -o full.dump
    exits 0 "$caulk" dump --json --detail=lost "$pid" -o lost.dump
    exits 0 "$caulk" dump "$pid" -o default.dump
    same "detail" full "$(figure default.dump .dump.detail)"
    same "detail" lost "$(figure lost.dump .dump.detail)"
    judged full.dump >expected
    judged lost.dump >actual
    diff expected actual || fail "the heap is judged otherwise"
    full=$(stat -c %s full.dump)
    lost=$(stat -c %s lost.dump)
    [ "$lost" -lt $((full / 10)) ] || fail "$lost bytes of $full"
    owned full.dump >expected
    owned lost.dump >actual
    diff expected actual || fail "the heap has other owners"
    exits 2 "$caulk" dump --detail=some "$pid" 2>refused
    one_line refused "^caulk: dump: --detail: 'some' is neither full nor lost"
    exits 0 "$caulk" dump --detail=lost --dry-run --json "$pid" >foretold
    jq -e '.memory.bytes > 64000000' foretold >/dev/null || fail "$(cat foretold)"
}

foretold_bytes() { # DETAIL: of $pid's dump with so many lost or possible blocks
    "$caulk" dump --dry-run --json ${1:+--detail=$1} "$pid" |
        jq ".file | .bytes + .bytes_per_lost_block * ${2:-0}"
}

# An upper end that is not far off, for what is asked for or else what the option says.
test_a_dry_run_foretells_the_file_that_is_asked_for() {
    local lost full
    start_at_gate detail=lost -- "$programs/large_heap"
    lost=$(stat -c %s "$("$caulk" dump "$pid")")
    full=$(stat -c %s "$("$caulk" dump --detail=full "$pid")")
    for detail in lost ''; do
        [ "$(foretold_bytes "$detail" 7)" -ge "$lost" ] || fail "too little of $lost"
        [ "$(foretold_bytes "$detail" 7)" -lt $((lost + 300000)) ] || fail "too much of $lost"
    done
    [ "$(foretold_bytes full)" -ge "$full" ] || fail "too little of $full"
    contains <("$caulk" dump --dry-run "$pid") '^file .*, and 16 B for each block that is lost or possible, in '
}

test_the_option_holds_for_the_signal_and_the_command() {
    start_at_gate detail=lost -- "$programs/large_heap"
    signal_dump large_heap.1.dump
    same "detail" lost "$(figure large_heap.1.dump .dump.detail)"
    exits 0 "$caulk" dump "$pid" >/dev/null
    same "detail" lost "$(figure large_heap.2.dump .dump.detail)"
    exits 0 "$caulk" dump --detail=full "$pid" >/dev/null
    same "detail" full "$(figure large_heap.3.dump .dump.detail)"
}

test_what_only_a_whole_dump_can_say() {
    start_at_gate -- "$programs/large_heap"
    exits 0 "$caulk" dump --detail=lost "$pid" -o lost.dump
    exits 0 "$caulk" dump "$pid" -o full.dump
    exits 2 "$caulk" why lost.dump 0x1000 2>refused
    one_line refused 'lost\.dump: no lost or possible block at 0x1000; .* --detail=lost$'
    exits 2 "$caulk" show lost.dump 0x1000 2>refused
    one_line refused '--detail=lost$'
    exits 2 "$caulk" diff lost.dump full.dump 2>refused
    one_line refused 'lost\.dump: made with --detail=lost: it compares with such dumps alone$'
    exits 0 "$caulk" graph lost.dump -o lost.dot
    exits 0 "$caulk" owners --json lost.dump >tree
    jq -e '.summed.blocks == 0' tree >/dev/null || fail "$(cat tree)"
    exits 0 "$caulk" analyze --cycles=all lost.dump >text 2>warned
    one_line warned 'it has no reachable cycles$'
    contains text '^Detail  lost: '
    "$caulk" info lost.dump >text
    contains text '^detail    lost and possible blocks in full'
}

# The heaviest owner, what it has, and what there is most of below it.
suspected() { # DUMP
    "$caulk" analyze --json "$1" | jq -c '.suspects[] | [.name, .kind, .retained, .trend]'
    "$caulk" analyze "$1" | sed -n '/^R1 /,/^    born/p' | grep -E '^R1|holds|held by'
}

test_suspects_are_the_same() {
    start_at_gate -- "$programs/two_caches"
    exits 0 "$caulk" dump --detail=lost "$pid" -o lost.dump
    exits 0 "$caulk" dump "$pid" -o full.dump
    suspected full.dump >expected
    suspected lost.dump >actual
    [ -s expected ] || fail "nothing is suspected"
    diff expected actual || fail "other suspects"
    "$caulk" analyze lost.dump >text
    contains text '^Detail  lost: .* and owner$'
    contains text '^next  caulk dump --detail=lost [0-9]+ -o later.dump'
}

# By site: what was born in between, and what is lost since.
grown() { # OLD NEW
    "$caulk" diff --json "$1" "$2" | jq -c '[.sites[] | select(.born.blocks > 0) |
        [[.stack[0] | .function, .line], .born, .freed, .survived, .trend]]'
}

# Dumps at two gates of two_caches, in a folder of their own.
dump_twice() ( # DETAIL
    mkdir "$1"
    cd "$1" || return
    tmp=$PWD
    trap end_own EXIT
    start_at_gate "detail=$1" -- "$programs/two_caches"
    signal_dump two_caches.1.dump
    open_gate
    await_gate 2
    signal_dump two_caches.2.dump
)

test_two_dumps_compare() {
    dump_twice full
    dump_twice lost
    grown full/two_caches.{1,2}.dump >expected
    grown lost/two_caches.{1,2}.dump >actual
    [ "$(jq length expected)" -ge 2 ] || fail "$(cat expected)"
    diff expected actual || fail "grown otherwise"
    "$caulk" diff lost/two_caches.{1,2}.dump >text
    contains text '^GROWING '
}

run_tests
