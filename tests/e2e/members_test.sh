#!/usr/bin/env bash
# Pointers by the names of the members that they lie in, where debug information has them.
. "$(dirname "$0")/lib.sh"

# The distinct members of the cycle's pointers, one a line.
members() { # DUMP
    figure "$1" '.cycles[0].edges[].field' | LC_ALL=C sort -u
}

# make_shared's are in the block that counts them, a class's own come after its base's.
test_members_of_classes() {
    tracked -- "$programs/member_names"
    same "members" 'null
relay::Channel<relay::Session const>::owner_
relay::Peer::channels_[3]
relay::Session::peer_' "$(members member_names.1.dump)"
    "$caulk" analyze member_names.1.dump >out
    contains out 'closes  relay::(Session::peer_ \+0x48 → relay::Peer|Channel<relay::Session const>::owner_ \+0x18 → relay::Session|Peer::channels_\[3\] \+0x40 → relay::Channel.*)$'
    same "lines for its two words" 1 "$(grep -c ' → relay::[A-Za-z<>: ]*$' out)"
    contains out 'drags   2 blocks, 1.04 KiB, the largest by relay::Session::inbuf_ \+0x20'
}

block_of() { # DUMP TYPE
    figure "$1" "[.cycles[0].members[] | select(.type == \"$2\").address][0]"
}

test_members_in_every_view() {
    tracked -- "$programs/member_names"
    local dump=member_names.1.dump session
    session=$(block_of $dump relay::Session)
    "$caulk" show $dump "$session" >out
    contains out '^  \+0x20 inbuf_  '
    contains out '^  \+0x40 inbox_.head  '
    contains out '^  \+0x48 peer_  relay::Peer, '
    contains out '^  \+0x18 owner_  relay::Channel'
    same "show" 'relay::Session::peer_' "$("$caulk" show --json $dump "$session" |
        jq -r '.points_to[] | select(.offset == 72).field')"
    "$caulk" why $dump "$(block_of $dump relay::Peer)" >out
    contains out '^  \+0x48 peer_  relay::Session, '
    same "graph" 'relay::Peer::channels_[3]' "$("$caulk" graph --json $dump |
        jq -r '.edges[] | select(.offset == 64 and .pointers == 2).field')"
    "$caulk" graph $dump | tr -d '\n' >out
    contains out 'label="channels_\[3\]",[^]]*tooltip="\+0x40 … \+0x48, 2 pointers"'
}

test_members_of_labelled_structs() {
    tracked -- "$programs/labelled_members"
    same "members" 'document.views[1][2]
struct view.document' "$(members labelled_members.1.dump)"
    "$caulk" analyze labelled_members.1.dump >out
    contains out 'drags   2 blocks, 320 B, the largest by document.body.line\[2\].text \+0x70'
}

test_members_of_who_dropped_the_last_pointer() {
    tracked -- "$programs/dropped_member"
    "$caulk" diff dropped_member.1.dump dropped_member.2.dump >out
    contains out '^    1 × open_session\(\), 100 B: struct session\.inbox \+0x08 was overwritten$'
    same "holder" 'struct session struct session.inbox' "$("$caulk" diff --json \
        dropped_member.1.dump dropped_member.2.dump |
        jq -r '.dropped[].holder | "\(.name) \(.field)"')"
}

test_members_in_exports() {
    tracked -- "$programs/member_names"
    local dump=member_names.1.dump format
    for format in heapsnapshot jsonl sqlite sarif junit valgrind-xml; do
        "$caulk" export $dump --format=$format -o out.$format
    done
    jq -r '.strings[]' out.heapsnapshot >texts
    contains texts '^peer_ \+0x48$'
    contains texts '^channels_\[3\] \+0x40$'
    same "jsonl" '72 80' "$(jq -r 'select(.field == "relay::Session::peer_").offset' out.jsonl | xargs)"
    same "sqlite" '72 80' "$(sqlite3 out.sqlite \
        "SELECT offset FROM edge WHERE field = 'relay::Session::peer_' ORDER BY offset" | xargs)"
    for format in sarif junit valgrind-xml; do
        contains out.$format 'lost in a cycle \(.*; relay::.*(peer_|owner_|channels_\[3\]) \+0x[0-9a-f]+ → relay::.* closes it'
    done
}

# Of what a variable holds the pointer says which member; the names are C's.
test_members_of_variables() {
    tracked -- "$programs/root_members"
    local dump=root_members.1.dump newest oldest
    newest=$("$caulk" owners --json $dump | jq -r '.owners[] | select(.name == "registry").children[0].example')
    oldest=$("$caulk" owners --json $dump | jq -r '.owners[] | select(.name == "hidden").children[0].example')
    same "types" 'hidden registry,registry registry' "$("$caulk" owners --json $dump |
        jq -r '[.owners[] | select(.kind == "global" and .type == "registry") | "\(.name) \(.type)"] | sort | join(",")')"
    contains <("$caulk" owners $dump) '▸ registry \(global, root_members\)  registry$'
    "$caulk" analyze $dump >out
    contains out '^R1  registry \(global, root_members\)  registry   retains 1.25 KiB'
    contains out '    path    registry \+0x18 queues\[1\].newest → make_entry'
    contains <("$caulk" why $dump "$newest") '^  global registry in root_members \+0x18 queues\[1\].newest$'
    contains <("$caulk" show $dump "$oldest") '^  \+0x10 queues\[0\].oldest  global hidden in root_members'
    same "root" 'registry registry.queues[1].newest' "$("$caulk" why --json $dump "$newest" |
        jq -r '.root | "\(.type) \(.field)"')"
    contains <("$caulk" graph $dump --block "$newest" | tr -d '\n') 'label="queues\[1\].newest",'
    "$caulk" diff root_members.{1,2}.dump >out
    contains out 'global registry in root_members \+0x18 queues\[1\].newest was overwritten'
    same "dropped" 'registry.queues[1].newest' "$("$caulk" diff --json root_members.{1,2}.dump |
        jq -r '.dropped[].holder.field')"
}

