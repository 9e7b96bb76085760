#!/usr/bin/env bash
# What `caulk export` writes, read by the programs that it is for, or where they are not installed
# (`tests/deps.sh readers` installs all) by strict readers of our own. Figures are those of the
# analysis.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/export_checks.sh"
. "$(dirname "$0")/hostile_names.sh"
set -o pipefail

# Two equal lost pairs, a lost owner with two blocks behind it, a lost block by itself, a type, and a
# kept block with an interior pointer to another.
mixed='0#1 1#2 0>1 1@16>0 2#1 3#2 2>3 3@16>2 4#3 4>5 5#4 5:300 5>6 6#4 7#5 7:100 7~session
       8#6 global@16>8 8>9+8 9#7'

program_dump() { # PROGRAM [KEY=VALUE…]: makes $dump
    tracked "${@:2}" -- "$1"
    dump=${1##*/}.1.dump
}

readable() { # NAME: a reader is installed
    command -v "$1" >/dev/null || skip "no $1 (tests/deps.sh readers)"
}

# The dumps that every format is tried on: made to order, sampled, of a C++ program, of lost blocks
# alone.
each_dump() { # COMMAND: called with the dump
    heap mixed "$mixed"
    heap sampled '0#1/5:100 1#1/6:100 2#1/:100 3#1/:100 4#1/:3000 5#2:100 4>5 global>0
                  6#3/7:100 7#4/:100 6>7 7>6 8#3/8:100 9#4/:100 8>9 9>8' sampled=100000
    tracked detail=lost -- "$samples/growing_cache"
    heap empty ''
    program_dump "$samples/shared_ptr_cycle"
    for each in mixed.dump sampled.dump empty.dump growing_cache.1.dump "$dump"; do
        "$1" "$each" || fail "$1 $each"
    done
}

# ---- the command ------------------------------------------------------------------------------

test_usage() {
    heap mixed "$mixed"
    exits 2 "$caulk" export mixed.dump 2>errors
    contains errors '^caulk: export: which format.*pprof'
    exits 2 "$caulk" export mixed.dump --format=gif 2>errors
    contains errors "^caulk: export: --format: 'gif' is none of .*dhat.*valgrind-xml"
    exits 2 "$caulk" export --format=pprof 2>errors
    contains errors '^caulk: export: which dump'
    for format in "${formats[@]}"; do
        exits 2 "$caulk" export missing.dump --format="$format" -o out 2>errors
        contains errors '^caulk: missing.dump: '
        [ ! -e out ] || fail "$format: a file without a dump"
    done
}

test_output() {
    heap mixed "$mixed"
    for format in "${formats[@]}"; do
        export_as "$format" mixed.dump
        "$caulk" export mixed.dump --format="$format" >redirected
        cmp "mixed.$format" redirected
        "$caulk" export mixed.dump --format="$format" -o - | cat >piped
        cmp "mixed.$format" piped
        exits 2 "$caulk" export mixed.dump --format="$format" -o /dev/full 2>errors
        contains errors '^caulk: /dev/full: No space left|full'
        exits 2 "$caulk" export mixed.dump --format="$format" >/dev/full 2>errors
        contains errors '^caulk: .*(No space left|full)'
        exits 2 "$caulk" export mixed.dump --format="$format" -o none/out 2>errors
        contains errors '^caulk: none/out: No such file'
        echo old >replaced
        "$caulk" export mixed.dump --format="$format" -o replaced
        cmp "mixed.$format" replaced
    done
    same "files left behind" 0 "$(find . -name '*.[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]' \
        -newer mixed.dump -not -name 'mixed.*' | wc -l)"
}

test_suppressed() {
    program_dump "$samples/cycle_with_tail"
    echo 'leak:leak' >suppressions
    "$caulk" export "$dump" --format=folded --suppressions=suppressions >folded
    lacks folded '^definite'
    contains folded '^suppressed'
    "$caulk" analyze --json "$dump" >old.json
    "$caulk" export "$dump" --format=junit --baseline=old.json >junit
    contains junit 'failures="0"'
}

test_several_dumps() {
    heap parent "$mixed" pid=100
    heap child '0!inherited 1!inherited 0#1 1#2 0>1 1@16>0 2 3>3 3#9' pid=101
    for format in "${formats[@]}"; do
        "$caulk" export parent.dump child.dump --format="$format" -o "both.$format"
    done
    same "blocks" 12 "$(sqlite3 both.sqlite 'SELECT count(*) FROM block')"
    same "objects" "objects 12 " "$(python3 "$root/tests/e2e/heapsnapshot_check.py" \
        both.heapsnapshot | grep -o 'objects 12 ')"
}

# ---- formats ----------------------------------------------------------------------------------

test_folded() {
    each_dump check_folded
    contains "${dump%.dump}.folded" '^indirect;.*;main;.*;leak;std::make_unique.* 1000$'
}

test_pprof() {
    each_dump check_pprof
    export_as pprof "$dump"
    cp "${dump%.dump}.pprof" first
    export_as pprof "$dump"
    cmp first "${dump%.dump}.pprof"
}

test_pprof_read_by_go() {
    readable go
    each_dump export_for_go
    heap mixed "$mixed"
    export_as pprof mixed.dump
    go tool pprof -tags -sample_index=leaked_space mixed.pprof >tags 2>/dev/null
    contains tags 'verdict: Total 784'
    contains tags '420.0B .*: definite'
    contains tags '100.0B .*: session'
    go tool pprof -top -sample_index=cycle_space mixed.pprof >top 2>/dev/null
    contains top 'Showing nodes accounting for 256B'
    program_dump "$samples/shared_ptr_cycle"
    export_as pprof "$dump"
    go tool pprof -raw "${dump%.dump}.pprof" >raw
    contains raw 'shared_ptr_cycle .*[0-9a-f]{40} \[FN\]\[FL\]\[LN\]\[IN\]'
    go tool pprof -list='^leak$' -sample_index=cycle_space -source_path="$root" \
        "${dump%.dump}.pprof" >list
    contains list 'make_shared'
}

export_for_go() { # DUMP
    export_as pprof "$1"
    go tool pprof -raw "${1%.dump}.pprof" >raw
    contains raw '^PeriodType: space bytes$'
    contains raw 'inuse_space/bytes\[dflt\] leaked_space/bytes cycle_space/bytes'
}

is_served() {
    address=$(grep -o 'http://[^ ]*' web.log)
}

# The pages of pprof's own web server have the functions, for each kind of figure.
test_pprof_in_a_browser() {
    readable go
    heap mixed "$mixed"
    export_as pprof mixed.dump
    PPROF_TMPDIR=$tmp "$(go tool -n pprof)" -no_browser -http=127.0.0.1: mixed.pprof >web.log 2>&1 &
    own_pids+=($!)
    wait_until is_served
    for page in ui/ ui/top ui/flamegraph; do
        curl -sSf "$address/$page?si=leaked_space" >seen
        contains seen 'program\+0x401010'
        contains seen 'caulk|leaked_space'
    done
    curl -sSf "$address/ui/top?si=cycle_space" >seen
    contains seen 'makeTopTable\( *256 *,'
}

test_heapsnapshot() {
    each_dump check_heapsnapshot
    heap mixed "$mixed"
    export_as heapsnapshot mixed.dump
    python3 "$root/tests/e2e/heapsnapshot_check.py" mixed.heapsnapshot >parents
    contains parents '^objects 10 912$'
    contains parents '^\(lost cycles\) 4 256$'
    contains parents '^\(lost\) 4 528$'
    contains parents '^\(global\) 2 128$'
    heap pool '0!pool:4000 1:100 global>1 1!ignored 2!ignored 2>3 4!runtime 0=5 5!custom'
    check_heapsnapshot pool.dump
    contains parents '^\(ignored\) 2 128$'
    contains parents '^\(the C library\) 1 64$'
    # A dump of the same process later: what is still there has its old id.
    heap before '0#1^10 1#2^20 0>1 2#3^30 global>2' uptime=20
    heap after '0#1^10 1#2^20 0>1 2#3^999 3#3^1000 global>2' uptime=20
    export_as heapsnapshot before.dump
    export_as heapsnapshot after.dump
    same "ids in both" 2 "$(python3 "$root/tests/e2e/heapsnapshot_check.py" \
        before.heapsnapshot after.heapsnapshot)"
}

test_heapsnapshot_in_devtools() {
    readable chromium
    NODE_PATH=/usr/share/nodejs node -e "require('ws')" 2>/dev/null || skip "no node-ws"
    program_dump "$samples/shared_ptr_cycle"
    export_as heapsnapshot "$dump"
    NODE_PATH=/usr/share/nodejs node "$root/tests/e2e/devtools_open.js" "${dump%.dump}.heapsnapshot" >rows
    contains rows '^Session .* 1.1 kB'
    contains rows '^\[[0-9]\]::\(lost cycles\)@[0-9]+ .* 1.1 kB'
    contains rows '^\[[0-9]\]::\(global\)@'
}

test_dhat() {
    each_dump check_dhat
}

# Of each verdict the bytes that the analysis has, in blocks as many.
test_dhat_in_its_viewer() {
    local viewer=/usr/libexec/valgrind/dh_view.html
    readable chromium
    [ -e $viewer ] || skip "no $viewer"
    NODE_PATH=/usr/share/nodejs node -e "require('ws')" 2>/dev/null || skip "no node-ws"
    program_dump "$samples/shared_ptr_cycle"
    export_as dhat "$dump"
    NODE_PATH=/usr/share/nodejs node "$root/tests/e2e/dhat_open.js" "${dump%.dump}.dhat" $viewer | tr -d , >seen
    contains seen "Total: +$(figure "$dump" '.totals.live | "\(.bytes) bytes \\(100%.* in \(.blocks)"') blocks"
    for kind in definite indirect reachable; do
        total=$(figure "$dump" ".totals.$kind | \"\(.bytes) bytes .* in \(.blocks) blocks\"")
        grep -B3 "#1: $kind\$" seen | grep -qE "Total: +$total" || fail "$kind is not $total"
    done
    contains seen '#[0-9]+: 0x[0-9a-f]+: leak \(.*shared_ptr_cycle.cpp:[0-9]+\)'
}

test_heaptrack() {
    each_dump check_heaptrack
    heap mixed "$mixed"
    export_as heaptrack mixed.dump
    heaptrack_print mixed.heaptrack >printed
    contains printed '^peak heap memory consumption: 912B$'
    contains printed '^total memory leaked: 784B$'
    contains printed '^calls to allocation functions: 10 '
    program_dump "$samples/shared_ptr_cycle"
    export_as heaptrack "$dump"
    heaptrack_print -F stacks "${dump%.dump}.heaptrack" >printed
    contains stacks '^main .*;leak \(shared_ptr_cycle.cpp\);std::make_unique'
}

test_valgrind_xml() {
    each_dump check_valgrind_xml
    local file=${dump%.dump}.valgrind-xml
    contains "$file" '<auxwhat>In a lost cycle: Session ⇄ Peer, held by'
    same "places without a line" 0 "$(xpath "$file" 'count(//frame[dir and not(file and line)])')"
    # Memcheck's own goes by the same description.
    valgrind --leak-check=full --xml=yes --xml-file=memcheck.xml "$samples/cycle_with_tail" \
        >/dev/null 2>&1 || true
    xmllint --noout --dtdvalid "$root/tests/e2e/memcheck.dtd" memcheck.xml
}

test_junit() {
    each_dump check_junit
    contains "${dump%.dump}.junit" 'message="1 block, (32|48) B lost in a cycle \(Session ⇄ Peer\), and 1 block'
}

test_sarif() {
    each_dump check_sarif
    "$caulk" export "$dump" --format=sarif | jq -r '.runs[0].results[].locations[].physicalLocation
        .artifactLocation.uri' >uris
    (cd "$root" && "$caulk" export "$tmp/$dump" --format=sarif) |
        jq -r '.runs[0].results[].locations[].physicalLocation.artifactLocation.uri' >uris
    same "relative to the repository" samples/shared_ptr_cycle.cpp "$(sort -u uris)"
}

test_jsonl() {
    each_dump check_jsonl
    contains growing_cache.1.jsonl '"record":"sum".*"reachable"'
    export_as jsonl mixed.dump
    same "schema" caulk.snapshot/1 "$(head -1 mixed.jsonl | jq -r .schema)"
    same "a reference" "global 16 0x10008000" "$(jq -rs '(map(select(.record == "reference"))[0]) as $ref
        | map(select(.record == "root" and .id == $ref.root))[0] | "\(.kind) \($ref.offset) \($ref.to)"' \
        mixed.jsonl)"
}

# The queries that README.md has, each between ```sql and ```.
readme_queries() {
    awk '/^```sql$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$root/README.md"
}

test_sqlite() {
    each_dump check_sqlite
    same "queries" 3 "$(readme_queries | grep -c ';$')"
    readme_queries | sqlite3 "${dump%.dump}.sqlite" >answers
    contains answers '^definite\|2\|80$'
    contains answers '^leak\|1080$'
    contains answers '^0x[0-9a-f]+ \+[0-9]+ -> 0x[0-9a-f]+$'
}

# Into a pipe it goes by way of a temporary file.
test_sqlite_leaves_nothing_where_the_disk_is_full() {
    heap mixed "$mixed"
    mkdir temporary
    exits 2 sqlite_on_a_full_disk 2>errors
    one_line errors '^caulk: database: '
    same "left" "" "$(ls temporary)"
}

sqlite_on_a_full_disk() (
    trap '' XFSZ
    ulimit -f 8
    set -o pipefail
    TMPDIR=temporary "$caulk" export mixed.dump --format=sqlite | cat >/dev/null
)

test_prometheus() {
    each_dump check_prometheus
    heap many "$(for ((i = 0; i < 30; i++)); do echo "$i#$i"; done)"
    export_as prometheus many.dump
    [ "$(grep -c ^caulk_leaked_bytes many.prometheus)" -le 10 ] || fail "too many series"
}

test_prometheus_read_by_promtool() {
    readable promtool
    each_dump check_with_promtool
}

check_with_promtool() { # DUMP
    export_as prometheus "$1"
    promtool check metrics <"${1%.dump}.prometheus"
}

# ---- names that are meant to break things -----------------------------------------------------

test_hostile_names() {
    hostile_program
    program_dump ./hostile at_exit=yes
    # An own check for each format says what is valid.
    for format in "${formats[@]}"; do
        "check_${format//-/_}" "$dump" || fail "$format"
        if [ "$format" != pprof ] && [ "$format" != sqlite ]; then
            iconv -f UTF-8 -t UTF-8 "hostile.1.$format" >/dev/null || fail "$format is not UTF-8"
        fi
    done
    lacks hostile.1.folded '[[:cntrl:]]'
    contains hostile.1.folded 'l{10000}'
    same "functions" 4 "$(sqlite3 hostile.1.sqlite \
        "SELECT count(DISTINCT function) FROM frame WHERE module LIKE '%/hostile' AND function <> 'main'
         AND function <> '_start'")"
    if command -v go >/dev/null; then
        go tool pprof -top hostile.1.pprof >top 2>errors
        contains top 'q"'
    fi
    heap labels '0~a"\</script>&;,{}=` 1~<b>x</b> 0>1 1>0'
    for format in "${formats[@]}"; do
        "check_${format//-/_}" labels.dump || fail "$format"
    done
}

# ---- size -------------------------------------------------------------------------------------

# The most memory that a command took, in KiB.
peak_of() { # COMMAND…
    python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"
}

# Blocks and pointers are written as they are found: what comes out is larger than the memory that it
# takes above the analysis. (heapsnapshot keeps ids, SQLite 64 MiB of pages, and as much to sort.)
test_memory_is_bounded() {
    local analysis peak
    "$build/bench/make_dump" local 300000 large.dump
    analysis=$(peak_of "$caulk" export large.dump --format=folded -o out)
    for format in pprof heaptrack jsonl heapsnapshot prometheus; do
        peak=$(peak_of "$caulk" export large.dump --format=$format -o "large.$format")
        [ $((peak - analysis)) -lt $((16 * 1024)) ] || fail "$format: $peak KiB, analysis $analysis KiB"
    done
    [ "$(stat -c %s large.jsonl)" -gt $((100 << 20)) ] || fail "too small to say anything"
    peak=$(peak_of "$caulk" export large.dump --format=sqlite -o large.sqlite)
    [ $((peak - analysis)) -lt $((192 * 1024)) ] || fail "sqlite: $peak KiB, analysis $analysis KiB"
    python3 "$root/tests/e2e/heapsnapshot_check.py" large.heapsnapshot >parents
    contains parents '^objects 300000 '
}

run_tests
