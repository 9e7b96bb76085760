# Completion for caulk(1) in bash.
# shellcheck shell=bash

_caulk() {
    local commands='run ps doctor dump analyze graph export owners diff suppress symbolize why show info help'
    local formats='dhat folded heapsnapshot heaptrack jsonl junit pprof prometheus sarif sqlite valgrind-xml'
    local keys='--dump= --signal= --depth= --stacks= --interval= --detail= --at_exit= --memory= --python=
        --children= --log= --fail-on='
    local word=${COMP_WORDS[COMP_CWORD]} words='--help --quiet --color='
    local command=${COMP_WORDS[1]:-}

    compopt -o default
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$word")
        return
    fi
    # bash takes "--format=dhat" for three words.
    if [ "$command" = export ] && [[ "${COMP_WORDS[*]:2:COMP_CWORD-1}" =~ (^| )'--format ='( [a-z-]*)?$ ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$formats" -- "${word#=}")
        return
    fi
    case $command in
    analyze | graph | export | owners | diff | suppress | symbolize | why | show | info)
        words+=' --sysroot= --debug-dir= --debuginfod' ;;
    esac
    case $command in
    run) words+=" $keys" ;;
    doctor)
        words+=' --json'
        [[ $word == -* ]] || words=$(printf '%s\n' /proc/[0-9]* | tr -dc '0-9\n')
        ;;
    ps | owners | show | info) words+=' --json' ;;
    symbolize) words+=' --json -o' ;;
    suppress) words+=' --json --format=' ;;
    why) words+=' --json --all' ;;
    diff) words+=' --json --fail-on=' ;;
    dump)
        words+=' -o --tree --detail=lost --dry-run --json'
        [[ $word == -* ]] || words=$(caulk ps --json 2>/dev/null | grep -o '"pid": *[0-9]*' | tr -dc '0-9\n')
        ;;
    analyze) words+=' --json --possible --reachable --cycles=all --fail-on= --suppressions= --baseline=' ;;
    export) words+=' -o --format= --suppressions= --baseline=' ;;
    graph) words+=' --json --block --site --cycle --max-nodes -o -T' ;;
    esac
    if [[ $word == -* || $command == dump || $command == doctor ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        [[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
    fi
}

complete -F _caulk caulk
