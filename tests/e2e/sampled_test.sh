#!/usr/bin/env bash
# stacks=sampled and stacks=caller, against stacks=full of the same program: programs/paths.c.
. "$(dirname "$0")/lib.sh"

lost=100000
kept=300000
interval=256

ways=(often sometimes rarely)
declare -A share=([often]=0.70 [sometimes]=0.25 [rarely]=0.05)

dump_of() { # MODE
    mkdir "$1"
    (
        cd "$1"
        tmp=$PWD
        trap end_own EXIT
        start_at_gate "stacks=$1" "interval=$interval" -- "$programs/paths"
        signal_dump paths.1.dump
        open_gate
        wait_until is_gone "$pid"
    )
    "$caulk" analyze --json "$1/paths.1.dump" >"$1.json"
}

# Blocks of the rows through a function.
of_way() { # FILE FUNCTION ROWS FIGURE
    jq "[.$3[] | select(any(.stack[]; .function == \"$2\")) | $4] | add // 0" "$1"
}

# The verdicts and all totals.
totals() { # FILE
    jq -c '.totals, (.shapes | map([.lost, .cycles, .retained]))' "$1"
}

# How far an estimate of `of` blocks, of which that share came through one way, may be off.
#
# All have one size, so each is sampled with p = 1 - exp(-size / interval), independently. Given that
# n of them were, these are n drawn without replacement, and the estimate is of * k / n (and 1 for
# rounding), k of n through that way. Bernstein's inequality, which holds for such draws too
# (Hoeffding 1963, section 6), bounds both n from below and k / n: it is off by more than
# (l + sqrt(l^2 + 2 L n v)) / n, l = L / 3, v = share (1 - share), with probability 2 exp(-L) at most.
# With L = 25 that is 2.8e-11; 12 of these bounds make 3.4e-10.
tolerance() { # OF SIZE SHARE
    awk -v N="$1" -v size="$2" -v q="$3" -v interval=$interval 'BEGIN {
        L = 25; l = L / 3; p = 1 - exp(-size / interval)
        n = N * p - (l + sqrt(l * l + 2 * L * N * p * (1 - p)))
        print int(N * (l + sqrt(l * l + 2 * L * n * q * (1 - q))) / n) + 1 }'
}

within() { # WHAT EXPECTED TOLERANCE ACTUAL
    local off=$(($4 - $2))
    [ ${off#-} -le "$3" ] || fail "$1: expected $2 within $3, got $4"
}

part() { # SHARE OF
    awk -v share="$1" -v of="$2" 'BEGIN { print int(share * of + 0.5) }'
}

test_sampled() {
    dump_of full
    dump_of sampled
    same "totals" "$(totals full.json)" "$(totals sampled.json)"
    for way in "${ways[@]}"; do
        lost_blocks=$(part "${share[$way]}" $lost)
        kept_blocks=$(part "${share[$way]}" $kept)
        lost_off=$(tolerance $lost 64 "${share[$way]}")
        kept_off=$(tolerance $kept 48 "${share[$way]}")
        same "$way, full" "$lost_blocks" "$(of_way full.json "$way" leaks .blocks)"
        within "$way" "$lost_blocks" "$lost_off" "$(of_way sampled.json "$way" leaks .blocks)"
        within "$way, bytes" $((lost_blocks * 64)) $((lost_off * 64)) \
            "$(of_way sampled.json "$way" leaks .bytes)"
        within "$way, held" "$lost_blocks" "$lost_off" \
            "$(of_way sampled.json "$way" leaks .indirect.blocks)"
        within "$way, live" $((lost_blocks + kept_blocks)) $((lost_off + kept_off)) \
            "$(of_way sampled.json "$way" sites .live.blocks)"
    done
}

test_sampled_counts_each_block_once() {
    dump_of sampled
    same "leaks" "$(jq -c '.totals.definite' sampled.json)" "$(jq -c \
        '[.leaks[] | select(.kind == "definite")] | {blocks: map(.blocks) | add, bytes: map(.bytes) | add}' \
        sampled.json)"
    same "indirect" "$(jq -c .totals.indirect sampled.json)" "$(jq -c \
        '[.leaks[].indirect] | {blocks: map(.blocks) | add, bytes: map(.bytes) | add}' sampled.json)"
    same "sites" "$(jq -c .totals.live sampled.json)" "$(jq -c \
        '[.sites[].live] | {blocks: map(.blocks) | add, bytes: map(.bytes) | add}' sampled.json)"
}

test_sampled_says_estimated() {
    dump_of sampled
    same "rows through a way" "true" "$(jq -c '[.leaks[] | select(any(.stack[]; .function == "often"))
        | .estimated, .indirect.estimated] | unique | .[]' sampled.json)"
    same "warning" "sampled" "$(jq -r '.warnings[].code' sampled.json)"
    same "totals" "" "$(jq '.totals | .. | .estimated? // empty' sampled.json)"
    same "full stacks of the pairs" "left right" "$(jq -r '[.shapes[0].members[].sampled[].site] as $ids |
        [.sites[] | select(.id | IN($ids[])) | .stack[1].function] | sort | join(" ")' sampled.json)"
    "$caulk" analyze --reachable sampled/paths.1.dump >text
    contains text '^S[0-9]+ +lost +[0-9,]+ blocks, [0-9.]+ MiB, estimated from [0-9,]+ samples$'
    contains text '^    drags +[0-9,]+ blocks, [0-9.]+ MiB, estimated$'
    contains text '^C1 +lost cycle +2 × (left|right)\(\) or (left|right)\(\) +× 2,000 +retains 250 KiB$'
    contains text '^S[0-9]+ +reachable +[0-9,]+ blocks, [0-9.]+ (Mi|Ki)B, estimated from [0-9,]+ samples$'
    contains text '^BUT +[0-9]+ blocks have only their caller recorded'
}

test_caller() {
    dump_of full
    dump_of caller
    same "totals" "$(totals full.json)" "$(totals caller.json)"
    same "rows of the helper" "[[104000,[\"allocate\"],null]]" "$(jq -c '[.leaks[] |
        select(.stack[0].function == "allocate") | [.blocks, [.stack[].function], .estimated]]' caller.json)"
    same "warnings" "" "$(jq -r '.warnings[].code' caller.json)"
    "$caulk" analyze caller/paths.1.dump >text
    contains text 'not recorded further'
    lacks text 'estimated'
    "$caulk" info caller/paths.1.dump >text
    contains text '^stacks +the caller alone$'
}

run_tests
