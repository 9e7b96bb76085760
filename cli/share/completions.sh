#!/bin/sh
# completions.sh TABLE FOLDER: completions for bash, zsh and fish, as FOLDER/SHELL/NAME, where NAME is what
# the shell looks for. Run from the root.
set -eu
umask 022
table=$1 folder=$2
share=cli/share/completion

made() { # SHELL
    awk -f $share/table.awk -f "$share/$1.awk" "$table"
}

mkdir -p "$folder/bash" "$folder/zsh" "$folder/fish"
{ made bash; cat $share/rest.bash; } >"$folder/bash/caulk"
made zsh >"$folder/zsh/_caulk"
made fish >"$folder/fish/caulk.fish"
