#!/usr/bin/env bash
# What memory says of blocks' types: classes of C++ also without symbols, CPython's objects, what its
# collector will come back for, and who holds the references that objects count.
. "$(dirname "$0")/lib.sh"

python=$(readlink -f /usr/bin/python3)

test_stripped_classes() {
    strip -o stripped "$samples/shared_ptr_classes"
    tracked -- ./stripped
    same "types" 'control block of relay::Channel
relay::Channel
relay::Peer
relay::Session' "$(figure stripped.1.dump '.cycles[0].members[].type' | LC_ALL=C sort)"
    "$caulk" analyze stripped.1.dump >out
    contains out 'C1  lost cycle  relay::Session → relay::Peer → relay::Channel → relay::Session \(4 blocks\)'
    contains out 'proof   use_count 1 each; that reference is inside the cycle'
}

# A count that nothing in the cycle explains: a reference was moved out of sight and never released.
test_reference_elsewhere() {
    tracked -- "$programs/shared_ptr_kept"
    "$caulk" analyze shared_ptr_kept.1.dump >out
    contains out 'counts  Session has use_count 2, but only 1 reference inside the cycle'
    same "references" '2 1' "$(figure shared_ptr_kept.1.dump \
        '.cycles[0].members[] | select(.type == "Session").references | "\(.counted) \(.inside)"')"
}

# An object that can make std::shared_ptr to itself does not hold itself.
test_shared_from_this() {
    tracked -- "$programs/shared_from_this"
    same "cycles" 0 "$(figure shared_from_this.1.dump .totals.lost_cycles.cycles)"
    same "types" 'Alone
Apart
control block of Apart' "$(figure shared_from_this.1.dump '.sites[].type' | grep -v null | LC_ALL=C sort -u)"
}

finding() { # REGEX FILE: the finding whose first line matches
    sed -nE "/^C[0-9]+ +lost cycle  $1/,/^\$/p" "$2"
}

# What a cycle drags is in its figures; where that is cyclic itself, it says whose it is.
test_cycles_within_others() {
    tracked -- "$programs/held_cycles"
    local dump=held_cycles.1.dump
    "$caulk" analyze $dump >out
    finding 'Session ⇄ Peer ' out >session
    contains session '^    closes  (Peer::session|Session::peer) '
    lacks session '→ [^SP]|within|^ +(std::map|std::list|leak)[^ ]* .*→'
    finding '31 × grow\(\)' out >tree
    contains tree '^    within  C1, whose figures have it too$'
    same "pointers that differ by addresses alone" 1 "$(grep -cE 'grow\(\) \+0x00 → grow' tree)"
    finding 'leak\(\) ⇄ std::map or set node' out >map
    contains map '^    within  C1, '
    contains map '^ +pointers back to a container own nothing: these blocks do not hold each other$'
    lacks map 'closes'
    contains out 'closes  Table<std::string, 4>::self \+0x[0-9a-f]+ → Table<std::string, 4>$'
    same "held" 'C1 C1 null null' "$(figure $dump '[.cycles[].held_by] | map(. // "null") | sort | join(" ")')"
    "$caulk" symbolize $dump -o named.dump >count
    "$caulk" analyze named.dump | grep -v '^next' | diff <(grep -v '^next' out) -
}

# A smart pointer is one thing to cut, though it is two words, and what counts its object is none.
test_a_smart_pointer_is_cut_once() {
    local program
    strip -o stripped "$programs/shared_twice"
    for program in "$programs/shared_twice" ./stripped; do
        tracked -- "$program"
        "$caulk" analyze "$(basename "$program").1.dump" | sed -n '/closes/,/proof/p' |
            sed 's/^ *closes//; s/^ *//; s/::[a-z]*//; s/ +0x[0-9a-f]*//; /proof/d' | sort >closes
        same "$program" "Rim → Hub,Spoke → Hub" "$(paste -sd, closes)"
    done
}

# Without debug information, nodes of maps and lists are known all the same.
test_ways_back_in_a_stripped_program() {
    strip -o stripped "$programs/held_cycles"
    tracked -- ./stripped
    "$caulk" analyze stripped.1.dump >out
    finding 'Session' out >session
    contains session '^    closes '
    lacks session '^ +(closes +)?std::(map|list).* → '
}

