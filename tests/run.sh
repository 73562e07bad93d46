#!/bin/bash
# run.sh BUILD TEST...: runs test programs, two at a time, each with a home of its own, and ends with
# the line "N passed, N failed, N skipped". The end of what a failing program printed is shown; skipped
# tests are named with their reason.
set -u
umask 022 # tests that run as root become somebody else in folders of theirs
build=$(cd "$1" && pwd) || exit
shift
work=$(mktemp -d) || exit
chmod 711 "$work"
trap 'rm -rf "$work"' EXIT

one() {
	local program=$1 name log home status
	name=$(basename "$program")
	log=$work/$name.log
	home=$work/$name.home
	mkdir -p "$home/tmp"
	env -u CI -u NO_COLOR -u CLICOLOR_FORCE -u TMUX -u RUSTFLAGS -u MAKEFLAGS -u MFLAGS -u MAKELEVEL \
		HOME="$home" TMPDIR="$home/tmp" XDG_CONFIG_HOME="$home/config" XDG_CACHE_HOME="$home/cache" \
		XDG_STATE_HOME="$home/state" XDG_DATA_HOME="$home/data" RUSTUP_HOME="${RUSTUP_HOME:-$real_home/.rustup}" \
		CARGO_HOME="${CARGO_HOME:-$real_home/.cargo}" RUSTUP_DIST_SERVER=http://127.0.0.1:9 \
		RUSTUP_UPDATE_ROOT=http://127.0.0.1:9 XTUI_BUILD="$build" XTUI_SOURCE="$PWD" \
		CMOCKA_MESSAGE_OUTPUT=tap timeout -k 10 3600 "$program" >"$log" 2>&1 </dev/null
	status=$?
	if [ "$status" -gt 125 ] || { [ "$status" != 0 ] && ! failures "$log" | grep -q .; }; then
		echo "not ok - $name ended with $status" >>"$log"
	fi
	if failures "$log" | grep -q .; then
		echo "  FAIL    $name"
		tail -n 120 "$log" | sed 's/^/          /'
	else
		echo "  PASS    $name ($(grep -c '^ok' "$log"))"
	fi
	rm -rf "$home"
}
# cmocka calls a skipped test not ok.
failures() { grep -h '^not ok' "$@" | grep -v '# SKIP'; }
# "NAME: REASON" of each skipped test; the test says the reason in a line "SKIPPED NAME: REASON".
skips() {
	cat "$@" | awk '
		$1 == "SKIPPED" { reason[$2] = substr($0, 9); next }
		/^(not )?ok .*# SKIP/ { print ($NF ":" in reason) ? reason[$NF ":"] : $NF }' |
		sed 's/^/  SKIP    /'
}
export -f one failures
export work build
export real_home=${HOME:-/}
# shellcheck disable=SC2016 # for the inner shell
printf '%s\0' "$@" | xargs -0 -P 2 -I{} bash -c 'one "$1"' _ {}

skips "$work"/*.log
skipped=$(cat "$work"/*.log | grep -cE '^(not )?ok .*# SKIP')
passed=$(cat "$work"/*.log | grep -v '# SKIP' | grep -c '^ok')
failed=$(failures "$work"/*.log | wc -l)
echo "$passed $failed $skipped" >>"${XTUI_TALLY:-/dev/null}"
[ -n "${XTUI_TALLY:-}" ] || echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
