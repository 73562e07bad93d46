#!/bin/bash
# run.sh BUILD TEST...: runs test programs, two at a time, each with a home of its own, and ends with
# the line "N passed, N failed, N skipped". What a failing program printed is shown whole; skipped
# tests are named with their reason.
set -u
build=$(cd "$1" && pwd)
shift
work=$(mktemp -d)
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
		CMOCKA_MESSAGE_OUTPUT=tap timeout -k 10 900 "$program" >"$log" 2>&1 </dev/null
	status=$?
	if [ "$status" -gt 125 ] || { [ "$status" != 0 ] && ! grep -q '^not ok' "$log"; }; then
		echo "not ok - $name ended with $status" >>"$log"
	fi
	if grep -q '^not ok' "$log"; then
		echo "  FAIL    $name"
		sed 's/^/          /' "$log" | tail -n 120
	else
		echo "  PASS    $name ($(grep -c '^ok' "$log"))"
	fi
	rm -rf "$home"
}
export -f one
export work build
export real_home=$HOME
printf '%s\n' "$@" | xargs -P 2 -I{} bash -c 'one {}'

grep -h '# SKIP\|^# skip:' "$work"/*.log 2>/dev/null | sed 's/^/  SKIP    /'
skipped=$(cat "$work"/*.log | grep -c '^ok.*# SKIP')
passed=$(($(cat "$work"/*.log | grep -c '^ok') - skipped))
failed=$(cat "$work"/*.log | grep -c '^not ok')
echo "$passed $failed $skipped" >>"${XTUI_TALLY:-/dev/null}"
[ -n "${XTUI_TALLY:-}" ] || echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
