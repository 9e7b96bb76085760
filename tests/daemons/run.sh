#!/usr/bin/env bash
# Runs the tests of real daemons, or those that are named on the command line ("redis nginx"); the
# last line is the sum.
#
#   BUILD   folder of the build (build)
set -u
cd "$(dirname "$0")" || exit 1
BUILD=$(cd ../.. && realpath "${BUILD:-build}")
export BUILD
passed=0 failed=0 skipped=0

scripts=()
for name in "$@"; do
    scripts+=("./${name}_test.sh")
done
[ $# -gt 0 ] || scripts=(./*_test.sh)

for script in "${scripts[@]}"; do
    output=$("$script" 2>&1) || true
    summary=$(grep -E '[0-9]+ passed, [0-9]+ failed' <<<"$output" | tail -n 1)
    grep -vxF -- "$summary" <<<"$output"
    case $summary in
    *' 1 passed'*) passed=$((passed + 1)) ;;
    *' 1 skipped'*) skipped=$((skipped + 1)) ;;
    *) failed=$((failed + 1)) ;;
    esac
done
echo "daemons: $passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
