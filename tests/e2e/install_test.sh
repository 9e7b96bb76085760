#!/usr/bin/env bash
# What make install puts below PREFIX works from there, and make uninstall takes all of it away.
. "$(dirname "$0")/lib.sh"

install_below() { # PREFIX [VARIABLE=VALUE…]; not part of the make that may run this test
    local prefix=$1
    shift
    env -u MAKEFLAGS -u MFLAGS make -s -C "$root" BUILD="$build" PREFIX="$prefix" "$@" install
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
        env -i usr/bin/caulk-dump --help >help
        contains help 'Usage: caulk dump'
    fi
    make -s -C "$root" BUILD="$build" PREFIX="$tmp/usr" uninstall
    same "files left" "" "$(find usr ! -type d)"
}

test_destdir() {
    install_below /opt/caulk DESTDIR="$tmp/stage" LIBDIR=/opt/caulk/lib/x86_64-linux-gnu
    [ -x stage/opt/caulk/bin/caulk ] || fail "DESTDIR is not honoured"
    [ -e stage/opt/caulk/lib/x86_64-linux-gnu/libcaulk.so ] || fail "LIBDIR is not honoured"
    contains stage/opt/caulk/lib/x86_64-linux-gnu/pkgconfig/caulk.pc '^prefix=/opt/caulk$'
    contains stage/opt/caulk/lib/x86_64-linux-gnu/pkgconfig/caulk.pc '^libdir=/opt/caulk/lib/x86_64-linux-gnu$'
    # The command line finds the tracker from there.
    stage/opt/caulk/bin/caulk run --at_exit=yes --dump="$tmp/true.dump" -- true 2>log
    [ -e true.dump ] || fail "no dump: $(cat log)"
    make -s -C "$root" BUILD="$build" PREFIX=/opt/caulk DESTDIR="$tmp/stage" \
        LIBDIR=/opt/caulk/lib/x86_64-linux-gnu uninstall
    same "files left" "" "$(find stage ! -type d)"
}

# What ldconfig has seen is preloaded by its plain name. The loader's cache is ours alone in here.
test_preloaded_by_name() {
    install_below "$tmp/usr"
    printf 'include /etc/ld.so.conf\n%s/usr/lib\n' "$tmp" >ld.so.conf
    PATH=$PATH:/sbin ldconfig -X -C "$tmp/ld.so.cache" -f ld.so.conf 2>/dev/null
    unshare -m true 2>/dev/null || skip "no mount namespace"
    # shellcheck disable=SC2016
    unshare -m sh -c 'mount --bind ld.so.cache /etc/ld.so.cache &&
        CAULK_OPTIONS=at_exit=yes:dump=by_name.dump LD_PRELOAD=libcaulk.so "$0"' \
        "$samples/lost_ring" 2>log
    "$caulk" analyze by_name.dump >analysis || fail "no dump: $(cat log)"
    contains analysis '^C1 '
}

# Where scdoc is missing all but the pages is built and installed, and a line says so.
test_without_scdoc() {
    install_below "$tmp/usr" SCDOC= 2>said
    one_line said 'scdoc, which makes them, is missing$'
    [ ! -e usr/share/man ] || fail "there are pages"
    [ -x usr/bin/caulk ] || fail "the program is missing"
    [ -e usr/share/zsh/site-functions/_caulk ] || fail "completion is missing"
}

run_tests
