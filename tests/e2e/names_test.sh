#!/usr/bin/env bash
# Names for addresses where the program's files are elsewhere, stripped, or nowhere.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# A dump of a program that is gone when it is looked at: named.dump. Its file with all names is
# named.whole, its build id in $build_id.
dump_of_the_vanished() { # whole|stripped
    mkdir -p bin
    cp "$programs/named" bin/named
    cp bin/named named.whole
    [ "$1" = whole ] || strip bin/named
    tracked dump="$tmp/named.dump" -- "$tmp/bin/named"
    rm bin/named
    build_id=$(file_build_id named.whole)
}

file_build_id() { # FILE
    readelf -n "$1" | sed -n 's/.*Build ID: *//p'
}

# Frames and lines of the block that hidden_function() lost, innermost first.
hidden_stack() { # OPTIONS…
    "$caulk" analyze --json "$@" named.dump | jq -r '[.leaks[] |
        select(any(.stack[]; .function == "hidden_function")) |
        .stack[] | select(.function != "_start" and (.module | endswith("/named"))) |
        "\(.function):\(.line)"] | join(" ")'
}
all_names='make_entry:21 hidden_function:36 build:43 sample_below:48 sample_build:53 main:48'

# Puts a debug file where GDB and elfutils look for it.
debug_file_in() { # FOLDER
    mkdir -p "$1/.build-id/${build_id:0:2}"
    objcopy --only-keep-debug named.whole "$1/.build-id/${build_id:0:2}/${build_id:2}.debug"
}

test_sysroot() {
    dump_of_the_vanished whole
    same "gone" "" "$(hidden_stack)"
    mkdir -p "system$tmp/bin"
    cp named.whole "system$tmp/bin/named"
    same "below the sysroot" "$all_names" "$(hidden_stack --sysroot "$tmp/system")"
    cp "$programs/own_malloc" "system$tmp/bin/named"
    same "another build" "" "$(hidden_stack --sysroot "$tmp/system")"
}

test_debug_dir() {
    dump_of_the_vanished whole
    debug_file_in debug
    same "a debug file alone" "$all_names" "$(hidden_stack --debug-dir="$tmp/none:$tmp/debug")"
    cp named.whole bin/named && strip bin/named
    same "with the stripped file" "$all_names" "$(hidden_stack --debug-dir="$tmp/debug")"
    for command in analyze owners graph info suppress; do
        "$caulk" $command --debug-dir="$tmp/debug" named.dump >text
    done
    "$caulk" owners --debug-dir="$tmp/debug" named.dump >text
    contains text 'hidden_entries \(global, named\)'
    mkdir -p system/usr/lib
    mv debug system/usr/lib/debug
    same "the sysroot's own" "$all_names" "$(hidden_stack --sysroot "$tmp/system")"
}

# A server that speaks the protocol, but is a folder.
files_served() {
    export DEBUGINFOD_CACHE_PATH=$tmp/cache
    mkdir -p "served/buildid/$build_id"
    strip -o "served/buildid/$build_id/executable" named.whole
    objcopy --only-keep-debug named.whole "served/buildid/$build_id/debuginfo"
}

test_debuginfod_is_asked_only_when_told() {
    dump_of_the_vanished whole
    files_served
    export DEBUGINFOD_URLS=file://$tmp/served/
    same "not told" "" "$(hidden_stack)"
    [ ! -e cache ] || fail "a server was asked"
    same "told" "$all_names" "$(hidden_stack --debuginfod)"
    unset DEBUGINFOD_URLS
    rm -rf cache
    same "by URL" "$all_names" "$(hidden_stack --debuginfod="file://$tmp/served/")"
    exits 2 "$caulk" analyze --debuginfod named.dump 2>errors
    contains errors '^caulk: --debuginfod: which server\?'
}

test_a_server_on_the_network() {
    dump_of_the_vanished whole
    files_served
    local port=$((20000 + RANDOM % 20000))
    python3 -m http.server --bind 127.0.0.1 --directory served $port >server.log 2>&1 &
    own_pids+=($!)
    export DEBUGINFOD_URLS=http://127.0.0.1:$port/
    wait_until curl -sf -o /dev/null "$DEBUGINFOD_URLS/buildid/$build_id/executable"
    same "from the server" "$all_names" "$(hidden_stack --debuginfod)"
    contains server.log "GET /+buildid/$build_id/debuginfo"
}

