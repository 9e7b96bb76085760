#!/usr/bin/env bash
# Python functions on stacks, and objects' attributes, by every CPython that can be read here.
. "$(dirname "$0")/lib.sh"

# The system's, and each python3.N on the path that starts.
pythons() {
    local minor python
    command -v /usr/bin/python3
    for minor in {8..13}; do
        python=$(command -v "python3.$minor") && "$python" -c '' 2>/dev/null &&
            "$python" -c 'import sys; print(sys.executable)'
    done | while read -r python; do [ "$python" -ef /usr/bin/python3 ] || echo "$python"; done
}

# A dump while the script waits for a line.
dump_of() { # PYTHON SCRIPT…
    open_gate_fifo
    start_tracked depth=256 -- "$@" <gate >out 9>&-
    await_gate 1
    rm -f python*.1.dump
    kill -USR1 "$pid"
    wait_until compgen -G 'python*.1.dump'
    dump=$(compgen -G 'python*.1.dump')
    exec 9>&-
    wait "$pid"
    rm gate
}

# Live bytes by Python stack, of the sites whose blocks have some number of bytes.
by_python_stack() { # DUMP LEAST MOST
    figure "$1" "[.sites[] | select(.live.bytes >= $2 * .live.blocks and .live.bytes <= $3 * .live.blocks)
        | {stack: ([.stack[] | select(.language == \"python\") | \"\\(.function):\\(.line)\"] | join(\" < \")),
           bytes: .live.bytes}]
        | group_by(.stack) | map({key: .[0].stack, value: (map(.bytes) | add)}) | from_entries"
}

# What the interpreter itself says of its stacks, at some 2000 allocations in 280 places.
test_stacks_are_what_the_interpreter_says() {
    local python
    for python in $(pythons); do
        dump_of "$python" "$root/tests/e2e/python/stacks.py" truth.json
        by_python_stack "$dump" 20011 20027 | jq -S . >seen
        [ "$(jq length truth.json)" -gt 200 ] || fail "$python: only $(jq length truth.json) stacks"
        jq -S . truth.json | diff - seen >differences || fail "$python: $(head -5 differences)"
        lacks log 'Python functions|not on stacks'
        rm log out "$dump"
    done
}

test_the_text_shows_python_where_it_showed_the_interpreter() {
    cat >leak.py <<'END_OF_SCRIPT'
import sys

def remember(kept):
    kept.append(bytearray(300000))

def serve():
    kept = []
    for _ in range(7):
        remember(kept)
    return kept

kept = serve()
print("ready", flush=True)
sys.stdin.readline()
END_OF_SCRIPT
    dump_of /usr/bin/python3 leak.py
    "$caulk" analyze --reachable "$dump" | sed -n '/^ *remember /,/^$/p' >text
    contains text '^ +remember +leak\.py:4$'
    contains text '^ +serve +leak\.py:9$'
    contains text '^ +<module> +leak\.py:12$'
    lacks text 'python3|Py_|PyEval'
}

test_pymalloc_hides_code_and_the_log_says_so() {
    PYTHONMALLOC=pymalloc tracked at_exit=yes -- /usr/bin/python3 -c 'print(1)' >out
    same "what it prints" 1 "$(cat out)"
    same "how often the log says so" 1 "$(grep -c 'no more Python functions on stacks' log)"
}

# Offsets by the headers of each version whose headers are here.
test_layouts_are_those_of_the_headers() {
    local python include compared=0
    for python in $(pythons); do
        include=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
        [ -e "$include/internal/pycore_frame.h" ] || [ -e "$include/cpython/frameobject.h" ] ||
            [ -e "$include/frameobject.h" ] || continue
        gcc -w -I "$root" -I "$include" -I "$include/internal" -o layout \
            "$root/tests/e2e/python/layout.c" "$root/preload/python_layout.c"
        ./layout || fail "$python"
        compared=$((compared + 1))
    done
    [ $compared -gt 0 ] || skip "no headers of CPython"
}

# Sets $dump and $python, and out.json is the analysis.
lost_cycles_by_each_python() { # CHECK
    for python in $(pythons); do
        dump_of "$python" "$root/tests/e2e/python/attributes.py"
        "$caulk" analyze --json "$dump" >out.json
        "$1"
        rm log out "$dump"
    done
}

pointers_are_named() {
    jq -r '.cycles[].edges[].field // empty' out.json | sort -u >fields
    contains fields '^Session\.peer$'
    contains fields '^Peer\.owner$'
    contains fields '^Peer\.made_later$'
    contains fields '^Session\.__dict__$'
    contains fields '^Channel\.remote$'
    contains fields '^Channel\._Channel__local$'
    contains fields '^function\.__closure__$'
    "$caulk" graph "$dump" -o graph.dot
    contains graph.dot 'label=(peer|owner|made_later)'
    "$caulk" export "$dump" --format=jsonl -o lines
    contains lines '"field":"Peer\.made_later"'
}

test_attributes_have_names() {
    lost_cycles_by_each_python pointers_are_named
}

test_the_text_names_the_pointer_to_break() {
    dump_of /usr/bin/python3 "$root/tests/e2e/python/attributes.py"
    "$caulk" analyze "$dump" >text
    contains text 'closes +(Session\.peer \+0x[0-9a-f]+ → Peer|Peer\.(owner|made_later) \+0x[0-9a-f]+ → Session)$'
}

# Blocks that only hold an object's attributes are no members of their own. 3.8 loses a module of
# its own while it starts.
only_objects_are_members() {
    same "$python: types" "Channel Peer Registry Session cell function tuple" "$(jq -r '[.cycles[].members[].type |
        select(test("^part of |^module$|^builtin_function") | not)] | unique | join(" ")' out.json)"
}

test_dictionaries_of_attributes_are_parts() {
    lost_cycles_by_each_python only_objects_are_members
}

# A few of the twenty may be kept by words that nobody has overwritten yet.
test_lost_pairs_are_found() {
    local python lost
    for python in $(pythons); do
        dump_of "$python" "$root/tests/e2e/programs/python_sessions.py" off
        lost=$(figure "$dump" '[.cycles[] | select(any(.members[]; .type == "Session"))] | length')
        [ "$lost" -ge 14 ] || fail "$python: $lost of 20 are lost"
        rm log out "$dump"
    done
}

# Where an interpreter's heap lies below 4 GiB (Debian's), pointers look like counts of references.
test_a_list_of_types_is_no_object() {
    local python
    for python in $(pythons); do
        dump_of "$python" "$root/tests/e2e/python/lists_of_types.py"
        same "$python: lost" 0 "$(figure "$dump" '[.leaks[] | select(.type == "Entry")] | length')"
        rm log out "$dump"
    done
}

# Weak references, proxies and what a class makes of them lead to objects, and own none.
test_weak_references_keep_nothing() {
    local python lost
    for python in $(pythons); do
        dump_of "$python" "$root/tests/e2e/python/weak.py"
        lost=$(figure "$dump" '[.cycles[] | select(any(.members[]; .type == "Session"))] | length')
        [ "$lost" -ge 14 ] || fail "$python: $lost of 20 are lost"
        rm log out "$dump"
    done
}

# Keys of other dictionaries are users' data.
no_key_is_there() {
    ! grep -q 'secret@example' "$dump" || fail "$python: a key is in the dump"
    ! grep -q 'secret_identifier' "$dump" || fail "$python: a key is in the dump"
}

test_keys_stay_out() {
    lost_cycles_by_each_python no_key_is_there
}

# Sites outside CPython whose blocks are lost or possible, of the loader and of setenv().
libc_leaks() { # DUMP
    figure "$1" '[.leaks[].stack[] | select(((.module // "") | test("/ld-linux")) or
        ((.function // "") | test("tsearch|setenv")))] | length'
}

test_what_libc_keeps_is_known_below_python() {
    local python
    for python in $(pythons); do
        dump_of "$python" "$root/tests/e2e/python/libc_blocks.py"
        same "$python: leaks of the C library" 0 "$(libc_leaks "$dump")"
        rm log out "$dump"
    done
}

warns_of_pymalloc() { # DUMP
    figure "$1" 'any(.warnings[]; .code == "pymalloc")'
}

test_an_interpreter_that_is_loaded_later_hides_its_objects() {
    local library
    library=$(ldconfig -p | grep -o '/[^ ]*libpython3\.[0-9]*\.so\.1\.0$' | head -1)
    [ -n "$library" ] || skip "no libpython3.N.so.1.0"
    start_at_gate -- "$programs/loads_python" "$library"
    signal_dump loads_python.1.dump
    same "warns while it is not used" false "$(warns_of_pymalloc loads_python.1.dump)"
    open_gate
    await_gate 2
    signal_dump loads_python.2.dump
    same "warns" true "$(warns_of_pymalloc loads_python.2.dump)"
    open_gate
    exits 0 wait "$pid"
}

run_tests
