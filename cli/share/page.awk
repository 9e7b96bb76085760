# Makes the scdoc source of one manual page, from the table of options (table.sh) and prose.
#
#   awk -v page=caulk-diff.1 -v version=V -f page.awk TABLE FILE…
#
# Files after the table: the page's prose (caulk-diff.1.scd), if it has any, in which these lines
# are replaced by what is known elsewhere:
#
#   @commands@           every command with its summary
#   @tracker-options@    the keys of CAULK_OPTIONS
#   @functions@          the functions of caulk.h, which is one more file before the prose
#   @format@, @records@  comment and declarations of dump_format.h, likewise
#   @pages@              references to all pages of commands
#
# A command's page begins with what the table says of it; its prose follows, and may be missing.

BEGIN {
    FS = "\t"
    name = page
    sub(/\.[0-9]$/, "", name)
    section = substr(page, length(page))
    if (section == 1 && name ~ /^caulk-/)
        command = substr(name, 7)
    printf "%s(%s) \"caulk %s\" \"caulk\"\n\n", name, section, version
}

function escaped(text) {
    gsub(/[\\*_`]/, "\\\\&", text)
    return text
}

# ---- the table --------------------------------------------------------------------------------

function option_words(letter, long, argument, need,    words) {
    words = letter != "" ? "*-" letter "*" : ""
    if (long != "")
        words = words (words != "" ? ", " : "") "*--" escaped(long) "*"
    if (need == "none")
        return words
    argument = (long != "" ? "=" : " ") "_" escaped(argument) "_"
    return words (need == "optional" ? "[" argument "]" : argument)
}

function end_literal() {
    if (in_literal)
        after = after "```\n"
    in_literal = 0
}

function note_after(line) {
    if (line ~ /^ / && !in_literal) {
        after = after "```\n"
        in_literal = 1
    } else if (line !~ /^ /)
        end_literal()
    after = after (in_literal ? substr(line, 3) : escaped(line)) "\n"
}

FNR == 1 { file++ }

file == 1 && $1 == "command" {
    current = $2
    commands[++command_count] = $2
    summaries[$2] = $3
    of_tracker = 0
}
file == 1 && current == "run" && $1 == "section" { of_tracker = $2 ~ /CAULK_OPTIONS/ }
file == 1 && of_tracker && $1 == "option" {
    tracker_options = tracker_options "*" escaped($3) "*=_" escaped($4) "_\n\t" escaped($6) "\n\n"
}
file == 1 && current == command {
    if ($1 == "arguments")
        arguments = $2
    else if ($1 == "about")
        about = $2
    else if ($1 == "section")
        options = options ($2 != "" ? escaped($2) "\n\n" : "")
    else if ($1 == "option") {
        options = options option_words($2, $3, $4, $5) "\n\t" escaped($6) "\n\n"
        if ($3 == "fail-on")
            finds = 1
    } else if ($1 == "after")
        note_after($2)
}

function print_head() {
    printf "# NAME\n\n%s - %s\n\n", name, escaped(summaries[command])
    printf "# SYNOPSIS\n\n*caulk %s*%s%s\n\n", command,
        options != "" ? " [OPTION...]" : "", arguments != "" ? " " escaped(arguments) : ""
    printf "# DESCRIPTION\n\n%s\n\n", escaped(about != "" ? about : summaries[command])
    if (options != "")
        printf "# OPTIONS\n\n%s", options
    end_literal()
    print after
    head_printed = 1
}

# What it says of all commands, where the prose says nothing else.
function print_status() {
    if (!status_printed) {
        printf "# EXIT STATUS\n\n0 done; %s", finds ? "1 done, and *--fail-on* found some; " : ""
        print "2 bad usage, bad input or failure, with one line that says why.\n"
    }
    status_printed = 1
}

# ---- headers ----------------------------------------------------------------------------------

FILENAME ~ /caulk\.h$/ {
    if (/^CAULK_INLINE/)
        signature = ""
    if (/^CAULK_INLINE/ || signature != "")
        signature = signature $0
    if (signature != "" && /\)$/ && match(signature, /(int|void) caulk_.*/)) {
        functions = functions "*" escaped(substr(signature, RSTART)) ";*\n\n"
        signature = ""
    }
    next
}

# The comment that begins the file: lines as prose, but tables as they are.
FILENAME ~ /dump_format\.h$/ && !records_begun {
    if (/^ \*\//)
        records_begun = 1
    else if (/^ \*/) {
        line = substr($0, 4)
        is_table = line ~ /^ / || line ~ /[^ .]   /
        if (is_table != in_table)
            format = format "```\n"
        in_table = is_table
        format = format (in_table ? line : escaped(line)) "\n"
    }
    next
}
FILENAME ~ /dump_format\.h$/ {
    if (/^#define DUMP_MAGIC/)
        in_records = 1
    if (/^#endif/)
        in_records = 0
    if (in_records && !/^static_assert/)
        records = records $0 "\n"
    next
}

# ---- the prose --------------------------------------------------------------------------------

file > 1 && command != "" && !head_printed { print_head() }
file > 1 && /^# EXIT STATUS/ { status_printed = 1 }
file > 1 && command != "" && /^# (EXAMPLES|SEE ALSO)/ { print_status() }
file > 1 && /^# SEE ALSO/ { has_references = 1 }
file > 1 && $0 == "@commands@" {
    for (i = 1; i <= command_count; i++)
        printf "*%s*\n\t%s\n\n", commands[i], escaped(summaries[commands[i]])
    next
}
file > 1 && $0 == "@pages@" {
    for (i = 1; i <= command_count; i++)
        printf "*caulk-%s*(1)%s\n", commands[i], (i < command_count ? "," : "")
    next
}
file > 1 && $0 == "@tracker-options@" { printf "%s", tracker_options; next }
file > 1 && $0 == "@functions@" { printf "%s", functions; next }
file > 1 && $0 == "@format@" { printf "%s%s", format, in_table ? "```\n" : ""; next }
file > 1 && $0 == "@records@" { printf "```\n%s```\n", records; next }
file > 1 { print }

END {
    if (command == "")
        exit
    if (!head_printed)
        print_head()
    print_status()
    if (!has_references)
        printf "# SEE ALSO\n\n*caulk*(1)\n"
}
