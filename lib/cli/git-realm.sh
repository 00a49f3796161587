#!/bin/sh
# shellcheck disable=SC2086  # $flags is split on purpose: it holds fixed words only
# git realm: finds the subcommand beside this installation, else git-realm-<subcommand> on PATH, as git does.
# Kept to shell builtins: this runs before every command.

case $0 in
*/*) here=${0%/*} ;;
*) here=$(command -v -- "$0") && here=${here%/*} ;;
esac
if ! [ -d "$here/../libexec/git-realm" ]; then
	# Reached through a link.
	file=$here/${0##*/}
	while [ -L "$file" ]; do
		link=$(readlink "$file")
		case $link in
		/*) file=$link ;;
		*) file=${file%/*}/$link ;;
		esac
	done
	here=${file%/*}
fi
libexec=$here/../libexec/git-realm

flags=
while :; do
	case ${1-} in
	-C)
		[ $# -ge 2 ] || {
			echo "error: option '-C' needs a value: <path>" >&2
			exit 129
		}
		# Made absolute by the first cd, so that later ones and the lookup above stay right.
		case $libexec in /*) ;; *) libexec=$PWD/$libexec ;; esac
		[ -z "$2" ] || CDPATH='' cd -- "$2" 2>/dev/null || {
			printf "error: cannot change to '%s'\n" "$2" >&2
			exit 128
		}
		shift 2
		;;
	--json | --no-color | --color | --quiet | -q)
		flags="$flags $1"
		shift
		;;
	*) break ;;
	esac
done

case ${1-} in
--version | -v)
	echo 'git-realm version @VERSION@'
	exit 0
	;;
-h | --help) name=help ;;
'' | -*) name=help && set -- help "--unknown=${1-}" ;;
*) name=$1 ;;
esac
shift

# The top of the work tree around us, as git finds it, where a status of this user's left the pathspecs it asks git about.
find_top() {
	[ -z "${GIT_DIR+set}${GIT_WORK_TREE+set}${GIT_COMMON_DIR+set}${GIT_CEILING_DIRECTORIES-}" ] || return
	# Without a standard input there is nothing to hand on.
	true 2>/dev/null <&0 || return
	cd -P . || return
	top=$PWD
	while [ ! -e "$top/.git" ]; do
		# A bare repository, or a git directory itself.
		[ ! -f "$top/HEAD" ] || return
		[ -n "$top" ] || return
		top=${top%/*}
	done
	[ -d "$top/.git" ] && [ -O "$top/.git" ] && [ -O "$top" ] && [ -O "$top/.git/realm/asks" ] && [ -f "$top/.git/realm/asks" ]
}

# The words of a git command and what it prints (`-z`), each ended by an empty record: lib/git/answers.ts.
answer() {
	printf '%s\0' "$@" ''
	git "$@" && printf '\0'
}

# What status asks git, answered while node starts. The file has pathspecs and nothing else: whatever it says, git only lists
# files. Answers stand for the very words of the question, so that an old file costs time and changes nothing.
ask_git() {
	trap '' PIPE
	cd "$top" || exit
	LC_ALL=C LANGUAGE=
	export LC_ALL LANGUAGE
	answer config -z --list
	set --
	while IFS= read -r word; do
		set -- "$@" "$word"
	done <.git/realm/asks
	[ $# -eq 0 ] || answer -c core.quotePath=false ls-files -z -t -s -m -d -o --exclude-standard -- "$@"
} 2>/dev/null

# What a hook manager's line asks for: our hook, in this shell, so that node starts only where something is to be done.
# 79 is the status of a refusal, and of nothing else.
run_hook() {
	# shellcheck disable=SC2034  # read by the hooks
	realm_bin=$here/git-realm realm_node=$node realm_managed=yes
	# A manager may run its commands anywhere in the work tree, under shells of its own.
	if [ -z "${GIT_DIR-}" ]; then
		from=$PWD
		until [ -e .git ] || [ "$PWD" = / ]; do cd .. || return 0; done
		[ -e .git ] || cd "$from" || return 0
	fi
	hook=$1
	shift
	# shellcheck source=/dev/null
	. "$realm_home/$hook"
}

# The node of the installation where it is still there: a project may have any other on PATH.
node=node
if [ -r "$libexec/node" ]; then
	IFS= read -r node <"$libexec/node" || :
	[ -x "$node" ] || node=node
fi
# GIT_REALM_PARENT: a hook has started us because it found nothing to start itself.
if [ "$name" = hook ] && [ -n "${1-}" ] && [ -z "${GIT_REALM_PARENT-}" ]; then
	case $here in /*) ;; *) here=$PWD/$here ;; esac
	realm_home=$here/../share/git-realm/hooks
	if [ -f "$realm_home/$1" ]; then
		[ "$node" != node ] || node=
		run_hook "$@" || exit 79
		exit 0
	fi
fi
command -v "$node" >/dev/null || {
	echo "error: 'node' is not on PATH" >&2
	echo 'hint: install node 20.19 or later, or add its directory to PATH' >&2
	exit 127
}
case $name in
*/*) ;;
*)
	if [ -f "$libexec/git-realm-$name" ]; then
		case $name in
		@NETWORK@) ;;
		*)
			# Reading the extra certificates costs every start of node 50 ms.
			if [ -n "${NODE_EXTRA_CA_CERTS-}" ]; then
				GIT_REALM_EXTRA_CA_CERTS=$NODE_EXTRA_CA_CERTS
				export GIT_REALM_EXTRA_CA_CERTS
				unset NODE_EXTRA_CA_CERTS
			fi
			;;
		esac
		if [ "$name" = status ] && [ $# -eq 0 ] && find_top; then
			# Both run at once; what is the last in a pipeline gives the exit status.
			{
				ask_git 4<&- | GIT_REALM_ANSWERS=3 "$node" "$libexec/git-realm-status" $flags 3<&0 <&4 4<&-
			} 4<&0
			exit
		fi
		exec "$node" "$libexec/git-realm-$name" $flags "$@"
	fi
	command -v "git-realm-$name" >/dev/null && exec "git-realm-$name" $flags "$@"
	;;
esac
exec "$node" "$libexec/git-realm-help" $flags "--unknown=$name"
