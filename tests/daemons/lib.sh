# What the tests of real daemons share. A script sources this file, says in variables and functions
# what its daemon is, and ends with run_tests. The daemon is run twice, bare and tracked, under the
# same load; the tracked one is dumped twice meanwhile. The load's results must be the same, the
# dumps whole, and every site that lost more than 1 KiB explained.
#
#   command        array: the daemon, in the foreground; it and its files are made by `prepare`
#   is_ready       it takes requests
#   load           asks it for all it does; its output is the result; fails where a request failed
#   stop           ends it (SIGTERM to $pid)
#   knows          a function that some stack must show by name
#   explained      associative array: a function in the stack, or the module of a nameless one → why
#                  it loses memory
#   output         (to be read) the file with all that it prints
#   with_children  1: the daemon's children are dumped too
#   may_refuse     what a child may answer instead, a regular expression
# shellcheck shell=bash disable=SC2034,SC2154
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"

PATH=$PATH:/usr/sbin:/sbin
command=()
knows=
with_children=
may_refuse='not tracked|ended'
declare -A explained=()
site_limit=1024 # bytes

needs() { # PROGRAM|FILE…
    local each
    for each in "$@"; do
        command -v "$each" >/dev/null || [ -e "$each" ] || skip "no $each"
    done
}

free_port() {
    python3 -c 'import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1])'
}

