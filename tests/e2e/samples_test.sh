#!/usr/bin/env bash
# Every sample under the tracker: the analysis says what the sample's first comment says, and so
# does Valgrind where the comment says that it does.
. "$(dirname "$0")/lib.sh"

# The verdict's or Valgrind's clauses, one a line: "definite 1 block 24 bytes".
clauses() { # SOURCE verdict|valgrind
    sed -n '2,/^ \*$/s/^ \* *//p' "$1" | tr '\n' ' ' |
        sed -E "s/(verdict|valgrind): */\n\1: /g" | sed -n "s/^$2: //p" | tr ';' '\n' |
        sed -E 's/^ +| +$//g' | grep .
}

# "1 of 2 blocks 48 bytes" and "1 block 24 bytes" as jq and Valgrind would give the same figures.
normal() { # FIGURES
    sed -E 's/\bblocks?\b/blocks/; s/ of / /' <<<"$1"
}

# The totals in the words of the clause: as many figures as it states.
total_as_stated() { # DUMP NAME STATED
    local form
    case $2:$3 in
    cycles:*bytes) form='.lost_cycles | "\(.cycles) \(.blocks) blocks \(.bytes) bytes"' ;;
    cycles:*) form='.lost_cycles | "\(.cycles)"' ;;
    *bytes) form=".$2 | \"\\(.blocks) blocks \\(.bytes) bytes\"" ;;
    *blocks) form=".$2 | \"\\(.blocks) blocks\"" ;;
    *) form=".$2 | \"\\(.blocks)\"" ;;
    esac
    figure "$1" ".totals | $form"
}

sample_verdict() { # SAMPLE SOURCE
    local name stated
    tracked -- "$samples/$1"
    [ -e "$1.1.dump" ] || fail "no dump: $(cat log)"
    while read -r name stated; do
        stated=$(normal "$stated")
        same "$name" "$stated" "$(total_as_stated "$1.1.dump" "$name" "$stated")"
    done < <(clauses "$2" verdict)
    "$caulk" analyze "$1.1.dump" | without_growth | matches "sample_$1"
    "$caulk" owners "$1.1.dump" | matches "owners_$1"
}

# Valgrind's figures for a kind, as stated: "1 blocks 24 bytes", "1 blocks" or "0".
valgrind_as_stated() { # LOG NAME STATED
    local line words
    declare -A words=([definite]=definitely [indirect]=indirectly [possible]=possibly)
    line=$(grep "${words[$2]} lost: " "$1" | tr -d ,)
    read -r bytes blocks < <(sed -E 's/.*lost: ([0-9]+) bytes in ([0-9]+) blocks/\1 \2/' <<<"$line")
    case $3 in
    *bytes) echo "${blocks:-0} blocks ${bytes:-0} bytes" ;;
    *blocks) echo "${blocks:-0} blocks" ;;
    *) echo "${blocks:-0}" ;;
    esac
}

sample_valgrind() { # SAMPLE SOURCE
    local name stated list=valgrind
    [ "$(clauses "$2" valgrind)" != same ] || list=verdict
    valgrind --leak-check=full --log-file=valgrind.log "$samples/$1"
    while read -r name stated; do
        case $name in cycles | reachable | suppressed) continue ;; esac
        stated=$(normal "$stated")
        same "Valgrind's $name" "$stated" "$(valgrind_as_stated valgrind.log "$name" "$stated")"
    done < <(clauses "$2" "$list")
}

for source in "$root"/samples/*.c "$root"/samples/*.cpp; do
    name=$(basename "${source%.*}")
    eval "test_${name}() { sample_verdict $name '$source'; }"
    eval "test_valgrind_${name}() { sample_valgrind $name '$source'; }"
done
run_tests
