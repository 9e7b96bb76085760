#!/usr/bin/env bash
# `caulk report`: the page's figures are those of the analysis, names stay text, and Chromium shows it
# all, with scripts and without, and asks nobody for anything.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/hostile_names.sh"
set -o pipefail

# Two equal lost pairs, a lost owner with two blocks behind it, a lost block by itself, a type, and a
# kept block with an interior pointer to another.
mixed='0#1 1#2 0>1 1@16>0 2#1 3#2 2>3 3@16>2 4#3 4>5 5#4 5:300 5>6 6#4 7#5 7:100 7~session
       8#6 global@16>8 8>9+8 9#7'

heap() { # NAME LINE [FIELD=NUMBER…]: makes NAME.dump
    "$build/bench/make_dump" graph "$2" "$1.dump" "${@:3}"
}

program_dump() { # PROGRAM [KEY=VALUE…]: makes $dump
    tracked "${@:2}" -- "$1"
    dump=${1##*/}.1.dump
}

# As HTML, tolerant as a browser: every attribute and text.
xpath() { # FILE EXPRESSION
    xmllint --html --xpath "$2" "$1" 2>/dev/null
}

opens() { # FILE: as a person would use it
    command -v chromium >/dev/null || skip "no chromium (tests/deps.sh readers)"
    NODE_PATH=/usr/share/nodejs node "$root/tests/e2e/report_open.js" "$1"
}

# ---- the command ------------------------------------------------------------------------------

test_usage() {
    heap mixed "$mixed"
    exits 2 "$caulk" report mixed.dump 2>errors
    contains errors '^caulk: report: where to\? -o FILE.html'
    exits 2 "$caulk" report -o x.html 2>errors
    contains errors '^caulk: report: which dump'
    exits 2 "$caulk" report missing.dump -o x.html 2>errors
    contains errors '^caulk: missing.dump: '
    [ ! -e x.html ] || fail "a page without a dump"
    exits 2 "$caulk" report mixed.dump mixed.dump -o x.html 2>errors
    contains errors '^caulk: mixed.dump: .*not later than'
}

test_output() {
    heap mixed "$mixed"
    "$caulk" report mixed.dump -o mixed.html
    "$caulk" report mixed.dump -o - | cmp - mixed.html
    echo old >replaced
    "$caulk" report mixed.dump -o replaced
    cmp mixed.html replaced
    exits 2 "$caulk" report mixed.dump -o /dev/full 2>errors
    contains errors '^caulk: /dev/full: No space left'
    exits 2 "$caulk" report mixed.dump -o none/out 2>errors
    contains errors '^caulk: none/out: No such file'
    same "files left behind" "" "$(find . -name '*.html.*')"
}

# ---- what is in the page ----------------------------------------------------------------------

totals_agree() { # DUMP PAGE
    local kind
    for kind in definite indirect possible reachable live; do
        same "$kind of $1" "$(figure "$1" ".totals.$kind | \"\(.blocks) \(.bytes)\"")" \
            "$(xpath "$2" "concat(//section[@id='verdict']//tr[th='$kind']/td[1]/@data-sort, ' ',
                //section[@id='verdict']//tr[th='$kind']/td[2]/@data-sort)")"
    done
}

test_figures() {
    heap mixed "$mixed"
    program_dump "$samples/shared_ptr_cycle"
    heap empty ''
    heap sampled '0#1/5:100 1#1/6:100 2#1/:100 3#1/:100 4#1/:3000 5#2:100 4>5 global>0' sampled=100000
    for each in mixed.dump empty.dump sampled.dump "$dump"; do
        "$caulk" report "$each" -o page.html
        totals_agree "$each" page.html
        same "rows of $each" "$(figure "$each" '.leaks | length')" \
            "$(xpath page.html 'count(//table[@id="leak-table"]/tbody/tr)')"
        same "shapes of $each" "$(figure "$each" '[.shapes[] | select(.lost)] | length')" \
            "$(xpath page.html 'count(//section[@id="cycles"]/details)')"
        same "pictures of $each" "$(figure "$each" '[.shapes[] | select(.lost)] | length')" \
            "$(grep -c 'class="graph"' page.html || :)"
        same "ids that stand twice" "" "$(grep -oE '\bid="?[A-Za-z0-9_-]+' page.html | sort | uniq -d)"
    done
}

test_closing_edges() {
    heap pair '0#1 1#2 0>1 1@16>0 0>2 2#3'
    "$caulk" report pair.dump -o page.html
    same "red arrows" 1 "$(grep -c '<path fill="none" stroke="#cc0000"' page.html)"
    contains page.html '<dd class=closing>[^<]*\+0x10 → '
    same "what the command line says" "$("$caulk" analyze pair.dump | sed -n 's/^    closes  //p')" \
        "$(xpath page.html 'string(//dd[@class="closing"])')"
}

test_growth() {
    heap 1 'global>0 0#1:4000 0>1 1#2' sequence=1 uptime=10
    heap 2 'global>0 0#1:4000 1#2 0>2 2#3:500^1500 0>3 3#3:500^1500' sequence=2 uptime=20
    "$caulk" report 1.dump 2.dump -o page.html
    same "most gained" 1000 "$(xpath page.html 'string(//table[@id="growth-table"]//td[1]/@data-sort)')"
    contains page.html 'Who dropped the last pointer'
    "$caulk" report 2.dump -o page.html
    lacks page.html 'id=growth'
    heap other 'global>0 0#1' pid=4712
    "$caulk" report 1.dump other.dump -o page.html # of several processes: the sum
    same "blocks" "$("$caulk" analyze --json 1.dump other.dump | jq .totals.live.blocks)" \
        "$(xpath page.html "string(//section[@id='verdict']//tr[th='live']/td[1]/@data-sort)")"
}

# Those of the newest dump, where several are compared.
test_suppressed() {
    local verdict='string(//section[@id="verdict"]//tr[th="suppressed"]/td[1]/@data-sort)'
    local rows='count(//table[@id="leak-table"]/tbody/tr)'
    program_dump "$samples/cycle_with_tail"
    echo 'leak:leak' >list
    "$caulk" report "$dump" --suppressions list -o page.html
    same "suppressed" "$("$caulk" analyze --json "$dump" | jq '.totals | .definite.blocks + .indirect.blocks')" \
        "$(xpath page.html "$verdict")"
    same "leaks" 0 "$(xpath page.html "$rows")"
    heap 1 'global>0 0#1:4000 0>1 1#2' sequence=1 uptime=10
    heap 2 'global>0 0#1:4000 1#2 2#3:500^1500' sequence=2 uptime=20
    "$caulk" analyze --json 2.dump >old.json
    "$caulk" report 1.dump 2.dump -o page.html
    same "leaks of both" 2 "$(xpath page.html "$rows")"
    "$caulk" report 1.dump 2.dump --baseline old.json -o page.html
    same "suppressed of both" 2 "$(xpath page.html "$verdict")"
    same "new leaks of both" 0 "$(xpath page.html "$rows")"
    lacks page.html 'Who dropped the last pointer'
    exits 2 "$caulk" report 1.dump 2.dump --suppressions missing -o page.html 2>errors
    one_line errors '^caulk: missing: '
}

test_only_lost() {
    tracked detail=lost -- "$samples/growing_cache"
    "$caulk" report growing_cache.1.dump -o page.html
    contains page.html 'Made with --detail=lost'
    totals_agree growing_cache.1.dump page.html
}

test_limits_are_said() {
    "$build/bench/make_dump" local 100000 local.dump
    "$caulk" report local.dump -o page.html
    contains page.html 'Left out: [0-9,]+ rows of less'
    contains page.html 'Left out: [0-9,]+ shapes of cycles'
    [ "$(wc -c <page.html)" -lt 5000000 ] || fail "$(wc -c <page.html) bytes"
}

# The policy's hashes are those of what is in the page.
test_policy() {
    local element hash
    heap mixed "$mixed"
    "$caulk" report mixed.dump -o page.html
    for element in style script; do
        hash=$(python3 - page.html $element <<'PYTHON'
import base64, hashlib, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
text = re.search("<%s>(.*?)</%s>" % (sys.argv[2], sys.argv[2]), page, re.S).group(1)
print(base64.b64encode(hashlib.sha256(text.encode()).digest()).decode())
PYTHON
        )
        grep -qF "default-src 'none'; " page.html || fail "no policy"
        grep -qF "$element-src 'sha256-$hash'" page.html || fail "not the hash of the $element: $hash"
    done
    lacks page.html '(src|href)="?(https?:|//)'
}

# ---- names that are meant to break things -----------------------------------------------------

names_stay_text() { # PAGE
    iconv -f UTF-8 -t UTF-8 "$1" >/dev/null || fail "$1 is not UTF-8"
    LC_ALL=C lacks "$1" $'[\x01-\x08\x0b-\x1f\x7f]'
    same "scripts" "2 2" "$(grep -c '<script' "$1") $(grep -o '</script' "$1" | wc -l)"
    lacks "$1" '<b>|<img|onerror="'
}

test_hostile_names() {
    hostile_program
    program_dump ./hostile at_exit=yes
    "$caulk" report "$dump" -o hostile.html
    names_stay_text hostile.html
    contains hostile.html 'q&quot;&#39;\\`&lt;/script&gt;'
    heap labels '0~a"\</script>&;,{}=` 1~<b>x</b> 0>1 1>0 2~<img/src=x/onerror=window.pwned=1> 2>2
                 3~--><script>window.pwned=1</script> 4~"onmouseover="window.pwned=1 3>4 4>3'
    "$caulk" report labels.dump -o labels.html
    names_stay_text labels.html
}

# ---- in a browser -----------------------------------------------------------------------------

test_browser() {
    heap mixed "$mixed"
    "$caulk" report mixed.dump -o mixed.html
    opens mixed.html
    heap 1 'global>0 0#1:4000 0>1 1#2' sequence=1 uptime=10
    heap 2 'global>0 0#1:4000 1#2 0>2 2#3:500^1500 0>3 3#3:500^1500' sequence=2 uptime=20
    "$caulk" report 1.dump 2.dump -o growth.html
    opens growth.html
    heap empty ''
    "$caulk" report empty.dump -o empty.html
    opens empty.html
}

test_browser_and_hostile_names() {
    hostile_program
    program_dump ./hostile at_exit=yes
    "$caulk" report "$dump" -o hostile.html
    opens hostile.html
    heap labels '0~a"\</script>&;,{}=` 1~<b>x</b> 0>1 1>0 2~<img/src=x/onerror=window.pwned=1> 2>2
                 3~--><script>window.pwned=1</script> 4~"onmouseover="window.pwned=1 3>4 4>3'
    "$caulk" report labels.dump -o labels.html
    opens labels.html
}

test_browser_and_large_heap() {
    "$build/bench/make_dump" local 100000 local.dump
    "$caulk" report local.dump -o local.html
    opens local.html
}

run_tests
