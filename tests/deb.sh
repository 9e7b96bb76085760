#!/usr/bin/env bash
# deb.sh BUILD: builds the Debian package, which lintian must have nothing to say about, and looks at what is in
# it: all that `make install` brings, and it works from there. Run from the root, after `make all`.
set -u
build=$(realpath "$1")
version=$(sed -n 's/^VERSION := //p' Makefile)
package=$build/deb/caulk_$version-1_amd64.deb
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

if ! command -v dpkg-buildpackage >/dev/null || ! command -v dh >/dev/null || ! command -v lintian >/dev/null; then
    echo "deb: no dpkg-buildpackage, dh or lintian"
    echo "deb: 0 passed, 0 failed, 1 skipped"
    exit
fi

try() { # TEST: its output is shown where it fails
    if "$1" >"$work/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "deb: $1 fails"
        cat "$work/log"
    fi
}

# Not part of the make that may run this.
plain_make() {
    env -u MAKEFLAGS -u MFLAGS make --no-print-directory -s BUILD="$build" "$@"
}

build_package() {
    DEBFULLNAME="A Maintainer" DEBEMAIL=maintainer@example.com plain_make deb
}

says_whose_it_is() {
    [ "$(dpkg-deb -f "$package" Maintainer)" = "A Maintainer <maintainer@example.com>" ]
}

# Manual pages are compressed in a package.
files_below() { # FOLDER
    (cd "$1" && find . ! -type d | sed 's/\.gz$//' | sort)
}

# Beside that a package has its own papers.
has_what_install_brings() {
    dpkg-deb -x "$package" "$work/package" &&
        plain_make DESTDIR="$work/stage" PREFIX=/usr LIBDIR="/usr/lib/$(gcc -print-multiarch)" install &&
        diff <(files_below "$work/stage") \
            <(files_below "$work/package" | grep -vE '/doc/caulk/(README.md|README.Debian|copyright|changelog[^/]*)$|/lintian/')
}

runs_from_there() {
    local program=$work/package/usr/bin/caulk
    [ "$("$program" --version)" = "$("$build/caulk" --version)" ] &&
        "$program" run --at_exit=yes --dump="$work/true.dump" --log=none -- true &&
        "$program" info "$work/true.dump"
}

for test in build_package says_whose_it_is has_what_install_brings runs_from_there; do
    try $test
done
echo "deb: $passed passed, $failed failed"
[ $failed = 0 ]