# The way round is that of pointers which own.
test_weak_pointers_are_no_way_round() {
    tracked -- "$programs/weak_ring"
    "$caulk" analyze weak_ring.1.dump >out
    contains out 'lost cycle  Session → Peer → Channel → Session '
    contains out 'weak    Peer::session \+0x[0-9a-f]+ → Session$'
}

# Functions that were inlined at link time have no scopes any more.
test_link_time_optimization() {
    g++ -I"$root" -std=c++17 -O2 -g -flto -o inlined "$root/tests/e2e/programs/held_cycles.cpp"
    tracked -- ./inlined
    "$caulk" analyze inlined.1.dump >out
    finding Session out >session
    contains session '^ +Session +[0-9]+ B  make_shared in$'
    lacks out '(new_allocator|alloc_traits|shared_ptr_base).h'
}

test_containers() {
    strip -o containers "$programs/containers"
    tracked -- ./containers
    same "nodes" '100 std::list node
200 std::map or set node' "$("$caulk" export --format=jsonl containers.1.dump |
        jq -r 'select(.record == "block").type' | grep std | LC_ALL=C sort | uniq -c | sed 's/^ *//')"
    "$caulk" owners containers.1.dump >out
    contains out '100 × std::list node'
}

# Where GLib's headers are, the sample was built.
gobject_program() {
    [ -x "$samples/gobject_cycle" ] || skip "no libglib2.0-dev"
    cp "$samples/gobject_cycle" gobject_cycle
}

same_gobject_cycle() { # DUMP
    same "lost" '2 72' "$(figure "$1" '.totals.definite | "\(.blocks) \(.bytes)"')"
    same "types" 'DemoDocument DemoView' "$(figure "$1" '[.cycles[0].members[].type] | sort | join(" ")')"
    same "references" '1 1 1 1' \
        "$(figure "$1" '[.cycles[0].members[].references | .counted, .inside] | join(" ")')"
}

test_gobject_cycle() {
    gobject_program
    tracked -- ./gobject_cycle
    same_gobject_cycle gobject_cycle.1.dump
    "$caulk" analyze gobject_cycle.1.dump >out
    contains out '^C1  lost cycle  (DemoDocument ⇄ DemoView|DemoView ⇄ DemoDocument)   retains 72 B'
    contains out 'proof   ref_count 1 each; that reference is inside the cycle'
    contains out '    DemoDocument 40 B  g_object_new in'
    contains out '^ +leak +gobject_cycle.c:'
    contains out 'closes  DemoView.document \+0x18 → DemoDocument'
    lacks out 'g_slice_alloc'
    lacks out 'G_SLICE'
}

test_gobject_cycle_stripped() {
    gobject_program
    strip gobject_cycle
    tracked -- ./gobject_cycle
    same_gobject_cycle gobject_cycle.1.dump
}

# A document that is alive is held by nothing but a pointer past its private data.
test_gobject_alive() {
    gobject_program
    tracked -- ./gobject_cycle alive
    same "lost" 0 "$(figure gobject_cycle.1.dump '.totals | .definite.blocks + .indirect.blocks')"
    same "kinds" reachable "$("$caulk" export --format=jsonl gobject_cycle.1.dump |
        jq -r 'select(.record == "block" and .type == "DemoDocument").kind')"
    tracked detail=lost -- ./gobject_cycle alive
    same "types of what is not reachable" '' \
        "$(figure gobject_cycle.2.dump '.sites[].type' | grep Demo || true)"
}

test_gobject_cycle_in_a_dump_of_the_lost() {
    gobject_program
    tracked detail=lost -- ./gobject_cycle
    same_gobject_cycle gobject_cycle.1.dump
}

test_slices_hide_objects() {
    gobject_program
    G_SLICE=all tracked -- ./gobject_cycle
    [ "$(pkg-config --modversion gobject-2.0 | cut -d. -f2)" -lt 76 ] || skip "this GLib has no slices"
    contains <("$caulk" analyze gobject_cycle.1.dump) 'G_SLICE=always-malloc'
}

start_python() { # on|off|garbage
    PYTHONMALLOC=malloc start_at_gate -- "$python" "$root/tests/e2e/programs/python_sessions.py" "$1"
    signal_dump "$(python_dump 1)"
}

python_dump() { # N
    echo "$tmp/${python##*/}.$1.dump"
}

