# fish completion of `git realm`: read when fish starts, because fish reads only its own file when it completes git.

complete -c git -n '__fish_seen_subcommand_from realm' -f -a '(__git_realm_complete)'
complete -c git -n __fish_git_needs_command -a realm -d 'versioned contracts between repositories'
