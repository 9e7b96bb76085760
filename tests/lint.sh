#!/usr/bin/env bash
# The house rules that a program can check: layers, headers, format, what the tracker links. Each
# rule is a function that prints its violations, one a line, and nothing where it is kept.
# Run from the root, after `make all`. BUILD names the folder of the build.
set -u
. "$(dirname "$0")/parallel.sh"
build=${BUILD:-build}

sources() { # PATTERNS: what git knows or would add
    git ls-files --cached --others --exclude-standard -- "$@" | sort -u | while read -r file; do
        [ ! -e "$file" ] || echo "$file"
    done
}

# Quoted includes of a folder's files that match none of the allowed patterns.
foreign_includes() { # FOLDER ALLOWED_REGEX
    sources "$1/*.c" "$1/*.h" | xargs -r grep -HnE '^ *# *include *"' | grep -vE "include *\"($2)\""
}

rule_layers() {
    foreign_includes preload 'preload/[^"]*|libcaulk/((dump|status)_format|dump_format_sums|header_rule)\.h'
    foreign_includes libcaulk 'libcaulk/[^"]*'
    foreign_includes cli 'cli/[^"]*|libcaulk/[^"]*'
    foreign_includes samples 'samples/[^"]*|preload/caulk\.h'
    sources 'cli/*' | xargs -r grep -HnE 'include *"libcaulk/dump_format(_sums|_merged)?\.h"'
    sources 'cli/*' 'preload/*' |
        xargs -r grep -HnE 'include *<(graphviz|elfutils|libelf|gelf|dwarf)'
    sources 'cli/*' 'libcaulk/*' | xargs -r grep -HnE 'include *<libunwind'
}

# Writer and reader share a format, so xxhash may stand once on either side of it; and all that
# reads debug information with libdw is called debug_….
rule_libraries_have_one_user() {
    local library files
    sources 'libcaulk/*.h' 'libcaulk/*.c' ':!libcaulk/debug_*.c' |
        xargs -r grep -HnE 'include *<(elfutils/libdw\.h|dwarf\.h)>'
    for library in libunwind elfutils/libdwfl.h gelf libelf graphviz/ libiberty/ yajl/ \
        zlib.h libxml/ sqlite3.h; do
        files=$(sources 'preload/*.[ch]' 'libcaulk/*.[ch]' 'cli/*.[ch]' |
            xargs -r grep -lE "include *<$library")
        [ "$(wc -w <<<"$files")" -le 1 ] || echo "<$library…> is included by" "$files"
        grep '\.h$' <<<"$files" | sed "s|\$|: a header includes <$library…>|"
    done
}

rule_headers_compile_alone() {
    local header
    for header in $(sources '*.h'); do
        gcc -std=gnu11 -I. -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -x c \
            -include "$header" /dev/null 2>&1 | head -3
    done
}

# caulk.h goes into other people's programs.
rule_public_header_is_plain() {
    local header=preload/caulk.h
    [ -e $header ] || return 0
    gcc -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only -x c -include $header /dev/null 2>&1
    g++ -std=c++11 -pedantic -Wall -Wextra -Werror -fsyntax-only -x c++ -include $header /dev/null 2>&1
}

# Of two headers with one guard, a file that includes both gets one.
rule_headers_have_a_guard_of_their_own() {
    sources '*.h' | xargs -r grep -hE '^#ifndef [A-Z_0-9]+$' | sort | uniq -d
}

rule_includes_are_acyclic() {
    sources '*.h' | xargs -r grep -oE '^ *# *include *"[^"]+' |
        sed -E 's/^([^:]+):.*"(.*)$/\1 \2/' | { tsort >/dev/null; } 2>&1
}

rule_format() {
    sources '*.c' '*.h' '*.cpp' | xargs -r clang-format --dry-run -Werror 2>&1 | grep error:
}

rule_file_length() {
    sources '*.c' '*.h' '*.cpp' '*.sh' | xargs -r wc -l |
        awk '$1 > 400 && $2 != "total" { print $2 ": " $1 " lines" }'
}

rule_shell() {
    sources '*.sh' '.ci/run' | xargs -r shellcheck -x -P SCRIPTDIR -f gcc
}

rule_no_machine_paths() {
    sources '*' | xargs -r grep -HnIE '(^|[^[:alnum:]_./-])/(work|root|home/[a-z]+)/'
}

rule_nothing_unfinished() {
    sources '*.c' '*.h' '*.cpp' 'Makefile' '*.md' |
        xargs -r grep -HnIwE 'TODO|FIXME|XXX|HACK'
}

# A call of sleep whose result is looked at is itself under test.
rule_tests_wait_for_conditions() {
    sources 'tests/*.c' 'tests/*.cpp' 'tests/*.sh' ':!tests/lint.sh' |
        xargs -r grep -HnE '\bsleep [0-9]|^ *u?sleep\('
}

rule_tracker_needs_only_libc() {
    readelf -dW "$build/libcaulk.so" 2>&1 | grep -E 'NEEDED|rror' |
        grep -vE '\[(libc\.so\.6|ld-linux-x86-64\.so\.2)\]$'
}

rule_tracker_runs_on_glibc_2_34() {
    readelf -VW "$build/libcaulk.so" | grep -oE 'GLIBC_2\.[0-9]+' | sort -u |
        awk -F. '$2 > 34 { print "uses " $0 }'
}

# A name that exports.map forgets would be interposed no longer, and nobody would say so.
rule_tracker_exports_what_it_says() {
    local marked listed exported
    exported=$(nm -D --defined-only "$build/libcaulk.so" | awk '{ print $3 }' | sort)
    marked=$(readelf -Ws "$build"/obj/preload/*.o |
        awk '$5 != "LOCAL" && $6 == "DEFAULT" && $7 ~ /^([0-9]+|COM)$/ { print $8 }' | sort)
    listed=$(sed -n 's/^    \([a-z_0-9]*\);$/\1/p' preload/exports.map | sort)
    comm -23 <(echo "$marked") <(echo "$exported") | sed 's/$/: marked EXPORT, missing in exports.map/'
    comm -13 <(echo "$marked") <(echo "$exported") | sed 's/$/: exported without EXPORT/'
    comm -23 <(echo "$listed") <(echo "$exported") | sed 's/$/: in exports.map, defined nowhere/'
    # caulk_tracker_* is one line there.
    comm -13 <(echo "$listed") <(echo "$exported") | grep -v '^caulk_tracker_' |
        sed 's/$/: exported, not in exports.map/'
    readelf -W --dyn-syms "$build/libcaulk.so" |
        awk '$4 == "OBJECT" && $7 != "UND" && $5 == "GLOBAL" && $8 != "caulk_status" { print "exports data: " $8 }'
    readelf -VW "$build/libcaulk.so" | grep -q 'Version definition' &&
        echo "defines symbol versions: no reference to GLIBC's would be interposed"
}

kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT

judge() { # RULE
    local violations
    violations=$($1)
    if [ -z "$violations" ]; then
        touch "$kept/$1"
    else
        printf 'lint: %s\n%s\n' "${1#rule_}" "$violations"
    fi
}

read -ra rules <<<"$(compgen -A function rule_ | xargs)"
in_parallel judge "${rules[@]}"
passed=$(find "$kept" -type f | wc -l)
failed=$((${#rules[@]} - passed))
echo "lint: $passed passed, $failed failed"
[ $failed = 0 ]
