#!/bin/sh
# Builds git realm and puts it where git finds it.
# usage: ./install.sh [--prefix <dir>] [--no-build]
#        ./install.sh --uninstall [--prefix <dir>] [--yes]

set -eu
umask 022

usage() {
	cat <<'EOF'
usage: ./install.sh [--prefix <dir>] [--no-build]
   or: ./install.sh --uninstall [--prefix <dir>] [--yes]

    --prefix <dir>  install into <dir>/bin, <dir>/libexec and <dir>/share
                    (default: the first writable bin directory on PATH)
    --no-build      install dist/ without building it
    --uninstall     remove what was installed, and offer to remove the hooks
    --yes           with --uninstall: remove the hooks without asking
EOF
}

fail() {
	printf 'error: %s\n' "$1" >&2
	[ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
	exit "${3:-1}"
}

main() {
	prefix='' action=install build=yes yes=no
	while [ $# -gt 0 ]; do
		case $1 in
		--prefix)
			[ -n "${2-}" ] || fail "option '--prefix' needs a value: <dir>" './install.sh --help' 129
			prefix=$2
			shift
			;;
		--prefix=?*) prefix=${1#--prefix=} ;;
		--no-build) build=no ;;
		--uninstall) action=uninstall ;;
		--yes | -y) yes=yes ;;
		-h | --help)
			usage
			exit 0
			;;
		*) fail "unknown argument '$1'" './install.sh --help' 129 ;;
		esac
		shift
	done
	case $prefix in
	'' | /*) ;;
	*) prefix=$PWD/$prefix ;;
	esac
	here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
	"$action"
}

install() {
	check_versions
	[ "$build" = no ] || build_it
	[ -x "$here/dist/bin/git-realm" ] || fail "nothing to install in '$here/dist'" 'run ./install.sh without --no-build'
	on_path=yes
	if [ -n "$prefix" ]; then
		make_prefix "$prefix" || fail "cannot write to '$prefix'" 'choose another directory with --prefix'
		is_on_path "$prefix/bin" || on_path=asked
	else
		choose_prefix
	fi
	refuse_strangers
	put_files
	version=$("$prefix/bin/git-realm" --version) || fail "the installed program does not start: '$prefix/bin/git-realm'"
	printf '%s installed in %s\n' "$version" "$prefix"
	if [ "$on_path" != yes ]; then
		# shellcheck disable=SC2016  # $PATH is for the reader's shell
		printf 'add this line to your shell profile so that git finds it:\n    export PATH="%s:$PATH"\n' "$prefix/bin"
		[ "$on_path" = asked ] || exit 1
		return
	fi
	found=$(command -v git-realm || true)
	[ "$(CDPATH='' cd -- "$(dirname -- "$found")" && pwd -P)" = "$prefix/bin" ] ||
		printf "warning: '%s' comes first on PATH\n" "$found" >&2
	echo 'next: git realm demo'
}

check_versions() {
	command -v git >/dev/null || fail "'git' is not on PATH" 'install git 2.38 or later'
	command -v node >/dev/null || fail "'node' is not on PATH" 'install node 20.19 or later'
	git=$(git --version) && git=${git#git version }
	at_least "$git" 2 38 || fail "git is version ${git%% *}, git realm needs 2.38 or later" 'install a newer git'
	node=$(node --version) || fail "'node' on PATH cannot be run" 'install node 20.19 or later'
	node=${node#v}
	at_least "$node" 20 19 || fail "node is version $node, git realm needs 20.19 or later" 'install a newer node'
}

# at_least <version> <major> <minor>
at_least() {
	major=${1%%.*}
	rest=${1#*.}
	minor=${rest%%[!0-9]*}
	[ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}

build_it() {
	# npm writes the hidden lock file last, so it is newer than the one it was made from.
	if [ -z "$(find "$here/node_modules/.package-lock.json" -newer "$here/package-lock.json" 2>/dev/null)" ]; then
		command -v npm >/dev/null || fail "'npm' is not on PATH" 'install npm, which comes with node'
		echo 'installing the build dependencies (npm ci)'
		(cd "$here" && npm ci --omit=dev --no-audit --no-fund --loglevel=error </dev/null >&2) ||
			fail "'npm ci' failed" "see the message above, then run ./install.sh again"
	fi
	node "$here/build.mjs" || fail 'the build failed' 'see the message above'
}

# The first writable bin directory on PATH: local ones, the user's, others; the system's own only if there is no other.
choose_prefix() {
	for bin in /usr/local/bin "${HOME:-/nonexistent}/.local/bin" "${HOME:-/nonexistent}/bin"; do
		if is_on_path "$bin" && make_prefix "${bin%/bin}"; then return; fi
	done
	for system in no yes; do
		old_ifs=$IFS IFS=:
		set -f
		for bin in $PATH; do
			IFS=$old_ifs
			case $bin in
			/bin | /usr/bin) kind=yes ;;
			/*/bin | /*/bin/) kind=no ;;
			*) continue ;;
			esac
			bin=${bin%/}
			if [ "$kind" = "$system" ] && [ -w "$bin" ] && make_prefix "${bin%/bin}"; then
				set +f
				return
			fi
		done
		set +f
		IFS=$old_ifs
	done
	on_path=no
	[ -n "${HOME:-}" ] || fail 'no directory on PATH is writable, and HOME is not set' './install.sh --prefix <dir>'
	make_prefix "$HOME/.local" || fail "cannot write to '$HOME/.local'" './install.sh --prefix <dir>'
}

is_on_path() {
	case :$PATH: in
	*":$1:"* | *":$1/:"*) return 0 ;;
	*) return 1 ;;
	esac
}

# Can the installation be written below this prefix? Sets `prefix`; makes nothing yet.
make_prefix() {
	for name in $directories; do
		path=$1/$name
		while ! [ -e "$path" ]; do path=$(dirname -- "$path"); done
		[ -d "$path" ] && [ -w "$path" ] || return 1
	done
	prefix=${1%/}
}

directories='. bin libexec share share/git-realm share/man share/man/man1 share/bash-completion share/bash-completion/completions
	share/zsh share/zsh/site-functions share/fish share/fish/vendor_completions.d share/fish/vendor_conf.d
	share/fish/vendor_functions.d'

# Never overwrite what somebody else put there.
refuse_strangers() {
	manifest=$prefix/share/git-realm/manifest
	for name in bin/git-realm libexec/git-realm share/git-realm; do
		if [ -e "$prefix/$name" ] && ! [ -f "$manifest" ]; then
			fail "'$prefix/$name' exists, but was not created by this installer" "remove it, or choose another directory with --prefix"
		fi
	done
}

put_files() {
	above=0 path=$prefix
	while ! [ -e "$(dirname -- "$path")" ]; do
		path=$(dirname -- "$path")
		above=$((above + 1))
	done
	# What an earlier installation made is ours still.
	made=$(sed -n 's/^d //p' "$manifest" 2>/dev/null || true)
	before=$(sed -n 's/^above //p' "$manifest" 2>/dev/null || true)
	old=$(sed -n 's/^f //p' "$manifest" 2>/dev/null || true)
	for name in $directories; do
		[ -d "$prefix/$name" ] || made="$made
$name"
	done
	mkdir -p -- "$prefix/bin" "$prefix/libexec" "$prefix/share"
	prefix=$(CDPATH='' cd -- "$prefix" && pwd -P)
	manifest=$prefix/share/git-realm/manifest
	aside=$prefix/libexec/.git-realm.$$
	trap 'rm -rf -- "$prefix/libexec/.git-realm.$$" "$prefix/share/.git-realm.$$" "$aside"' EXIT
	trap 'exit 130' INT TERM HUP
	for tree in libexec share; do
		copy_tree "$here/dist/$tree/git-realm" "$prefix/$tree/.git-realm.$$"
		chmod -R u+rwX,go+rX "$prefix/$tree/.git-realm.$$"
	done
	# Hooks and commands run with this node also where another one comes first on PATH.
	node -p process.execPath >"$prefix/libexec/.git-realm.$$/node"
	{
		printf '%s\n' "$made" | sed -n 's/^./d &/p' | LC_ALL=C sort -u
		echo "above ${before:-$above}"
		printf 'f %s\n' libexec/git-realm/node share/git-realm/manifest
		(cd "$here/dist" && find bin libexec share -type f ! -path '*/lib/cache/*') | sed 's,^,f ,' | LC_ALL=C sort
	} >"$prefix/share/.git-realm.$$/manifest"
	for tree in libexec share; do
		rm -rf -- "$prefix/$tree/git-realm"
		mv -- "$prefix/$tree/.git-realm.$$" "$prefix/$tree/git-realm"
	done
	# Other programs put files into these directories too: each of ours is renamed into its place.
	for name in $(sed -n -e '/^f libexec\/git-realm\//d' -e '/^f share\/git-realm\//d' -e 's,^f \(.*\)/.*,\1,p' "$manifest" | sort -u); do
		mkdir -p -- "$prefix/$name"
		aside=$prefix/$name/.git-realm.$$
		mkdir -- "$aside"
		cp -- "$here/dist/$name"/* "$aside"
		case $name in
		bin) chmod 755 "$aside"/* ;;
		*) chmod 644 "$aside"/* ;;
		esac
		mv -- "$aside"/* "$prefix/$name"
		rmdir -- "$aside"
	done
	printf '%s\n' "$old" | sed -n 's/^./f &/p' | grep -vxF -f "$manifest" | while IFS= read -r name; do
		rm -f -- "$prefix/${name#f }"
	done
}

# A program that runs from the source meanwhile may rename a code cache under our hands: once more, then.
# What another user built may hold code caches that only they may read: the program makes its own.
copy_tree() {
	cp -R -- "$1" "$2" 2>/dev/null || { rm -rf -- "$2" && cp -R -- "$1" "$2" 2>/dev/null; } ||
		(cd "$1" && find . -type f ! -path '*/lib/cache/*') | while IFS= read -r file; do
			[ -f "$2/$file" ] || { cp -- "$1/$file" "$2/$file" && continue; } || exit 1
		done || fail "cannot copy to '$2'"
}

uninstall() {
	[ -n "$prefix" ] || find_prefix
	manifest=$prefix/share/git-realm/manifest
	[ -f "$manifest" ] || fail "git realm is not installed in '$prefix'" './install.sh --uninstall --prefix <dir>'
	offer_hooks
	list=$(cat -- "$manifest")
	# The code caches are written by the program as it runs; everything else is in the manifest.
	rm -rf -- "$prefix/libexec/git-realm/lib/cache"
	printf '%s\n' "$list" | sed -n 's/^f //p' | {
		while IFS= read -r name; do set -- "$@" "$prefix/$name"; done
		rm -f -- "$@"
	}
	for tree in libexec/git-realm share/git-realm; do
		[ ! -d "$prefix/$tree" ] || find "$prefix/$tree" -depth -type d -exec rmdir -- {} + 2>/dev/null || true
	done
	printf '%s\n' "$list" | sed -n 's/^d //p' | LC_ALL=C sort -r | while IFS= read -r name; do
		case $name in
		.) ;;
		*) rmdir -- "$prefix/$name" 2>/dev/null || true ;;
		esac
	done
	if printf '%s\n' "$list" | grep -qx 'd \.'; then
		path=$prefix above=$(printf '%s\n' "$list" | sed -n 's/^above //p')
		while [ "$above" -ge 0 ] && rmdir -- "$path" 2>/dev/null; do
			path=$(dirname -- "$path")
			above=$((above - 1))
		done
	fi
	echo "removed git realm from $prefix; your realms and their index are kept"
}

find_prefix() {
	found=$(command -v git-realm || true)
	for prefix in "${found%/bin/git-realm}" /usr/local "${HOME:-}/.local" "${HOME:-}"; do
		if [ -n "$prefix" ] && [ -f "$prefix/share/git-realm/manifest" ]; then return; fi
	done
	fail 'git realm is not installed in a directory on PATH' './install.sh --uninstall --prefix <dir>'
}

# Hooks left behind are silent without the program, so keeping them is safe, only untidy.
offer_hooks() {
	checkouts=$(hooked)
	[ -n "$checkouts" ] || return 0
	echo 'git realm has hooks in these repositories:'
	printf '    %s\n' "$checkouts"
	if [ "$yes" = no ]; then
		if ! { [ -t 0 ] && [ -t 1 ]; }; then
			echo 'the hooks are kept, and do nothing without git realm; to remove them: ./install.sh --uninstall --yes'
			return 0
		fi
		printf 'remove them? [Y/n] '
		read -r answer || answer=n
		case $answer in
		'' | y | Y | yes) ;;
		*)
			echo 'the hooks are kept, and do nothing without git realm'
			return 0
			;;
		esac
	fi
	printf '%s\n' "$checkouts" | while IFS= read -r checkout; do
		"$prefix/bin/git-realm" -C "$checkout" hooks uninstall </dev/null ||
			printf "warning: could not remove the hooks of '%s'\n" "$checkout" >&2
	done
}

# The checkouts of the index that have hooks of ours, one a line.
hooked() {
	realm=$prefix/bin/git-realm
	"$realm" list --json 2>/dev/null | node -e "$list_checkouts" 2>/dev/null | sort -u | while IFS= read -r checkout; do
		if [ -d "$checkout" ] && "$realm" -C "$checkout" hooks status --json 2>/dev/null | grep -q '"state": "installed"'; then
			printf '%s\n' "$checkout"
		fi
	done
}

# A path with a control character in it is not printed, so it is passed over.
# shellcheck disable=SC2016  # JavaScript
list_checkouts='for (const { checkouts = {} } of JSON.parse(require("fs").readFileSync(0, "utf8")).realms)
	for (const path of Object.values(checkouts)) if (!/[\x00-\x1f\x7f]/.test(path)) console.log(path);'

main "$@"
