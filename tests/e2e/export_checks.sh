# Each export format read strictly, and its figures compared with the analysis': check_FORMAT DUMP.
# Source this after lib.sh.
# shellcheck shell=bash disable=SC2034,SC2154

formats=(dhat folded heapsnapshot heaptrack jsonl junit pprof prometheus sarif sqlite valgrind-xml)

heap() { # NAME LINE [FIELD=NUMBER…]: makes NAME.dump
    "$build/bench/make_dump" graph "$2" "$1.dump" "${@:3}"
}

export_as() { # FORMAT DUMP [OPTION…]: makes DUMP's name with .FORMAT
    "$caulk" export "$2" --format="$1" -o "${2%.dump}.$1" "${@:3}"
}

# "definite 4 256": each verdict that has blocks.
verdicts() { # DUMP
    figure "$1" '.totals | to_entries[] | select(.key | IN("definite", "indirect", "possible",
        "reachable", "suppressed")) | select(.value.blocks > 0)
        | "\(.key) \(.value.blocks) \(.value.bytes)"' | sort
}

lost_bytes() { # DUMP
    figure "$1" '.totals | .definite.bytes + .indirect.bytes'
}

check_folded() { # DUMP
    export_as folded "$1"
    awk '!/^[a-z]+(;[^;]+)+ [0-9]+$/ { print "not folded: " $0; exit 1 }' "${1%.dump}.folded"
    same "folded" "$(verdicts "$1" | cut -d ' ' -f 1,3)" \
        "$(awk '{ split($0, of, ";"); sum[of[1]] += $NF }
                END { for (kind in sum) print kind, sum[kind] }' "${1%.dump}.folded" | sort)"
}

# Sums of the sample values, as protoc decodes them.
pprof_sums() { # PROFILE
    zcat "$1" | protoc-c --decode=perftools.profiles.Profile -I "$root" "$root/cli/profile.proto" |
        awk '/^sample \{/ { i = 0 } /^  value:/ { sum[i++] += $2 }
             END { for (i = 0; i < 6; i++) printf "%d ", sum[i] }'
}

check_pprof() { # DUMP
    export_as pprof "$1"
    same "sums" "$(figure "$1" '.totals | [.live.blocks, .live.bytes, .live.blocks, .live.bytes,
        .definite.bytes + .indirect.bytes, .lost_cycles.bytes] | map("\(.) ") | add')" \
        "$(pprof_sums "${1%.dump}.pprof")"
}

check_heapsnapshot() { # DUMP
    export_as heapsnapshot "$1"
    python3 "$root/tests/e2e/heapsnapshot_check.py" "${1%.dump}.heapsnapshot" >parents
    same "bytes" "$(figure "$1" .totals.live.bytes)" "$(awk '/^objects/ { print $3 }' parents)"
}

check_dhat() { # DUMP
    export_as dhat "$1"
    jq -e '.dhatFileVersion == 2 and .bklt == false and .ftbl[0] == "[root]" and
           (.ftbl as $frames | all(.pps[]; .tb >= 0 and .tbk > 0 and
               all(.fs[]; . > 0 and . < ($frames | length))))' "${1%.dump}.dhat" >/dev/null
    same "dhat" "$(verdicts "$1")" "$(jq -r '.ftbl as $frames | .pps | group_by($frames[.fs[0]])[] |
        "\($frames[.[0].fs[0]]) \(map(.tbk) | add) \(map(.tb) | add)"' "${1%.dump}.dhat" | sort)"
}

# What is allocated and never freed.
check_heaptrack() { # DUMP
    local file=${1%.dump}.heaptrack
    export_as heaptrack "$1"
    same "leaked" "$(lost_bytes "$1") $(figure "$1" .totals.live.bytes)" \
        "$(python3 - "$file" <<'PYTHON'
import sys
sizes, peak, freed = [], 0, 0
for line in open(sys.argv[1], encoding="utf-8"):
    word = line.split()
    if word[0] == "a":
        sizes.append(int(word[1], 16))
    elif word[0] == "+":
        peak += sizes[int(word[1], 16)]
    elif word[0] == "-":
        freed += sizes[int(word[1], 16)]
print(peak - freed, peak)
PYTHON
        )"
    heaptrack_print "$file" >printed 2>&1
}

xpath() { # FILE EXPRESSION
    xmllint --xpath "$2" "$1"
}

