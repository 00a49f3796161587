# What `git realm <words>` may go on with, for fish.

function __git_realm_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l at (contains -i -- realm $words; or contains -i -- git-realm $words; or echo 1)
    set -e words[1..$at]
    set -l lines (git realm complete -- $words 2>/dev/null)
    if test "$lines[1]" = @path
        __fish_complete_path (commandline -ct)
        return
    end
    set -l before (string match -r -- '^--[\w-]+=' (commandline -ct))
    string replace -r -- '^' "$before" $lines
end