# Where neither program nor debug information is, a symbolized dump says the same.
test_members_in_symbolized_dumps() {
    local program
    for program in member_names labelled_members; do
        cp "$programs/$program" .
        tracked -- "./$program"
        mv $program.1.dump before.dump
        "$caulk" symbolize before.dump -o named.dump >count
        contains count '; [1-9][0-9]* pointers in named members$'
        cp before.dump after.dump
        "$caulk" analyze after.dump >before.txt
        "$caulk" analyze --json after.dump | jq '[.cycles, .shapes, .leaks]' >before.json
        rm "$program"
        mv named.dump after.dump
        "$caulk" analyze after.dump >after.txt
        "$caulk" analyze --json after.dump | jq '[.cycles, .shapes, .leaks]' >after.json
        diff before.txt after.txt
        diff before.json after.json
        contains after.txt 'closes  (relay::[A-Z]|document|struct view)[A-Za-z_:.<> ]*[a-z_]'
        "$caulk" symbolize after.dump -o again.dump >count
        cmp after.dump again.dump
        rm ./*.dump
    done
}

test_variables_in_symbolized_dumps() {
    local newest
    cp "$programs/root_members" .
    tracked -- ./root_members
    "$caulk" symbolize root_members.1.dump -o named.1.dump >count
    "$caulk" symbolize root_members.2.dump -o named.2.dump >count
    newest=$("$caulk" owners --json named.1.dump | jq -r '.owners[] | select(.name == "registry").children[0].example')
    views() { # NAME
        "$caulk" analyze "$1.1.dump"
        "$caulk" owners "$1.1.dump"
        "$caulk" why "$1.1.dump" "$newest"
        "$caulk" show "$1.1.dump" "$newest"
        "$caulk" graph "$1.1.dump" --block "$newest"
        "$caulk" diff "$1".{1,2}.dump
    }
    views root_members | grep -Ev '^(next|why) ' >before.txt
    rm root_members
    views named | grep -Ev '^(next|why) ' >after.txt
    diff before.txt after.txt
    contains after.txt '^R1  registry \(global, root_members\)  registry '
    contains after.txt 'registry \+0x18 queues\[1\].newest'
    "$caulk" symbolize named.1.dump -o again.dump >count
    cmp named.1.dump again.dump
}

# Which of two pointers is a weak_ptr memory does not say, but debug information does.
weak_pointers_are_said() { # DUMP
    "$caulk" analyze "$1" >out
    sed -n '/lost cycle  .*Parent/,/^$/p' out >parent
    sed -n '/lost cycle  .*Owner/,/^$/p' out >owner
    lacks parent 'closes'
    contains parent '^    weak    Child::parent \+0x1[08] → Parent$'
    same "lines for its two words" 1 "$(grep -c 'Child::parent' parent)"
    contains parent 'do not hold each other$'
    contains parent 'counts  Parent has use_count 1 and 1 weak, but only weak ones inside the cycle'
    contains owner '^    closes  (Friend::owner|Owner::other) '
    contains owner '^    weak    Friend::same '
    lacks owner 'closes  Friend::same|do not hold'
    contains owner 'proof   use_count 1 each'
    same "edges" "Child::parent Friend::same" "$(figure "$1" \
        '[.cycles[].edges[] | select(.weak).field] | unique | join(" ")')"
    same "shapes" "Child::parent Friend::same" "$(figure "$1" \
        '[.shapes[].edges[] | select(.weak).field] | unique | join(" ")')"
    "$caulk" graph --json "$1" >graph.json
    same "graph" "Child::parent" "$(jq -r '[.edges[] | select(.weak).field] | unique | join(" ")' graph.json)"
    "$caulk" graph "$1" | tr -d '\n' >drawing
    contains drawing 'label=parent,[^]]*style=dashed'
    "$caulk" why "$1" "$(figure "$1" '[.cycles[].members[] | select(.type == "Parent").address][0]')" >out
    contains out '^  \+0x1[08] parent \(weak\)  Child'
    lacks out 'cut'
}

test_weak_pointers() {
    cp "$programs/weak_parent" .
    tracked -- ./weak_parent
    weak_pointers_are_said weak_parent.1.dump
    "$caulk" symbolize weak_parent.1.dump -o named.dump >count
    rm weak_parent
    weak_pointers_are_said named.dump
    strip --strip-debug -o stripped "$programs/weak_parent"
    tracked -- ./stripped
    same "not known" null "$(figure stripped.1.dump '[.cycles[].edges[] | select(.weak)][0]')"
}

weak_containers_are_said() { # DUMP
    "$caulk" analyze "$1" >out
    lacks out 'closes'
    contains out '^    weak    Topic::listeners '
    contains out '^    weak    Page::viewers '
    same "cycles that are none" 2 "$(grep -c 'do not hold each other$' out)"
}

test_containers_of_weak_pointers() {
    cp "$programs/weak_observers" .
    tracked -- ./weak_observers
    weak_containers_are_said weak_observers.1.dump
    "$caulk" symbolize weak_observers.1.dump -o named.dump >count
    rm weak_observers
    weak_containers_are_said named.dump
}

test_no_members_without_debug_information() {
    strip --strip-debug -o stripped "$programs/member_names"
    tracked -- ./stripped
    same "members" null "$(members stripped.1.dump)"
    "$caulk" analyze stripped.1.dump >out
    contains out 'closes  relay::[A-Za-z<>: ]* \+0x[0-9a-f]* → '
}

run_tests
