#!/usr/bin/env bash
# The case that caulk was made for: an FTP server in Python whose file systems hold each other, from
# the daemon to the picture.
. "$(dirname "$0")/lib.sh"

python=$(readlink -f /usr/bin/python3)

start_server() {
    "$python" -c 'import fs, pyftpdlib' 2>/dev/null || skip "no python3-fs, python3-pyftpdlib"
    mkdir home
    start_tracked -- "$python" "$root/samples/ftp_server.py" home port >out 2>err
    wait_until test -s port
}

has_seen() { # COUNT: so many connections have ended, one way or the other
    [ "$(grep -c 'closed (disconnect)' err)" = "$1" ]
}

# Ends them with QUIT, or just closes their connection.
sessions() { # COUNT quit|close
    "$python" - "$(cat port)" "$@" <<'END'
import ftplib
import sys

for _ in range(int(sys.argv[2])):
    client = ftplib.FTP()
    client.connect("127.0.0.1", int(sys.argv[1]))
    client.login()
    getattr(client, sys.argv[3])()
END
}

dump_after() { # N ENDED: the Nth dump, once so many connections have ended in all
    wait_until has_seen "$2"
    signal_dump "$tmp/${python##*/}.$1.dump"
    mv "$tmp/${python##*/}.$1.dump" "$1.dump"
}

# In the text: as JSON, with every stack of an interpreter in full, it takes jq a minute.
lost_views() { # DUMP
    "$caulk" analyze "$1" | awk '/^C[0-9]+ +lost cycle +OSFS ⇄ MultiFS/ {
        views += sub(/.* × /, "") ? $1 : 1 }
        END { print views + 0 }'
}

test_dropped_connections() {
    start_server
    sessions 8 quit
    sessions 5 close
    dump_after 1 13
    sessions 8 quit
    sessions 4 close
    dump_after 2 25

    # Memory of the last ones may still be pointed to from registers, stacks and what is half used, as the values
    # of Python's frames beyond those in use: of some fifty runs one found two of the five, one five of the nine.
    local before after cycle
    before=$(lost_views 1.dump) after=$(lost_views 2.dump)
    { [ "$before" -ge 2 ] && [ "$before" -le 5 ]; } || fail "lost after 5: $before"
    { [ "$after" -ge 5 ] && [ "$after" -le 9 ]; } || fail "lost after 9: $after"

    "$caulk" analyze 2.dump >out
    contains out '^C[0-9]+ +lost cycle +OSFS ⇄ MultiFS'
    contains out 'closes  OSFS\.view \+0x[0-9a-f]+ → MultiFS'
    contains out 'View\.__init__ +ftp_server\.py:[0-9]+'

    "$caulk" diff 1.dump 2.dump >out
    contains out 'View\.__init__ +ftp_server\.py:[0-9]+'
    contains <(grep -EA 1 '^S[0-9]+ +growing +(part of )?MultiFS' out) '^    born +4 blocks'

    cycle=$("$caulk" analyze 2.dump | sed -n 's/^\(C[0-9]*\) .*OSFS ⇄ MultiFS.*/\1/p' | head -n 1)
    "$caulk" graph 2.dump --cycle "$cycle" >cycle.dot
    contains cycle.dot 'OSFS'
    contains cycle.dot 'MultiFS'
    dot -Tsvg cycle.dot >cycle.svg
}

run_tests