check_valgrind_xml() { # DUMP
    local file=${1%.dump}.valgrind-xml
    export_as valgrind-xml "$1"
    xmllint --noout --dtdvalid "$root/tests/e2e/memcheck.dtd" "$file"
    same "lost" "$(lost_bytes "$1")" \
        "$(xpath "$file" 'sum(//error[kind="Leak_DefinitelyLost"]/xwhat/leakedbytes)')"
    same "possible" "$(figure "$1" .totals.possible.bytes)" \
        "$(xpath "$file" 'sum(//error[kind="Leak_PossiblyLost"]/xwhat/leakedbytes)')"
}

check_junit() { # DUMP
    local file=${1%.dump}.junit leaks
    export_as junit "$1"
    leaks=$(figure "$1" '.leaks | length')
    same "failures" "$(figure "$1" '[.leaks[] | select(.kind == "definite")] | length')" \
        "$(xpath "$file" 'count(//testcase/failure)')"
    same "tests" $((leaks ? leaks : 1)) "$(xpath "$file" 'count(//testcase)')"
    same "counts" true "$(xpath "$file" '//testsuite/@tests = count(//testcase) and
        //testsuite/@failures = count(//failure) and //testsuite/@skipped = count(//skipped)')"
}

check_sarif() { # DUMP
    export_as sarif "$1"
    jq -e '.version == "2.1.0" and (.runs[0] | .tool.driver.rules as $rules | all(.results[];
        $rules[.ruleIndex].id == .ruleId and (.message.text | length > 0) and
        (.partialFingerprints.primaryLocationLineHash | test("^[0-9a-f]{16}$")) and
        all(.locations[], .codeFlows[].threadFlows[].locations[].location;
            .physicalLocation == null or .physicalLocation.region.startLine > 0)))' \
        "${1%.dump}.sarif" >/dev/null
    same "sarif" "$(figure "$1" '[.leaks[] | "\(.blocks) \(.bytes) \(.signature)"] | join(",")')" \
        "$(jq -r '[.runs[0].results[] | "\(.properties.blocks) \(.properties.bytes) \(
            .partialFingerprints.primaryLocationLineHash)"] | join(",")' "${1%.dump}.sarif")"
}

check_jsonl() { # DUMP
    local file=${1%.dump}.jsonl
    export_as jsonl "$1"
    while IFS= read -r line; do
        jq -e 'type == "object"' <<<"$line" >/dev/null || fail "no object: $line"
    done < <(head -50 "$file")
    same "jsonl" "$(verdicts "$1")" "$(jq -rs 'map(select(.record == ("block", "sum"))) |
        group_by(.kind)[] | "\(.[0].kind) \(map(.blocks // 1) | add) \(map(.bytes) | add)"' "$file" | sort)"
    same "edges" "$("$caulk" info --json "$1" | jq .counts.edges)" "$(grep -c '"record":"edge"' "$file" || :)"
    same "sites" "$(figure "$1" '.sites | length')" "$(grep -c '"record":"site"' "$file" || :)"
    same "cycles" "$(figure "$1" '.cycles | map("\(.id) \(.bytes) \(.retained.bytes)") | join(",")')" \
        "$(jq -rs 'map(select(.record == "cycle") | "\(.id) \(.bytes) \(.retained.bytes)") | join(",")' \
            "$file")"
}

check_sqlite() { # DUMP
    local file=${1%.dump}.sqlite
    export_as sqlite "$1"
    same "integrity" ok "$(sqlite3 "$file" 'PRAGMA integrity_check')"
    same "foreign keys" "" "$(sqlite3 "$file" 'PRAGMA foreign_key_check')"
    same "sqlite" "$(verdicts "$1")" "$(sqlite3 -separator ' ' "$file" \
        'SELECT kind, sum(blocks), sum(bytes) FROM (SELECT kind, 1 AS blocks, bytes FROM block
             UNION ALL SELECT kind, blocks, bytes FROM sum) GROUP BY kind ORDER BY kind')"
    same "edges" "$("$caulk" info --json "$1" | jq .counts.edges)" \
        "$(sqlite3 "$file" 'SELECT count(*) FROM edge')"
    same "lost cycles" "$(figure "$1" .totals.lost_cycles.bytes)" \
        "$(sqlite3 "$file" 'SELECT coalesce(sum(bytes), 0) FROM cycle WHERE lost')"
}

check_prometheus() { # DUMP
    local file=${1%.dump}.prometheus
    export_as prometheus "$1"
    same "prometheus" "$(verdicts "$1" | cut -d ' ' -f 1,3)" \
        "$(sed -nE 's/^caulk_heap_bytes\{.*verdict="([a-z]+)"\} ([1-9].*)/\1 \2/p' "$file" | sort)"
    same "series that stand twice" "" "$(grep -v '^#' "$file" | sed 's/ [^ ]*$//' | sort | uniq -d)"
}
