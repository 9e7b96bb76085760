#!/bin/sh
# pages.sh TABLE VERSION FOLDER: all manual pages, into FOLDER. Needs scdoc, which takes their date from
# SOURCE_DATE_EPOCH. Run from the root.
set -eu
umask 022
table=$1 version=$2 folder=$3
share=cli/share

page() { # PAGE FILES…
    page=$1
    shift
    ! [ -e "$share/pages/$page.scd" ] || set -- "$@" "$share/pages/$page.scd"
    awk -v page="$page" -v version="$version" -f "$share/page.awk" "$table" "$@" >"$folder/$page.scd"
    scdoc <"$folder/$page.scd" >"$folder/$page"
    rm "$folder/$page.scd"
}

rm -rf "$folder"
mkdir -p "$folder"
page caulk.1
sed -n 's/^command\t\([^\t]*\).*/\1/p' "$table" | while read -r command; do
    page "caulk-$command.1"
done
page caulk.h.3 preload/caulk.h
page caulk-dump.5 libcaulk/dump_format.h
page libcaulk.7
# Each function by its own name, too.
sed -n 's/^CAULK_INLINE.*\(caulk_[a-z]*\)(.*/\1/p; s/^ *CAULK_ADDRESS.* \(caulk_[a-z]*\)(.*/\1/p' preload/caulk.h |
    while read -r function; do
        ln -s caulk.h.3 "$folder/$function.3"
    done
