#!/bin/sh
# deb.sh VERSION BUILD: builds the Debian package in BUILD/deb, of the sources that git knows of or would add,
# and has lintian look at it where that is installed. Whose package it is, DEBFULLNAME and DEBEMAIL say, as for
# all of Debian's tools. Run from the root.
set -eu
version=$1 folder=$2/deb
tree=$folder/caulk-$version

rm -rf "$folder"
mkdir -p "$tree"
git ls-files --cached --others --exclude-standard | tar -c -T - | tar -x -C "$tree"
cp -R cli/share/debian "$tree/debian"
sed "s|@VERSION@|$version|; s|@DATE@|$(date -R -ud "@$SOURCE_DATE_EPOCH")|" \
    cli/share/debian/changelog.in >"$tree/debian/changelog"
rm "$tree/debian/changelog.in" "$tree/debian/deb.sh"
sed -i "s|@MAINTAINER@|${DEBFULLNAME:-the caulk developers} <${DEBEMAIL:-caulk@example.org}>|" \
    "$tree/debian/control" "$tree/debian/changelog"

# The package has a folder of its own to build in, and to clean: not the one that our make was told.
(cd "$tree" && env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES -u BUILD dpkg-buildpackage -us -uc -b)
if command -v lintian >/dev/null; then
    lintian --allow-root --fail-on error,warning "$folder"/caulk_*.changes
fi
ls "$folder"/*.deb
