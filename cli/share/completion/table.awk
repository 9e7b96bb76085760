# Reads the table of options (cli/share/table.sh) for the completions of bash, zsh and fish, which
# are made by its neighbours:
#
#   awk -f table.awk -f bash.awk TABLE
#
#   commands[1…command_count], summary[command]
#   takes[command]           what its arguments are: file, process, program, command, or nothing
#   option_count[command], and for each option i of it:
#   letter[command, i], long[command, i], need[command, i] (required, optional, none), text[command, i]
#   values[command, i]       the words that its argument can be, or nothing
#   argument[command, i]     what its argument is called
#   argument_kind[command, i]  file, folder, or nothing

BEGIN { FS = "\t" }

$1 == "command" {
    current = $2
    commands[++command_count] = current
    summary[current] = $3
}
$1 == "arguments" { takes[current] = kind_of($2) }
$1 == "option" {
    i = ++option_count[current]
    letter[current, i] = $2
    long[current, i] = $3
    argument[current, i] = $4
    need[current, i] = $5
    text[current, i] = $6
    argument_kind[current, i] = kind_of($4)
    values[current, i] = values_of($4)
}
# The words of a list after the options are what an argument called NAME can be.
$1 == "after" && match($2, /^  [^ ]+/) {
    for (i = 1; i <= option_count[current]; i++)
        if (argument[current, i] == "NAME")
            values[current, i] = joined(values[current, i], substr($2, 3, RLENGTH - 2))
}

function joined(words, word) {
    return words == "" ? word : words " " word
}

function kind_of(words) {
    if (words ~ /PID/)
        return "process"
    if (words ~ /PROGRAM/)
        return "program"
    if (words ~ /COMMAND/)
        return "command"
    if (words ~ /DUMP|OLD|FILE|PATH/)
        return "file"
    return words ~ /DIR/ ? "folder" : ""
}

function values_of(words) {
    if (words == "KINDS")
        return "definite possible cycle"
    if (words !~ /\|/)
        return ""
    gsub(/\|/, " ", words)
    return words
}
