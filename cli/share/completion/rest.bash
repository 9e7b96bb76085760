_caulk_complete() { # WORD: by kind and words
    case $kind in
    folder) mapfile -t COMPREPLY < <(compgen -d -- "$1") ;;
    process) words=$(caulk ps --json 2>/dev/null | grep -o '"pid": *[0-9]*' | tr -dc '0-9\n') ;;
    program) words=$(compgen -c -- "$1") ;;
    command) words=$_caulk_commands ;;
    esac
    [ -z "$words" ] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$1")
}

_caulk() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]:-}
    local words='' kind=''
    compopt -o default
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$_caulk_commands --help --version" -- "$word")
        return
    fi
    if [ "$word" = = ]; then
        word=''
    elif [ "$before" = = ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if _caulk_argument "$command" "$before"; then
        _caulk_complete "$word"
        return
    fi
    _caulk_command "$command"
    [[ $word == -* ]] && kind='' || words=''
    _caulk_complete "$word"
    [[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
}

complete -F _caulk caulk
