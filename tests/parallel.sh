# Sourced by what runs many tests.
#
#   JOBS   how many run at a time (one for each processor)
# shellcheck shell=bash

# Runs a function once for each argument, several at a time, and waits for all of them. What one prints comes
# in one piece, after it has ended.
in_parallel() { # FUNCTION ARGUMENT…
    local run=$1 jobs=${JOBS:-$(nproc)} running=0 each
    shift
    for each in "$@"; do
        [ $((running += 1)) -le "$jobs" ] || wait -n
        (
            output=$("$run" "$each" 2>&1)
            printf '%s' "${output:+$output$'\n'}"
        ) &
    done
    wait
}
