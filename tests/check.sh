#!/usr/bin/env bash
# Everything that `make check` runs, part by part, even where one fails. A part ends with a line
# "PART: N passed, N failed[, N skipped]"; this script adds them up. Its last line is the sum.
set -u
make=${MAKE:-make}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 skipped=0

number() { # WORD LINE
    sed -n "s/.*\b\([0-9][0-9]*\) $1\b.*/\1/p" <<<"$2" | grep . || echo 0
}

part() { # NAME COMMAND…
    local name=$1 started=$SECONDS status summary
    shift
    echo "== $name"
    "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    summary=$(grep -E '\b[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    passed=$((passed + $(number passed "$summary")))
    failed=$((failed + $(number failed "$summary")))
    skipped=$((skipped + $(number skipped "$summary")))
    if [ "$status" != 0 ] && [ "$(number failed "$summary")" = 0 ]; then
        failed=$((failed + 1))
        echo "$name: exit status $status"
    fi
    echo "== $name took $((SECONDS - started)) s"
}

quiet_make=("$make" --no-print-directory -s -j2)
part lint "${quiet_make[@]}" lint
part unit "${quiet_make[@]}" unit
part sanitized "${quiet_make[@]}" BUILD=build/asan SANITIZE=address,undefined all unit
part oracle "${quiet_make[@]}" oracle
part checked "${quiet_make[@]}" checked
part e2e "${quiet_make[@]}" e2e
part repro "${quiet_make[@]}" repro
# Valgrind, which sees no tracker, has had its say in e2e.
part samples-checked env TRACKER=build/checked/libcaulk.so ONLY='!(valgrind_*)' \
    "${quiet_make[@]}" E2E=samples e2e
# The command line, sanitized, on real and on damaged dumps. At its end it leaves memory to the system.
part commands env CAULK=build/asan/caulk ASAN_OPTIONS=detect_leaks=0 \
    "${quiet_make[@]}" E2E="commands offline" e2e
# Where nobody waits for it (CI=true, as most services set it), all of them.
daemons=(redis memcached nginx bash git compile)
if [ -n "${CI:-}" ]; then
    tests/deps.sh daemons || true # what could not be installed is skipped
    daemons=()
fi
part daemons tests/daemons/run.sh "${daemons[@]}"
part damage "${quiet_make[@]}" BUILD=build/asan SANITIZE=address,undefined damage
part fuzz "${quiet_make[@]}" FUZZ_SECONDS=60 fuzz

if [ $skipped = 0 ]; then
    echo "$passed passed, $failed failed"
else
    echo "$passed passed, $failed failed, $skipped skipped"
fi
[ $failed = 0 ]