# The dump brings the names that modules export.
test_a_stripped_program_that_is_gone() {
    dump_of_the_vanished stripped
    "$caulk" analyze --json named.dump | jq -r '.leaks[].stack[].function' >functions
    contains functions '^exported_function$'
    contains functions '^null$'
    lacks functions 'hidden'
    "$caulk" owners named.dump >text
    contains text 'exported_entries \(global, named\)'
    lacks text 'hidden'
    same "info" "true missing, but the dump has names of its own" \
        "$("$caulk" info --json named.dump | jq -r '.modules[] |
            select(.path | endswith("/named")) | "\(.symbols) \(.reason)"')"
}

test_symbolize() {
    dump_of_the_vanished whole
    cp named.whole bin/named
    "$caulk" symbolize named.dump -o whole.dump >text
    contains text '^whole.dump: of [0-9]+ return addresses [0-9]+ have a function'
    for command in analyze owners graph info; do
        "$caulk" $command named.dump >$command.there
    done
    rm bin/named
    mv named.dump original.dump
    mv whole.dump named.dump
    same "anywhere" "$all_names" "$(hidden_stack)"
    for command in analyze owners graph; do
        "$caulk" $command named.dump | diff $command.there -
    done
    "$caulk" symbolize named.dump -o - >again.dump
    cmp named.dump again.dump || fail "symbolized twice is another file"
    exits 2 "$caulk" symbolize original.dump -o named.dump 2>errors
    contains errors '^caulk: named.dump: File exists'
    exits 2 "$caulk" symbolize original.dump 2>errors
    contains errors '^caulk: symbolize: where to'
}

test_symbolized_names_are_better_than_a_stripped_file() {
    dump_of_the_vanished whole
    cp named.whole bin/named
    "$caulk" symbolize --json named.dump -o whole.dump >count.json
    same "lines" true "$(jq '.lines >= 6 and .named >= .lines and .variables >= 2' count.json)"
    strip bin/named
    mv whole.dump named.dump
    same "with the stripped file" "$all_names" "$(hidden_stack)"
}

test_analyze_says_what_has_no_names() {
    cp "$samples/lost_list" lists
    tracked -- "$tmp/lists"
    same "notes" "" "$("$caulk" analyze lists.1.dump 2>&1 >/dev/null)"
    rm lists
    "$caulk" analyze lists.1.dump 2>notes >/dev/null
    one_line notes "^caulk: lists.1.dump: no names from $tmp/lists: missing \(what to do: caulk info\)$"
    same "notes" "" "$("$caulk" analyze --quiet lists.1.dump 2>&1 >/dev/null)"
}

test_info_says_what_is_missing() {
    dump_of_the_vanished whole
    "$caulk" info named.dump >text
    contains text "^missing   build id $build_id, $tmp/bin/named$"
    contains text '^ +get them: --debuginfod'
    same "json" "$build_id" "$("$caulk" info --json named.dump | jq -r '.missing[].build_id')"
    debug_file_in debug
    "$caulk" symbolize --debug-dir=debug named.dump -o whole.dump >text
    "$caulk" info whole.dump >text
    lacks text '^missing'
    contains text 'bin/named: missing, but the dump has names of its own'
}

# A pair of modules at other addresses each: the names go with the sum.
test_names_in_a_sum() {
    dump_of_the_vanished whole
    cp named.whole bin/named
    tracked dump="$tmp/other.dump" -- "$tmp/bin/named"
    "$caulk" symbolize named.dump -o a.dump >text
    "$caulk" symbolize other.dump -o b.dump >text
    rm bin/named
    "$caulk" analyze --json a.dump b.dump | jq -r '.leaks[] | "\(.blocks) \([.stack[] |
        select(.function != null) | .function] | index("hidden_function") != null)"' | sort >rows
    same "sum" "2 false
2 true" "$(cat rows)"
}

run_tests
