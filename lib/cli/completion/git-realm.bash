# bash completion of git realm: `git realm <tab>` through git's own completion, `git-realm <tab>` alone.
# shellcheck shell=bash disable=SC2154  # git's completion sets words, cword and __git_cmd_idx

_git_realm ()
{
	local at=${__git_cmd_idx-}
	if [ -z "$at" ]; then
		for ((at = 1; at < cword; at++)); do
			[ "${words[at]}" != realm ] || break
		done
	fi
	__git_realm_reply "${words[@]:at+1:cword-at}"
}

_git_realm_alone ()
{
	local words cword
	if declare -f _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n =: words cword
	else
		words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
	fi
	__git_realm_reply "${words[@]:1:cword}"
}

__git_realm_reply ()
{
	local line
	COMPREPLY=()
	while IFS=$'\t' read -r line _; do
		if [ "$line" = @path ]; then
			compopt -o default +o nospace 2>/dev/null
			return
		fi
		COMPREPLY+=("$line ")
	done < <(git realm complete -- "$@" 2>/dev/null)
}

complete -o bashdefault -o default -o nospace -F _git_realm_alone git-realm
