#!/usr/bin/env bash
# run.sh MOST: every command on structurally damaged dumps, one that was built to have something of
# everything and some of real programs; and on a whole one, while a module's file is damaged. MOST:
# see main.c.
set -u
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
{
    "$build/damage" "$1" "$folder/refcount_cycle.dump" "$folder/caulk_label.dump" "$folder/merged.dump"
    "$build/damage_module" "$1" "$folder/module.dump" "$folder/module"
} 2>&1 | tee "$log"
# What crashes prints no sum.
awk '/^damage: [0-9]+ passed/ { passed += $2; ended++ }
     END { printf "damage: %d passed, %d failed\n", passed, 2 - ended; exit ended != 2 }' "$log"
