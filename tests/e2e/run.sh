#!/usr/bin/env bash
# Runs the end-to-end tests: all, or the scripts named.
#
#   run.sh [--update] [--only=PATTERN] [NAME…]
#
# --update writes the expected texts anew; look at the difference before you commit it.
#
#   JOBS   how many scripts run at a time (one for each processor)
set -u
cd "$(dirname "$0")" || exit 1
. ../parallel.sh
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

while [[ ${1:-} == --* ]]; do
    case $1 in
    --update) export UPDATE=1 ;;
    --only=*) export ONLY=${1#*=} ;;
    *) echo "usage: run.sh [--update] [--only=PATTERN] [NAME…]" >&2; exit 2 ;;
    esac
    shift
done
[ $# -gt 0 ] || set -- *_test.sh

run_script() { # SCRIPT
    local TIMEFORMAT="$1 took %0R s, %0U + %0S s of processor time"
    time bash "${1%_test.sh}_test.sh" | tee "$logs/$1"
}

in_parallel run_script "$@"
awk '/_test\.sh: [0-9]+ passed/ { passed += $2; failed += $4; skipped += $6 }
     END { printf "e2e: %d passed, %d failed, %d skipped\n", passed, failed, skipped
           exit failed > 0 || passed == 0 }' "$logs"/*
