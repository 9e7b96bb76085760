#!/usr/bin/env zsh
# complete.zsh FOLDER LINE: what zsh would complete LINE with, one word a line, with the completions of
# FOLDER. Completion works only where keys are typed, so a second zsh runs in a terminal of its own.
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "stty -echo; PROMPT= fpath=(${(q)1} \$fpath); autoload -Uz compinit; compinit -D -u"
zpty -w inner 'compadd() { local -a found; builtin compadd -A found "$@"; print -rl -- match:$^found; builtin compadd "$@"; }'
zpty -w inner 'tell() { zle complete-word; print; print -r -- en""d; zle kill-buffer; }; zle -N tell; bindkey "^I" tell'
zpty -w inner 'unset zle_bracketed_paste; print -r -- rea""dy'
zpty -r inner output '*ready*'
zpty -w -n inner "$2"$'\t'
zpty -r inner output '*end*'
print -r -- "$output" | tr -d '\r' | sed -n 's/.*match://p' | sort -u
zpty -d inner
