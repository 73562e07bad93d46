#!/bin/bash
# pictures.sh BUILD OUT: every screen as text at 80x24 and 200x50, taken from the real program in tmux on a
# copy of examples/greet, with the toolchain of the fixture.
set -euo pipefail
build=$(cd "$1" && pwd)
out=$(mkdir -p "$2" && cd "$2" && pwd)
source=$PWD
work=/tmp/ada # short and the same each time: it is seen in the pictures
mkdir "$work"
socket=$work/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

cp -r examples/greet "$work/greet"
rm -rf "$work/greet/target"
mkdir -p "$work/home" "$work/bin"
# Of its own, with the fixture's files: where it is stands in the pictures.
rustup=$work/rustup
cp -al "$source/build/fixture/rustup/." "$rustup" 2>/dev/null || cp -a "$source/build/fixture/rustup/." "$rustup"
cat >"$work/greet/xtui.toml" <<-TOML
	targets = ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "aarch64-unknown-linux-gnu"]
TOML
# The cross linker is not there, so that one target fails and has a hint.
for program in /usr/bin/* /bin/*; do
	name=${program##*/}
	case $name in aarch64-linux-gnu-gcc*) ;; *) ln -sf "$program" "$work/bin/$name" ;; esac
done
environment=(-u CI HOME="$work/home" RUSTUP_HOME="$rustup/home" CARGO_HOME="$rustup/cargo"
	PATH="$rustup/cargo/bin:$work/bin" XDG_CONFIG_HOME="$work/config" XDG_CACHE_HOME="$work/cache"
	XDG_STATE_HOME="$work/state" XDG_DATA_HOME="$work/data" LC_ALL=C.UTF-8)

screen() { tmux -S "$socket" capture-pane -p; }
keys() { tmux -S "$socket" send-keys "$@"; }

# wait_for TEXT: until the screen shows it, for a minute.
wait_for() {
	local deadline=$((SECONDS + 60))
	until screen | grep -qF -- "$1"; do
		if [ "$SECONDS" -ge "$deadline" ]; then
			echo "pictures: \"$1\" never came:" >&2
			screen >&2
			exit 1
		fi
		read -r -t 0.05 <>"$work/never" || true
	done
}
# wait_gone TEXT: until the screen shows it no more; a key right after Escape would be an Alt key.
wait_gone() {
	local deadline=$((SECONDS + 60))
	while screen | grep -qF -- "$1" && [ "$SECONDS" -lt "$deadline" ]; do
		read -r -t 0.05 <>"$work/never" || true
	done
}
take() { screen >"$out/$1.txt"; }

mkfifo "$work/never"
env "${environment[@]}" "$build/xtui" -C "$work/greet" doctor --probe x86_64-unknown-linux-gnu >/dev/null || true
for size in 80x24 200x50; do
	rm -rf "$work/greet/target"
	tmux -S "$socket" -f /dev/null new-session -d -x "${size%x*}" -y "${size#*x}" \
		env "${environment[@]}" "$build/xtui" -C "$work/greet"
	tmux -S "$socket" set-option -g status off
	wait_for "Reach" # something is missing for the saved set: the plan comes by itself
	wait_for "all keys"
	take "setup-$size"
	keys 1
	wait_for "ready"
	take "targets-$size"
	keys '?'
	wait_for "Esc close"
	take "help-$size"
	keys Escape
	wait_gone "Esc close"
	keys 4
	wait_for "opt-level"
	keys p
	wait_for "fast"
	take "profile-$size"
	keys u
	keys ':'
	wait_for "Actions"
	take "palette-$size"
	keys Escape
	wait_gone "Actions"
	keys b
	wait_for "certain"
	wait_for "2 ok"
	take "build-$size"
	keys q
	tmux -S "$socket" kill-server 2>/dev/null || true
done
