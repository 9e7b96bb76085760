#!/usr/bin/env bash
# What all commands share: slips put right, colours, --quiet, the pager, and errors that say what to do.
# shellcheck disable=SC2016 # what a shell in there expands
. "$(dirname "$0")/lib.sh"

make_dump() {
    tracked -- "$samples/refcount_cycle"
    dump=refcount_cycle.1.dump
}

# Runs a command on a terminal; what it shows is in ./shown.
on_terminal() { # COMMAND, for a shell
    command -v script >/dev/null || skip "no script(1)"
    TERM=xterm script -qec "$1" /dev/null >shown </dev/null
}

escape=$'\033'

test_slips_in_options() {
    exits 2 "$caulk" analyze --posible x.dump 2>refused
    one_line refused "^caulk: analyze: unknown option '--posible', did you mean '--possible'\?$"
    exits 2 "$caulk" graph --site 2>refused
    one_line refused '^caulk: graph: --site needs a value \(--site=ID\)$'
    exits 2 "$caulk" info -jz x.dump 2>refused
    one_line refused "^caulk: info: unknown option '-j' \(try: caulk info --help\)$"
    exits 2 "$caulk" run --dpth=3 true 2>refused
    one_line refused "^caulk: run: unknown option '--dpth', did you mean '--depth'\?$"
    exits 2 "$caulk" owners --json=1 x.dump 2>refused
    one_line refused '^caulk: owners: --json takes no value$'
}

test_slips_in_commands() {
    exits 2 "$caulk" analyse x.dump 2>refused
    one_line refused "^caulk: unknown command 'analyse', did you mean 'analyze'\?$"
    exits 2 "$caulk" help analyze diff 2>refused
    one_line refused "^caulk: help: one command, not also 'diff'$"
}

test_colours_by_option() {
    make_dump
    "$caulk" analyze "$dump" >plain
    lacks plain "$escape"
    "$caulk" analyze --color=always "$dump" >coloured
    contains coloured "$escape\[1;31mLEAK"
    NO_COLOR=1 "$caulk" analyze --color=always "$dump" | cmp - coloured
    "$caulk" analyze --color=never "$dump" | cmp - plain
    exits 2 "$caulk" analyze --color=blue "$dump" 2>refused
    one_line refused "--color: 'blue' is not auto, always or never"
}

test_colours_on_a_terminal() {
    make_dump
    PAGER='' on_terminal "$caulk analyze $dump"
    contains shown "$escape\[1;31mLEAK"
    for each in --color=never --quiet; do
        PAGER='' NO_COLOR=$([ $each = --quiet ] && echo 1) on_terminal "$caulk analyze $each $dump"
        lacks shown "$escape\[[0-9;]*m"
    done
}

test_quiet() {
    make_dump
    PAGER='' on_terminal "$caulk analyze $dump"
    contains shown 'reading…'
    PAGER='' on_terminal "$caulk analyze --quiet $dump"
    lacks shown '….*reading|reading…'
    contains shown 'LEAK'
    echo leak:nowhere >list
    "$caulk" analyze --suppressions list "$dump" >shown 2>notes
    contains notes 'matched nothing'
    "$caulk" analyze --quiet --suppressions list "$dump" 2>notes | cmp - shown
    same "notes" "" "$(cat notes)"
    exits 2 "$caulk" analyze --quiet away.dump 2>errors
    one_line errors 'away.dump'
}

test_pager() {
    make_dump
    "$caulk" analyze "$dump" >plain
    CAULK_PAGER='cat >paged' PAGER=false on_terminal "$caulk analyze $dump"
    same "colours for a pager that may not know them" "$(cat plain)" "$(cat paged)"
    PAGER='cat >paged' on_terminal "$caulk analyze --color=always $dump"
    contains paged "$escape\[1;31mLEAK"
    # What is no text for people is laid out as on a terminal, and not paged elsewhere.
    PAGER='cat >paged' on_terminal "$caulk info --json $dump"
    [ "$(wc -l <paged)" -gt 20 ] || fail "not laid out: $(cat paged)"
    rm paged
    CAULK_PAGER='cat >paged' "$caulk" analyze "$dump" | cmp - plain
    CAULK_PAGER='cat >paged' on_terminal "$caulk export --format=folded $dump"
    [ ! -e paged ] || fail "paged where nobody reads"
}

