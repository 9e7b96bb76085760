#!/usr/bin/env bash
# What make install puts below PREFIX works from there, and make uninstall takes all of it away.
. "$(dirname "$0")/lib.sh"

install_below() { # PREFIX
    make -s -C "$root" BUILD="$build" PREFIX="$1" install
}

test_install_and_uninstall() {
    install_below "$tmp/usr"
    # A program built against the installed header, run by the installed command line.
    cat >program.c <<'C'
#include <caulk.h>
#include <stdlib.h>

int main(void)
{
    void *volatile lost = malloc(5);

    caulk_label(lost, "five");
    lost = NULL;
    return caulk_dump(NULL) != 0;
}
C
    gcc -g "-I$(sed -n 's/^prefix=//p' usr/lib/pkgconfig/caulk.pc)/include" program.c -o program
    usr/bin/caulk run --dump="$tmp/%e.%n.dump" -- ./program 2>log
    same "type" five "$(usr/bin/caulk analyze --json program.1.dump | jq -r '.sites[0].type')"
    if [ -e usr/bin/caulk-dump ]; then
        [ -e usr/share/man/man1/caulk-dump.1 ] || fail "caulk-dump has no page"
        env -i usr/bin/caulk-dump --help >help
        contains help 'Usage: caulk dump'
    fi
    make -s -C "$root" BUILD="$build" PREFIX="$tmp/usr" uninstall
    same "files left" "" "$(find usr -type f)"
}

test_destdir() {
    make -s -C "$root" BUILD="$build" PREFIX=/opt/caulk DESTDIR="$tmp/stage" install
    [ -x stage/opt/caulk/bin/caulk ] || fail "DESTDIR is not honoured"
    contains stage/opt/caulk/lib/pkgconfig/caulk.pc '^prefix=/opt/caulk$'
}

test_man_pages() {
    for page in "$root"/cli/share/*.[1-8]; do
        groff -man -ww -Tutf8 -z "$page" 2>warnings || skip "no groff"
        same "warnings of $page" "" "$(cat warnings)"
    done
}

test_completion() {
    # shellcheck source=cli/share/caulk.bash
    . "$root/cli/share/caulk.bash"
    compopt() { :; }
    COMP_WORDS=(caulk an) COMP_CWORD=1
    _caulk
    same "completion of a command" analyze "${COMPREPLY[*]}"
    COMP_WORDS=(caulk run --dep) COMP_CWORD=2
    _caulk
    same "completion of an option" --depth= "${COMPREPLY[*]}"
    COMP_WORDS=(caulk export x.dump --format '=' s) COMP_CWORD=5
    _caulk
    same "completion of a format" "sarif sqlite" "${COMPREPLY[*]}"
    COMP_WORDS=(caulk export --format '=') COMP_CWORD=3
    _caulk
    same "formats" "$("$caulk" export --help | sed -n 's/^  \([a-z-]*\)   *[a-zA-Z].*/\1/p' | xargs)" \
        "${COMPREPLY[*]}"
}

run_tests
