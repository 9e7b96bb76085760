#!/usr/bin/env bash
# Runs the tests of real daemons, or those that are named on the command line ("redis nginx"); the
# last line is the sum.
#
#   BUILD   folder of the build (build)
#   JOBS    how many run at a time (one for each processor)
set -u
cd "$(dirname "$0")" || exit 1
. ../parallel.sh
BUILD=$(cd ../.. && realpath "${BUILD:-build}")
export BUILD
passed=0 failed=0 skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

scripts=()
for name in "$@"; do
    scripts+=("./${name}_test.sh")
done
[ $# -gt 0 ] || scripts=(./*_test.sh)

run_script() { # SCRIPT: its output without the summary
    local log=$logs/$1
    "$1" >"$log" 2>&1
    grep -vE '[0-9]+ passed, [0-9]+ failed' "$log"
}

in_parallel run_script "${scripts[@]}"
for script in "${scripts[@]}"; do
    summary=$(grep -E '[0-9]+ passed, [0-9]+ failed' "$logs/$script" | tail -n 1)
    case $summary in
    *' 1 passed'*) passed=$((passed + 1)) ;;
    *' 1 skipped'*) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
    esac
done
echo "daemons: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
