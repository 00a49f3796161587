# fish completion of `git-realm` alone.

complete -c git-realm -f -a '(__git_realm_complete)'
