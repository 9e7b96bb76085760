# zsh, by its own _arguments: one specification for each option.

function quoted(words) {
    gsub(/'/, "'\\''", words)
    return words
}

function explained(words) {
    gsub(/[][\\:]/, "\\\\&", words)
    return quoted(words)
}

function action(command, i) {
    if (values[command, i] != "")
        return "(" values[command, i] ")"
    if (argument_kind[command, i] == "file")
        return "_files"
    return argument_kind[command, i] == "folder" ? "_files -/" : " "
}

function print_option(command, i, written,    spec) {
    spec = written
    if (need[command, i] != "none") {
        spec = spec (written ~ /^--/ ? (need[command, i] == "optional" ? "=-" : "=") : "")
        spec = spec "[" explained(text[command, i]) "]" (need[command, i] == "optional" ? "::" : ":")
        spec = spec explained(argument[command, i]) ":" action(command, i)
    } else
        spec = spec "[" explained(text[command, i]) "]"
    printf "            '%s' \\\n", spec
}

function print_arguments(command) {
    if (takes[command] == "process")
        print "            '*:process:_caulk_processes'"
    else if (takes[command] == "program")
        print "            '(-)1:program:_command_names -e' '*::arguments:_normal'"
    else if (takes[command] == "command")
        print "            '1:command:_caulk_commands'"
    else if (takes[command] == "file")
        print "            '*:file:_files'"
    else
        print "            && return"
}

END {
    print "#compdef caulk"
    print "# Completion for caulk(1) in zsh, made from the table of its options.\n"
    print "_caulk_commands() {\n    local -a commands=("
    for (c = 1; c <= command_count; c++)
        printf "        '%s:%s'\n", commands[c], explained(summary[commands[c]])
    print "    )\n    _describe command commands\n}\n"
    print "_caulk_processes() {"
    print "    local -a processes=(${(f)\"$(_call_program processes caulk ps --json |"
    print "        grep -o '\"pid\": *[0-9]*' | tr -dc '0-9\\n')\"})"
    print "    _describe process processes\n}\n"
    print "_caulk() {"
    print "    if (( CURRENT == 2 )); then"
    print "        _alternative 'commands:command:_caulk_commands' 'files:dump:_files'"
    print "        return\n    fi"
    print "    shift words\n    (( CURRENT-- ))\n    case $words[1] in"
    for (c = 1; c <= command_count; c++) {
        command = commands[c]
        printf "    %s)\n        _arguments -S \\\n", command
        for (i = 1; i <= option_count[command]; i++) {
            if (long[command, i] != "")
                print_option(command, i, "--" long[command, i])
            if (letter[command, i] != "")
                print_option(command, i, "-" letter[command, i])
        }
        print_arguments(command)
        print "        ;;"
    }
    print "    *) _files ;;\n    esac\n}\n\n_caulk \"$@\""
}
