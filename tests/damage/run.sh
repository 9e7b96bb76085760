#!/usr/bin/env bash
# run.sh MOST: every command on structurally damaged dumps, one that was built to have something of
# everything and some of real programs. MOST: see main.c.
set -eu
build=$(realpath "${BUILD:-build}")
folder=$build/damage-dumps
mkdir -p "$folder"
rm -f "$folder"/*.dump

dump_of() { # SAMPLE OPTIONS
    CAULK_OPTIONS="dump=$folder/%e.dump:log=none:$2" LD_PRELOAD=$build/libcaulk.so \
        "$build/samples/$1"
}

dump_of refcount_cycle stacks=full
dump_of caulk_label stacks=sampled:interval=64
"$build/damage" "$1" "$folder"/*.dump
