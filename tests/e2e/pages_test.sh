#!/usr/bin/env bash
# Manual pages and completions have what the commands have: nothing is missing, in any of them. What a
# command has is read from its --help and from the commands' table in the sources, not from the table that
# pages and completions are made of.
. "$(dirname "$0")/lib.sh"
share=$build/share
export MANWIDTH=1000 # nothing is broken into lines

commands() {
    sed -n 's/^    {"\([a-z]*\)", ".*/\1/p' "$root/cli/commands.c"
}

# "--long" of each option; "-l" where that is all it has.
options_of() { # COMMAND
    "$caulk" "$1" --help |
        sed -nE 's/^ {2,6}(-., )?(--[a-z_-]+).*/\2/p; s/^  (-[a-zA-Z])( [A-Z].*|   .*|)$/\1/p'
}

made_pages() {
    [ -e "$share/man/made" ] || skip "no scdoc"
}

test_every_command_has_a_page() {
    made_pages
    [ "$(commands | wc -l)" -ge 14 ] || fail "where are the commands?"
    for command in $(commands); do
        man -P cat -l "$share/man/caulk-$command.1" >page 2>/dev/null
        contains page "^ +caulk $command"
        contains page "^EXIT STATUS"
        man -P cat -l "$share/man/caulk.1" >all
        contains all "^ +$command$"
        contains all "caulk-$command\(1\)"
    done
}

test_pages_have_every_option() {
    made_pages
    for command in $(commands); do
        man -P cat -l "$share/man/caulk-$command.1" >page
        for option in $(options_of "$command"); do
            contains page "^ +(-., )?$option([=[ ]|$)"
        done
    done
    [ "$(options_of run | wc -l)" -ge 13 ] || fail "where are the options?"
}

# The options that the tracker itself understands.
test_libcaulk_has_every_key() {
    made_pages
    man -P cat -l "$share/man/libcaulk.7" >page
    keys=$(grep -o '{"[a-z_]*", read_' "$root/preload/options.c" | cut -d '"' -f 2)
    [ "$(wc -w <<<"$keys")" -ge 11 ] || fail "where are the keys?"
    for key in $keys; do
        contains page "^ +$key="
    done
}

test_caulk_h_has_every_function() {
    made_pages
    man -P cat -l "$share/man/caulk.h.3" >page
    for function in $(grep -o '\bcaulk_[a-z]*(const' "$root/preload/caulk.h" | tr -d '(' | sed 's/const$//'); do
        contains page "^ +(int|void) $function\(.*\);$"
        contains page "^ +$function|, $function"
        same "page $function" caulk.h.3 "$(readlink "$share/man/$function.3")"
    done
}

# Every section and structure of the specification.
test_the_format_is_whole() {
    made_pages
    man -P cat -l "$share/man/caulk-dump.5" >page
    grep -oE '\b(DUMP_[A-Z_0-9]+|struct dump_[a-z_]+)\b' "$root/libcaulk/dump_format.h" >names
    while read -r name; do
        contains page "$name"
    done < <(sort -u names)
}

# What scdoc always writes is no finding.
test_pages_are_clean() {
    made_pages
    (cd "$share" && for page in man/*.[1-8]; do
        man --warnings -P cat -l "$page" >/dev/null
    done) 2>warnings
    same "warnings" "" "$(cat warnings)"
    command -v mandoc >/dev/null || skip "no mandoc"
    mandoc -T lint "$share"/man/*.[1-8] >said || true
    same "lint" "" "$(grep -vE \
        'macro: PP (empty|after SH)|longer than 80 bytes|lower case character in document' said)"
}

# The example lines of the pages, as they stand, but for those that need a daemon or another machine.
examples() {
    awk '/^# /{ examples = $2 == "EXAMPLES" } examples && /^caulk /' "$root"/cli/share/pages/caulk-*.1.scd |
        grep -vE 'pidof|/usr/sbin'
}

test_examples_do_what_they_say() {
    local heap='0>1 1>0 2#1:100' example status
    mkdir -p monday tuesday path
    for number in 1 2 3; do
        "$build/bench/make_dump" graph "$heap" "relayd.$number.dump" "sequence=$number" "uptime=$((10 * number))"
    done
    cp relayd.1.dump monday
    cp relayd.2.dump tuesday
    ln -s "$build/caulk" path/caulk
    ln -s "$(type -P true)" path/xdot
    cp "$samples/refcount_cycle" tests
    [ "$(examples | wc -l)" -ge 15 ] || fail "where are the examples?"
    while read -r example; do
        status=0
        PATH=$PWD/path:$PATH bash -o pipefail -c "$example" >printed 2>refused </dev/null || status=$?
        # 1: some were found
        case "$status $example" in
        0* | "1 caulk run --fail-on"*) ;;
        *) fail "status $status of $example: $(cat refused)" ;;
        esac
    done < <(examples)
    for made in leaks.dot c1.svg monday.dump relayd.html growth.html new.html relayd.named.dump; do
        [ -s "$made" ] || fail "no $made"
    done
}

test_bash_completes_every_option() {
    # shellcheck source=/dev/null
    . "$share/completions/bash/caulk"
    # shellcheck disable=SC2317
    compopt() { :; }
    complete_bash caulk ''
    same "commands" "$(commands | sort | xargs)" "$(printf '%s\n' "${COMPREPLY[@]}" | grep -v ^- | sort | xargs)"
    for command in $(commands); do
        complete_bash caulk "$command" -
        same "options of $command" "$(options_of "$command" | sort | xargs)" \
            "$(printf '%s\n' "${COMPREPLY[@]%=}" | sort | xargs)"
    done
    complete_bash caulk export x.dump --format = s
    same "formats" "sarif sqlite" "${COMPREPLY[*]}"
    complete_bash caulk export --format =
    same "all formats" "$("$caulk" export --help | sed -n 's/^  \([a-z-]*\)   *[a-zA-Z].*/\1/p' | xargs)" "${COMPREPLY[*]}"
    complete_bash caulk help an
    same "a command to help with" analyze "${COMPREPLY[*]}"
    complete_bash caulk analyze x
    same "a dump, which is a file" "" "${COMPREPLY[*]}"
}

complete_bash() { # WORDS…
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _caulk
}

test_fish_completes_every_option() {
    command -v fish >/dev/null || skip "no fish"
    same "commands" "$(commands | sort | xargs)" "$(complete_fish 'caulk ' | sort | xargs)"
    for command in $(commands); do
        complete_fish "caulk $command --" >found
        complete_fish "caulk $command -" >>found
        for option in $(options_of "$command"); do
            contains found "^$option=?$"
        done
    done
    same "formats" "--format=sarif --format=sqlite" "$(complete_fish 'caulk export x --format=s' | xargs)"
}

complete_fish() { # LINE
    # shellcheck disable=SC2016
    HOME=$tmp fish -N -c 'source $argv[1]; complete -C $argv[2]' "$share/completions/fish/caulk.fish" "$1" |
        cut -f 1 | grep -vE '\.dump$|/$' || true
}

test_zsh_completes_every_option() {
    command -v zsh >/dev/null || skip "no zsh"
    same "commands" "$(commands | sort | xargs)" "$(complete_zsh 'caulk ' | sort | xargs)"
    for command in $(commands); do
        complete_zsh "caulk $command -" >found
        for option in $(options_of "$command"); do
            contains found "^$option$"
        done
    done
    same "formats" "sarif sqlite" "$(complete_zsh 'caulk export x --format=s' | xargs)"
}

complete_zsh() { # LINE
    zsh -f "$root/tests/e2e/complete.zsh" "$share/completions/zsh" "$1"
}

run_tests
