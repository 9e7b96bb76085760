#!/usr/bin/env bash
# run.sh SECONDS: fuzzes the dump reader from a freshly made corpus and whatever it found before.
# An input that breaks it is left as $BUILD/fuzz/crash-…; run dump_fuzz with it to see why.
set -u
folder=${BUILD:-build}/fuzz
log=$folder/log
mkdir -p "$folder/corpus" "$folder/seeds"
"$folder/make_corpus" "$folder/seeds" || exit 2

# -rss_limit_mb also bounds what the reader may allocate for a small file.
if "$folder/dump_fuzz" -max_total_time="$1" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
    -artifact_prefix="$folder/" "$folder/corpus" "$folder/seeds" >"$log" 2>&1; then
    tail -n 1 "$log"
    echo "fuzz: 1 passed, 0 failed"
else
    tail -n 40 "$log"
    echo "fuzz: 0 passed, 1 failed"
    exit 1
fi