test_less_is_the_usual_pager() {
    make_dump
    mkdir bin
    printf '#!/bin/sh\necho "$@" >options\ncat >paged\n' >bin/less
    chmod +x bin/less
    (unset PAGER CAULK_PAGER && PATH=$tmp/bin:$PATH on_terminal "$caulk analyze $dump")
    same "options" "-FRX" "$(cat options)"
    contains paged "$escape\[1;31mLEAK"
}

test_the_status_is_the_command_s() {
    make_dump
    export PAGER='cat >paged; exit 7'
    exits 0 on_terminal "$caulk analyze $dump"
    exits 1 on_terminal "$caulk analyze --fail-on=cycle $dump"
    exits 2 on_terminal "$caulk analyze away.dump"
    contains shown 'away.dump: cannot open'
}

test_the_pager_is_waited_for() {
    make_dump
    PAGER='cat >paged; until [ -e go ]; do :; done; echo done >ended' \
        on_terminal "$caulk analyze $dump" &
    wait_until test -s paged
    : >go
    exits 0 wait $!
    contains ended "done"
}

test_errors_say_what_to_do() {
    exits 2 "$caulk" dump $$ 2>refused
    one_line refused "not tracked \(why, and what can be done: caulk doctor $$\)$"
    exits 2 "$caulk" run -- "$programs/static_program" 2>refused
    one_line refused 'static: .*; use a build that is linked dynamically'
    echo text >text
    exits 2 "$caulk" analyze text 2>refused
    one_line refused 'not a caulk dump \(caulk dump PID makes one\)'
    make_dump
    head -c 5000 "$dump" >part.dump
    exits 2 "$caulk" analyze part.dump 2>refused
    one_line refused 'truncated: .*; copy it again'
}

# A finding has an id and no address in the text: the id does.
test_run_says_what_a_value_is() {
    exits 2 "$caulk" run --signal=KILL -- true 2>refused
    one_line refused "^caulk: run: --signal: 'KILL' is not a signal that can be caught"
    exits 2 "$caulk" run --interval=0 -- true 2>refused
    one_line refused "^caulk: run: --interval: '0' is not a size"
    exits 2 "$caulk" run --stacks=some -- true 2>refused
    one_line refused "^caulk: run: --stacks: 'some' is not full.sampled.caller$"
}

test_why_and_show_take_ids() {
    local id address
    make_dump
    for id in C1 S1; do
        address=$("$caulk" why --json "$dump" "$id" | jq -r .address)
        same "$id is in the cycle" true "$(figure "$dump" \
            "[.cycles[0].members[].address] | contains([\"$address\"])")"
        same "shown $id" "$address" "$("$caulk" show --json "$dump" "$id" | jq -r .address)"
    done
    exits 2 "$caulk" why "$dump" C2 2>refused
    one_line refused 'no C2: there is C1 alone$'
    exits 2 "$caulk" show "$dump" C 2>refused
    one_line refused "'C' is not an id"
    exits 2 "$caulk" show "$dump" D1 2>refused
    one_line refused "'D1' is neither an address"
}

# A path that begins like an option is none in what is typed next.
test_the_next_command_knows_odd_paths() {
    local next
    make_dump
    cp "$dump" "./-it's one.dump"
    next=$("$caulk" analyze -- "-it's one.dump" | sed -n 's/^next *caulk //p')
    eval "\"$caulk\" $next"
    [ -s c1.svg ] || fail "no picture: caulk $next"
}

# Cycles whose members and pointers read the same are one finding.
test_cycles_that_read_the_same_are_one() {
    tracked -- "$programs/one_line_cycles"
    local dump=one_line_cycles.1.dump
    "$caulk" analyze "$dump" >text
    same "findings" "C1   × 2   retains 96 B,C3   retains 48 B" "$(sed -nE \
        's/^(C[0-9]).*lose\(\)/\1/p' text | paste -sd,)"
    contains text '^    with    C2, whose stack reads the same$'
    contains text '^LEAK    one cycle shape holds 67 % '
    same "in JSON" "1 1 1" "$(figure "$dump" '[.shapes[].cycles | tostring] | join(" ")')"
}

# Stacks that read the same are one finding of the text; in JSON each site has its row.
test_analyze_folds_calls_on_one_line() {
    tracked at_exit=yes -- "$programs/one_line"
    "$caulk" analyze one_line.1.dump >text
    same "findings" 2 "$(grep -c '^S[0-9]* *lost' text)"
    contains text '^S1 +lost +20 blocks, 640 B$'
    contains text '^    with    S2, whose stack reads the same$'
    contains text '^S3 +lost +10 blocks, 160 B$'
    same "rows" 3 "$(figure one_line.1.dump '.leaks | length')"
}

run_tests
