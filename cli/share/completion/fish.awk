# fish: a `complete` for each option.

function quoted(words) {
    gsub(/[\\']/, "\\\\&", words)
    return "'" words "'"
}

function wants_argument(command, i) {
    if (values[command, i] != "")
        return " -x -a " quoted(values[command, i])
    if (argument_kind[command, i] == "file")
        return " -r -F"
    if (argument_kind[command, i] == "folder")
        return " -x -a '(__fish_complete_directories)'"
    return need[command, i] == "required" ? " -x" : ""
}

function print_option(command, i) {
    printf "complete -c caulk -n '__caulk_command_is %s'%s%s%s -d %s\n", command,
        letter[command, i] != "" ? " -s " letter[command, i] : "",
        long[command, i] != "" ? " -l " long[command, i] : "", wants_argument(command, i),
        quoted(text[command, i])
}

function print_arguments(command,    list) {
    if (takes[command] == "process")
        list = "-f -a '(__caulk_processes)'"
    else if (takes[command] == "program")
        list = "-a '(__fish_complete_subcommand --fcs-skip=2)'"
    else if (takes[command] == "command")
        list = "-f -a '(__caulk_commands)'"
    else if (takes[command] == "file")
        list = "-F"
    else
        list = "-f"
    printf "complete -c caulk -n '__caulk_command_is %s' %s\n", command, list
}

END {
    print "# Completion for caulk(1) in fish, made from the table of its options.\n"
    print "function __caulk_command_is"
    print "    set -l words (commandline -opc)"
    print "    test (count $words) -ge 2; and test $words[2] = $argv[1]\nend\n"
    print "function __caulk_processes"
    print "    caulk ps --json 2>/dev/null | string match -r -g '\"pid\": *([0-9]+)'\nend\n"
    print "function __caulk_commands\n    printf '%s\\t%s\\n' \\"
    for (c = 1; c <= command_count; c++)
        printf "        %s %s%s\n", commands[c], quoted(summary[commands[c]]), (c < command_count ? " \\" : "")
    print "end\n"
    print "complete -c caulk -n 'test (count (commandline -opc)) -eq 1' -a '(__caulk_commands)'"
    for (c = 1; c <= command_count; c++) {
        print ""
        print_arguments(commands[c])
        for (i = 1; i <= option_count[commands[c]]; i++)
            print_option(commands[c], i)
    }
}
