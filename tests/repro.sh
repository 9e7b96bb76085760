#!/usr/bin/env bash
# repro.sh BUILD: builds what is installed once more, from a copy of the sources in another folder and at
# another time, and compares it with BUILD, byte by byte. Run from the root, after `make all`.
set -eu
build=$1
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT

git ls-files --cached --others --exclude-standard | tar -c -T - | tar -x -C "$elsewhere"
products=(caulk libcaulk.so share) targets=(all)
if [ -e "$build/caulk-dump" ]; then
    products+=(caulk-dump) targets+=(build/caulk-dump)
fi
make -s -C "$elsewhere" BUILD=build -j2 "${targets[@]}"

sums() { # FOLDER
    (cd "$1" && find "${products[@]}" -type f | sort | xargs sha256sum)
}

if diff <(sums "$build") <(sums "$elsewhere/build"); then
    sums "$build" | grep -vE ' share/'
    echo "repro: 1 passed, 0 failed"
else
    echo "(objects that were made with other flags are not made again: make clean, then try once more)"
    echo "repro: 0 passed, 1 failed"
    exit 1
fi
