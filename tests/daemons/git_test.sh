#!/usr/bin/env bash
# git as people use it, with every process that it starts: a clone, a repack, a history.
. "$(dirname "$0")/lib.sh"

# Valgrind finds the same block lost.
explained=([git]="pack-objects keeps an array of what it writes a bitmap for")

use_git() { # FOLDER
    "${preload[@]}" git clone -q --bare "$root" "$1"
    "${preload[@]}" git -C "$1" repack -adfq
    "${preload[@]}" git -C "$1" --no-pager log --stat
    git -C "$1" fsck --no-progress --no-dangling
}

load() {
    rm -rf folder
    use_git folder
}

test_daemon() {
    needs git
    git -C "$root" rev-parse -q --verify HEAD >/dev/null || skip "the source is no repository"
    compare_ended
}

run_tests
