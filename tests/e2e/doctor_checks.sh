# What the tests of caulk doctor share.
# shellcheck shell=bash disable=SC2016,SC2034,SC2154 # what jq expands; variables of the tests and of lib.sh

# Starts a program at its gate without the tracker; the process is $pid.
start_bare() { # COMMAND…
    rm -f gate out
    open_gate_fifo
    "$@" <gate >out 9>&- &
    pid=$!
    own_pids+=("$pid")
    await_gate 1
}

# Both forms say the same; the text's lines stand worst first.
diagnosed() { # STATUS [PID]
    exits "$1" "$caulk" doctor --json "${@:2}" >json
    exits "$1" "$caulk" doctor "${@:2}" >text
    same "schema" caulk.doctor/1 "$(jq -r .schema json)"
    same "findings" "$(jq -r '.findings[] | .level' json)" "$(grep -oE '^(bad|warn|ok)\b' text)"
    same "order" "$(jq -r '.findings[] | .level' json)" \
        "$(jq -r '.findings | map(.level) | (map(select(. == "bad")) + map(select(. == "warn")) +
           map(select(. == "ok")))[]' json)"
}

finds() { # LEVEL ABOUT REGEX [ADVICE]
    jq -e --arg level "$1" --arg about "$2" --arg regex "$3" --arg advice "${4:-}" \
        '.findings[] | select(.level == $level and .about == $about and (.text | test($regex)) and
         ($advice == "" or ((.advice // "") | test($advice))))' json >/dev/null ||
        fail "no $1 $2 like '$3' ${4:+with advice like '$4'}: $(cat text)"
}

finds_nothing() { # LEVEL
    same "$1" "" "$(jq -r --arg level "$1" '.findings[] | select(.level == $level) | .text' json)"
}
