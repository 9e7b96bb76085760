#!/usr/bin/env bash
# run.sh MOST: every command on structurally damaged dumps, one that was built to have something of
# everything and some of real programs; and on a whole one, while a module's file is damaged. MOST:
# see main.c.
set -u
. "$(dirname "$0")/../parallel.sh"
most=$1
build=$(realpath "${BUILD:-build}")
folder=$build/damage-dumps
log=$folder/log
rm -rf "$folder"
mkdir -p "$folder"

dump_of() { # PROGRAM OPTIONS
    CAULK_OPTIONS="dump=$folder/%e.dump:log=none:$2" LD_PRELOAD=$build/libcaulk.so "$1"
}

dump_of "$build/samples/refcount_cycle" stacks=full
dump_of "$build/samples/caulk_label" stacks=sampled:interval=64
cp "$build/e2e/labelled_members" "$folder/module"
dump_of "$folder/module" stacks=full
"$build/caulk" merge "$folder/refcount_cycle.dump" "$folder/caulk_label.dump" -o "$folder/merged.dump"

try() { # WHAT: "module", or "KIND [DUMP]"
    local words
    read -ra words <<<"$1"
    if [ "$1" = module ]; then
        "$build/damage_module" "$most" "$folder/module.dump" "$folder/module"
    else
        "$build/damage" "$most" "${words[@]}"
    fi
}

tries=(module)
for dump in '' {refcount_cycle,caulk_label,merged}.dump; do
    for kind in fields numbers sections cuts; do
        tries+=("$kind ${dump:+$folder/$dump}")
    done
done
in_parallel try "${tries[@]}" | tee "$log"
# What crashes prints no sum.
awk -v all=${#tries[@]} '/^damage: 1 passed/ { passed++ }
    END { printf "damage: %d passed, %d failed\n", passed, all - passed; exit passed != all }' "$log"
