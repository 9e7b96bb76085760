#!/usr/bin/env bash
# Everything that `make check` runs, part by part, even where one fails. A part is a function part_NAME, and
# what it prints ends with a line "NAME: N passed, N failed[, N skipped]"; this script adds them up. Its last
# line is the sum.
#
# The quickest parts come first and alone. The others leave a processor idle here and there, so they run
# beside each other, once all that they need is built: what one of them prints comes whole, after its end.
set -u
. "$(dirname "$0")/parallel.sh"
make=${MAKE:-make}
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
sanitized=(BUILD=build/asan 'SANITIZE=address,undefined')

quiet_make() {
    "$make" --no-print-directory -s -j2 "$@"
}

number() { # WORD LINE
    sed -n "s/.*\b\([0-9][0-9]*\) $1\b.*/\1/p" <<<"$2" | grep . || echo 0
}

run_part() { # NAME: leaves "PASSED FAILED SKIPPED" in $results/NAME
    local status summary failed TIMEFORMAT="== $1 took %0R s, %0U + %0S s of processor time"
    echo "== $1"
    echo 0 1 0 >"$results/$1" # should it not come to its end
    time {
        "part_$1" 2>&1 | tee "$results/$1.log"
        status=${PIPESTATUS[0]}
    }
    summary=$(grep -E '\b[0-9]+ passed, [0-9]+ failed' "$results/$1.log" | tail -n 1)
    failed=$(number failed "$summary")
    if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
        failed=1
        echo "$1: exit status $status"
    fi
    echo "$(number passed "$summary") $failed $(number skipped "$summary")" >"$results/$1"
}

# What fails to build here fails again, and counts, in the parts that need it.
build_parts() {
    quiet_make -k tests
    quiet_make -k "${sanitized[@]}" sanitized-tests
    quiet_make CHECKED=1 BUILD=build/checked build/checked/libcaulk.so
}

part_lint() { quiet_make lint; }
part_unit() { quiet_make unit; }
part_e2e() { quiet_make e2e; }
part_sanitized() { quiet_make "${sanitized[@]}" unit; }
part_daemons() { tests/daemons/run.sh "${daemons[@]}"; }
part_damage() { quiet_make "${sanitized[@]}" damage; }
part_oracle() { quiet_make oracle; }
part_checked() { quiet_make checked; }
part_repro() { quiet_make repro; }
part_deb() { tests/deb.sh build; }
part_fuzz() { quiet_make FUZZ_SECONDS=60 fuzz; }

# Valgrind, which sees no tracker, has its say in e2e.
part_samples-checked() {
    TRACKER=build/checked/libcaulk.so ONLY='!(valgrind_*)' quiet_make E2E=samples e2e
}

# The command line, sanitized, on real and on damaged dumps. At its end it leaves memory to the system.
part_commands() {
    CAULK=build/asan/caulk ASAN_OPTIONS=detect_leaks=0 quiet_make E2E="commands offline" e2e
}

run_part lint
run_part unit

# Where nobody waits for it (CI=true, as most services set it), all of them.
daemons=(redis memcached nginx bash git compile)
if [ -n "${CI:-}" ]; then
    tests/deps.sh daemons || true # what could not be installed is skipped
    daemons=()
fi

# The longest come first. Fuzzing, at last, has all processors for its seconds.
beside=(e2e sanitized daemons damage commands checked oracle repro deb samples-checked)
TIMEFORMAT="== building what they run took %0R s, %0U + %0S s of processor time"
time build_parts
in_parallel run_part "${beside[@]}"
run_part fuzz

passed=0 failed=0 skipped=0
for part in lint unit "${beside[@]}" fuzz; do
    read -r good bad left <"$results/$part"
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
done
if [ $skipped = 0 ]; then
    echo "$passed passed, $failed failed"
else
    echo "$passed passed, $failed failed, $skipped skipped"
fi
[ $failed = 0 ]