# A few of the twenty may be kept by words that nobody has overwritten yet.
lost_sessions() { # DUMP
    figure "$1" '[.cycles[] | select(any(.members[]; .type == "Session"))] | length'
}

test_python_cycle_without_collector() {
    start_python off
    local dump
    dump=$(python_dump 1)
    "$caulk" analyze "$dump" >out
    contains out '^C[0-9]+ +lost cycle +(Session ⇄ Peer|Peer ⇄ Session)'
    contains out 'proof   ob_refcnt 1 each; that reference is inside the cycle'
    [ "$(lost_sessions "$dump")" -ge 10 ] || fail "lost: $(lost_sessions "$dump") sessions of 20"
    same "pending" 0 "$(figure "$dump" .totals.pending.blocks)"
    exits 1 "$caulk" analyze --fail-on=cycle "$dump" >/dev/null
    same "collector" off "$("$caulk" info --json "$dump" | jq -r .python.collector)"
}

# Nothing but these sessions is lost in the whole interpreter, and they are waited for.
test_python_cycle_is_pending() {
    start_python on
    local dump
    dump=$(python_dump 1)
    [ "$(lost_sessions "$dump")" -ge 10 ] || fail "lost: $(lost_sessions "$dump") sessions of 20"
    same "lost and not pending" 0 "$(figure "$dump" \
        '.totals | .definite.blocks + .indirect.blocks - .pending.blocks')"
    exits 0 "$caulk" analyze --fail-on=cycle "$dump" >out
    contains out '^Heap +lost 0   pending [0-9.]+ KiB'
    contains out 'pending: unreachable, but Python'
    lacks out 'lost cycle'
    same "rows that are not pending" 0 "$(figure "$dump" '[.leaks[] | select(.kind == "definite")
        | select(.pending.blocks != .blocks + .indirect.blocks)] | length')"
    "$caulk" export --format=junit "$dump" -o report.xml
    contains report.xml 'failures="0"'
    contains report.xml '<skipped message="[^"]* pending [(]'
    "$caulk" export --format=sarif "$dump" -o report.sarif
    same "worst level" note "$(jq -r '[.runs[].results[] | select(.ruleId == "caulk/pending")
        | .level] | unique[]' report.sarif)"
    "$caulk" suppress "$dump" >suppressions
    lacks suppressions '^leak:'
}

# What an earlier dump had too, nobody has come back for.
test_python_cycle_in_two_dumps() {
    start_python on
    open_gate
    await_gate 2
    signal_dump "$(python_dump 2)"
    exits 1 "$caulk" diff --fail-on=cycle "$(python_dump 1)" "$(python_dump 2)" >out
    contains out '^LEAK '
    exits 0 "$caulk" analyze --fail-on=cycle "$(python_dump 2)" >/dev/null
}

# Through the list they are reachable; that nobody will release them is said all the same.
test_python_garbage() {
    start_python garbage
    local dump
    dump=$(python_dump 1)
    same "lost" 0 "$(lost_sessions "$dump")"
    contains <("$caulk" analyze "$dump") '^BUT +gc.garbage holds [0-9]+ objects'
    [ "$("$caulk" info --json "$dump" | jq .python.garbage)" -ge 10 ] || fail "less garbage than was made"
}

# The program's pointers all lead past the heads of talloc's chunks.
test_talloc() {
    ldconfig -p | grep -q 'libtalloc\.so\.2' || skip "no libtalloc.so.2"
    start_at_gate -- "$programs/talloc_contexts"
    signal_dump talloc_contexts.1.dump
    exits 0 "$caulk" dump --detail=lost "$pid" >path
    for dump in talloc_contexts.1.dump "$(cat path)"; do
        same "definite, indirect, possible" "3 0 0" \
            "$(figure "$dump" '.totals | "\(.definite.blocks) \(.indirect.blocks) \(.possible.blocks)"')"
        same "types" "lost context,struct below,struct lost" \
            "$(figure "$dump" '[.leaks[].type] | sort | join(",")')"
    done
    contains <("$caulk" owners talloc_contexts.1.dump) '100 × struct member'
    ! grep -q somebody talloc_contexts.1.dump || fail "a text is in the dump"
    open_gate
    exits 0 wait "$pid"
}

run_tests