accepts() { # PORT
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Asks a name server for h1 to h3000.example.test, each four times; every answer is looked at.
load_dns() {
    python3 - "$port" <<'PYTHON'
import socket, struct, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.settimeout(20)
server.connect(("127.0.0.1", int(sys.argv[1])))
for i in range(12000):
    n = i % 3000 + 1
    labels = b"".join(bytes([len(x)]) + x for x in (b"h%d" % n, b"example", b"test"))
    server.send(struct.pack(">HHHHHH", i, 0x100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1")
    answer = server.recv(2000)
    assert answer[:2] == struct.pack(">H", i) and bytes([10, 0, n // 250, n % 250]) in answer
print("12000 answers")
PYTHON
}

make_folder() { # NAME
    mkdir -m 755 "$1"
    for each in 1 2 3 4 5 6; do
        seq $((each * 20000)) >"$1/numbers$each"
    done
}

load_ftp() {
    rm -rf fetched
    lftp -e 'set cmd:fail-exit yes; set net:max-retries 1; mirror --parallel=3 / fetched; bye' \
        -p "$port" 127.0.0.1
    diff -r served fetched && echo same
}

# Some daemons will not run as root, and some won't as anybody else.
as_nobody=()
[ "$(id -u)" != 0 ] || as_nobody=(setpriv --reuid nobody --regid nogroup --clear-groups)

is_ready() {
    accepts "$port"
}

# The usual load of a web server: what ab says of errors, and the page itself.
load_http() { # PATH
    ab -q -n 1000 -c 10 "http://127.0.0.1:$port/$1" | grep -E 'Complete|Failed|Non-2xx'
    curl -sS "http://127.0.0.1:$port/$1" | md5sum
}

stop() {
    kill -TERM "$pid"
}

is_tracked() {
    "$caulk" ps --json | jq -e ".processes[] | select(.pid == $pid)"
}

end() {
    local status=0
    stop
    wait "$pid" || status=$?
    echo "ended with $status" >>"$1"
}

run_bare() {
    output=bare.out
    "${command[@]}" >$output 2>&1 &
    pid=$!
    own_pids+=("$pid")
    wait_until is_ready
    load >bare.result || fail "the load fails without the tracker: $(cat bare.result bare.out)"
    end bare.end
}

# Loads until both dumps are made, and once more after that.
load_meanwhile() {
    local last=
    while [ -z "$last" ]; do
        [ ! -e dumped ] || last=1
        load >tracked.result || fail "the load fails: $(cat tracked.result)"
        cmp bare.result tracked.result || fail "other results than without the tracker"
    done
}

descendants() { # PID
    local child
    for child in $(pgrep -P "$1"); do
        echo "$child"
        descendants "$child"
    done
}

# A process that ends meanwhile, or says what it may say, is excused, if it is not the daemon.
dump_all() {
    local each
    "$caulk" dump "$pid" >>dumps
    [ -n "$with_children" ] || return 0
    for each in $(descendants "$pid"); do
        "$caulk" dump "$each" >>dumps 2>why || is_gone "$each" || contains why "$may_refuse"
    done
}

run_tracked() {
    output=tracked.out
    start_tracked -- "${command[@]}" >$output 2>&1
    wait_until is_tracked
    wait_until is_ready
    load_meanwhile &
    local loader=$!
    own_pids+=("$loader")
    dump_all
    dump_all
    touch dumped
    wait "$loader"
    end tracked.end
}

# As for other tests, but of an analysis without its sites, which come last: jq would take 2 GB for the 387 MB
# of a Python server's.
figure() { # DUMP JQ_FILTER
    local analysis=$tmp/.${1//\//_}.json
    [ "$analysis" -nt "$1" ] || "$caulk" analyze --json "$1" | sed 's/,"sites":\[{.*/}/' >"$analysis"
    jq -r "$2" "$analysis"
}

# A lost site over the limit is fine where its stack shows a function that is explained; what is
# pending is no loss.
judge_sites() { # DUMP
    local bytes stack function why
    figure "$1" ".leaks[] | select(.kind == \"definite\")
        | (.bytes + .indirect.bytes - (.pending.bytes // 0)) as \$bytes
        | select(\$bytes > $site_limit)
        | [\$bytes, ([.stack[] | .function // (.module // \"?\" | split(\"/\")[-1])]
            | join(\",\"))] | @tsv" >sites
    while read -r bytes stack; do
        why=
        for function in "${!explained[@]}"; do
            [[ ,$stack, != *,$function,* ]] || why=${explained[$function]}
        done
        [ -n "$why" ] || fail "$1: $bytes bytes lost, unexplained: $stack"
        echo "  $bytes bytes lost: $why"
    done <sites
}

judge() { # DUMP
    "$caulk" info "$1" >/dev/null || fail "$1 is damaged"
    echo "$(figure "$1" '.totals.definite, .totals.indirect | .blocks, .bytes' | xargs) $1" >>lost
    judge_sites "$1" >>explanations
}

shows_function() {
    local each
    while read -r each; do
        [ "$("$caulk" analyze --json "$each" | grep -cF "\"function\":\"$knows\"")" = 0 ] || return 0
    done <dumps
    fail "no stack shows $knows"
}

judge_dumps() {
    local each
    [ -s dumps ] || fail "no dumps: $(cat log)"
    lacks log 'no dump'
    while read -r each; do
        judge "$each"
    done <dumps
    [ -z "$knows" ] || shows_function
    awk '{ blocks += $1 + $3; bytes += $2 + $4 }
         END { printf "%d dumps, %d blocks (%d bytes) lost in them\n", NR, blocks, bytes }' lost
    [ ! -e explanations ] || sort -u explanations
}

report_dumps() {
    judge_dumps >summary
    sed "1s/^/${0##*/}: /; s/_test.sh//" summary >&"$report"
}

# For programs that end by themselves: `load` runs them with ${preload[@]} in front, and each of
# their processes makes its dump at its end.
compare_ended() {
    local preload=()
    load >bare.result 2>&1
    preload=(env "CAULK_OPTIONS=dump=$tmp/%e.%p.dump:log=$tmp/log:at_exit=yes" "LD_PRELOAD=$tracker")
    load >tracked.result 2>&1
    cmp bare.result tracked.result || fail "other results than without the tracker"
    compgen -G '*.dump' >dumps
    report_dumps
}

test_daemon() {
    chmod 1777 "$tmp" # daemons that give up their privileges write their dumps here
    prepare
    run_bare
    run_tracked
    cmp bare.end tracked.end || fail "ends otherwise than without the tracker"
    report_dumps
}

exec {report}>&1
