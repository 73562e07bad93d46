#!/bin/bash
# transcript.sh BUILD: prints docs/first-target.md, a newcomer's first run, made by running it: a new
# project, the real rustup with a dist server on 127.0.0.1, a real linker and qemu.
#
# Paths, times, sizes and versions are put in the place of this machine's own, the lines of one step stand
# together, and what rustup and cargo say in no order of its own is left out. Ends with 3 and a line that says why where it cannot be run.
set -euo pipefail
build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
fixture=$source/build/fixture
target=aarch64-unknown-linux-gnu

cannot() {
	echo "cannot make the transcript: $1" >&2
	exit 3
}

# ---- what is run, in the project, with a rustup of its own --------------------------------------

# run COMMAND...: as a person typed it, and what it said.
run() {
	printf '\n```\n$ %s\n' "$*"
	"$@" 2>&1 || true
	printf '```\n'
}

session() {
	cat <<-'TEXT'
		# The first target

		A new project, made by `cargo new hello`, is to run on an ARM64 board. The machine has rustup and
		Debian's `gcc-aarch64-linux-gnu` and `qemu-user-static`; Rust's standard library for the board is
		not here yet. This is what was typed and what was printed.

		What would be done:
	TEXT
	run xtui setup $target --dry-run
	# shellcheck disable=SC2016 # the backticks are Markdown's
	printf '\nNothing was touched so far. To do it, without `--yes` after a question:\n'
	run xtui setup $target --yes
	printf '\nThe last step compiled, linked and ran a small program. Now the real one:\n'
	run xtui build -t $target
	run xtui run -t $target
	printf '\nCargo alone can do it from now on, too:\n'
	run cargo build --quiet --release --target $target
	printf '\nAll edits of files can be put back:\n'
	run xtui setup --undo
	run xtui setup --undo 1 --yes
	run xtui setup --undo
}

# ---- the same on every machine ------------------------------------------------------------------

# The lines of one step, which begin with [N/M], together in the order of the steps.
by_step() {
	awk '
		function flush(  i, n) {
			for (n = 1; n <= 99; n++) for (i = 0; i < count; i++) if (step[i] == n) print kept[i]
			count = 0
		}
		/^\[[0-9]+\/[0-9]+\] / { split(substr($0, 2), part, "/"); step[count] = part[1]; kept[count++] = $0; next }
		{ flush(); print }
		END { flush() }'
}
neutral() {
	sed -E -e "s|$work/home|/home/ada|g; s|$work/own/|/home/ada/.|g; s|$work/bin|/usr/bin|g" \
		-e '/^\[[0-9/]+\] \| ([^$]|$)/d; / \|     Finished /d' \
		-e 's/^Machine: .*/Machine: Debian GNU\/Linux, apt, root/' \
		-e 's/[0-9]+\.[0-9]+ s\b/1.0 s/g; s/in [0-9]+\.[0-9]+s/in 1.0s/g' \
		-e 's/bin [0-9.]+ [kM]B/bin 583 kB/; s/[0-9.]+ (of [0-9]+ )?[kM]B to fetch/20 MB to fetch/g' \
		-e 's/glibc >= 2\.[0-9]+/glibc >= 2.34/g' \
		-e 's/20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}/2026-01-31 12:00/g; s/20[0-9]{6}-[0-9]{6}/20260131-120000/g'
}

if [ "${2:-}" = --session ]; then
	rustup --quiet target remove $target >/dev/null 2>&1 || true
	session
	exit
fi

[ -d "$fixture/rustup/home" ] || cannot "no rustup below build/fixture"
for program in aarch64-linux-gnu-gcc qemu-aarch64-static python3; do
	command -v "$program" >/dev/null || cannot "no $program"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/home/hello/src" "$work/bin"
printf '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n' >"$work/home/hello/Cargo.toml"
printf 'fn main() {\n    println!("Hello, world!");\n}\n' >"$work/home/hello/src/main.rs"
for program in bash sh env cat rm mkdir sed awk dirname cc gcc as ld ar python3 kill apt-get \
	aarch64-linux-gnu-gcc aarch64-linux-gnu-ar qemu-aarch64-static; do
	path=$(type -P "$program") && ln -s "$path" "$work/bin/$program"
done
ln -s "$build/xtui" "$work/bin/xtui"
cp "$build/xtui-rustc" "$work/bin/xtui-rustc"
cd "$work/home/hello"
env -i PATH="$PATH" HOME="$work/home" LC_ALL=C.UTF-8 sh "$source/tests/fixture/own_rustup.sh" "$fixture" "$work/own" \
	env PATH="$work/own/cargo/bin:$work/bin" bash "$source/tests/transcript.sh" "$build" --session >"$work/said"
by_step <"$work/said" | neutral
