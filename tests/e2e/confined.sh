# What the tests of programs that have little left share.
# shellcheck shell=bash disable=SC2154

is_dumped() { # FILE: all that was lost is in it, and nothing weakens the verdict
    same "lost" 5000 "$(leaked_by "$1" lose_block)"
    same "warnings" "" "$(figure "$1" '.warnings[].code')"
    same "mode" 600 "$(stat -c %a "$1")"
}

# Both ways of asking fail with one line each, and the program goes on.
is_refused() { # REGEX
    kill -USR1 "$pid"
    wait_until grep -q 'no dump: ' log
    exits 2 "$caulk" dump "$pid" 2>refused
    same "lines of the log" 2 "$(grep -c . log)"
    same "those with the reason" 2 "$(grep -cE "^caulk: [0-9]+: no dump: .*$1" log)"
    contains refused "no dump: .*$1"
    goes_on
    same "left behind" "" "$(find . -name '*.dump' -o -name '.*.tmp')"
}

goes_on() {
    open_gate
    await_gate 2
    open_gate
    exits 0 wait "$pid"
}
