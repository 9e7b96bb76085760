#!/usr/bin/env bash
# run.sh SECONDS: fuzzes the dump reader and all commands for so long, and beside it the readers of
# texts, one after another; each from its seeds, its dictionary and what it found before. An input
# that breaks one is left as $BUILD/fuzz/NAME-crash-…; run NAME_fuzz with it to see why.
set -u
seconds=$1
folder=${BUILD:-build}/fuzz
sources=$(dirname "$0")
texts=(suppressions baseline options)
mkdir -p "$folder/seeds/dump"
cp -r "$sources/seeds/." "$folder/seeds/"
"$folder/make_corpus" "$folder/seeds/dump" || exit 2

# -rss_limit_mb also bounds what a reader may allocate for a small file. A command has 10 s of processor
# time (tests/support/command_run.h); -timeout is in time of day, and the machine may be busy.
fuzz() { # NAME SECONDS
    mkdir -p "$folder/corpus/$1"
    "$folder/$1_fuzz" -max_total_time="$2" -timeout=300 -rss_limit_mb=2048 -max_len=16384 \
        -dict="$sources/$1.dict" -artifact_prefix="$folder/$1-" \
        "$folder/corpus/$1" "$folder/seeds/$1" >"$folder/$1.log" 2>&1
    echo $? >"$folder/$1.status"
}

fuzz_texts() {
    local name
    for name in "${texts[@]}"; do
        fuzz "$name" $((seconds / ${#texts[@]}))
    done
}

fuzz_texts &
fuzz dump "$seconds"
wait
failed=0
for name in dump "${texts[@]}"; do
    lines=1
    if [ "$(cat "$folder/$name.status")" != 0 ]; then
        failed=$((failed + 1))
        lines=40
    fi
    tail -n $lines "$folder/$name.log" | sed "s/^/$name: /"
done
echo "fuzz: $((1 + ${#texts[@]} - failed)) passed, $failed failed"
[ $failed = 0 ]
