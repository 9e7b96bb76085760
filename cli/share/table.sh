#!/bin/sh
# table.sh CAULK: all commands with their options, of which pages and completions are made:
# for each command a line "command NAME SUMMARY" and then its lines of cli/option_table.h.
set -eu
caulk=$1

"$caulk" help --table | while read -r line; do
    command=$(echo "$line" | cut -f 2)
    echo "$line"
    if [ "$command" = help ]; then
        printf 'arguments\t[COMMAND]\n'
    else
        "$caulk" "$command" --table
    fi
done
