# bash. It takes "--format=dhat" for three words, of which the second is "=".

function option_words(command,    i, words) {
    words = ""
    for (i = 1; i <= option_count[command]; i++) {
        if (long[command, i] != "")
            words = joined(words, "--" long[command, i] (need[command, i] == "required" ? "=" : ""))
        else
            words = joined(words, "-" letter[command, i])
    }
    return words
}

# `case` lines for each way to write an option that has an argument.
function print_arguments(command,    i, pattern, does) {
    for (i = 1; i <= option_count[command]; i++) {
        if (need[command, i] == "none")
            continue
        pattern = long[command, i] != "" ? "'" command " --" long[command, i] "'" : ""
        if (letter[command, i] != "")
            pattern = pattern (pattern != "" ? " | " : "") "'" command " -" letter[command, i] "'"
        does = "words='" values[command, i] "'"
        if (argument_kind[command, i] == "folder")
            does = "kind='folder'"
        else if (values[command, i] == "" && argument_kind[command, i] == "file")
            does = "kind='file'"
        printf "    %s) %s ;;\n", pattern, does
    }
}

END {
    print "# Completion for caulk(1) in bash, made from the table of its options."
    print "# shellcheck shell=bash\n"
    print "# Sets words, or kind, to what the option's argument can be; false where it has none."
    print "_caulk_argument() { # COMMAND OPTION"
    print "    case \"$1 $2\" in"
    for (c = 1; c <= command_count; c++)
        print_arguments(commands[c])
    print "    *) return 1 ;;\n    esac\n}\n"
    print "# Sets words to the command's options, and kind to what its arguments are."
    print "_caulk_command() { # COMMAND"
    print "    case $1 in"
    for (c = 1; c <= command_count; c++)
        printf "    %s) words='%s' kind='%s' ;;\n", commands[c], option_words(commands[c]), takes[commands[c]]
    print "    esac\n}\n"
    printf "_caulk_commands='"
    for (c = 1; c <= command_count; c++)
        printf "%s%s", (c > 1 ? " " : ""), commands[c]
    print "'\n"
}
