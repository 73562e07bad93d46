#!/bin/bash
# run.sh BUILD: the table of figures, for a person to read; nothing passes or fails here.
#
#   REPEATS=N   of what takes long (5); short things are done three times as often
#
# What is compared runs in turns, in the same minutes on the same machine; medians are shown, and
# every row has its command. What cannot run here is named with the reason.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "${1:-build}" && pwd)
fixture=$root/build/fixture/system/bin
repeats=${REPEATS:-5}
bench=$build/bench
work=$(mktemp -d)
skipped=()
trap 'rm -rf "$work"' EXIT

export LC_ALL=C.UTF-8 COLORTERM=truecolor
export XDG_CONFIG_HOME=$work/config XDG_DATA_HOME=$work/data XDG_STATE_HOME=$work/state XDG_CACHE_HOME=$work/cache
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
unset NO_COLOR TMUX CARGO_TARGET_DIR CARGO_BUILD_TARGET RUSTFLAGS RUSTC_WRAPPER
if [ -x "$fixture/rustc" ]; then
	export PATH=$build:$bench:$fixture:$PATH RUSTC=$fixture/rustc
else
	export PATH=$build:$bench:$PATH
fi
cp -r "$root/examples/greet" "$work/greet"
cd "$work/greet"

# field NAME FILE: the numbers of that name in a file of JSON lines
field() {
	sed -n "s/.*\"$1\":\(-\{0,1\}[0-9.]*\)[,}].*/\1/p" "$2"
}

# median NAME FILE; "-" when there is none
median() {
	field "$1" "$2" | sort -n | awk '{ v[NR] = $1 }
		END { if (!NR) print "-"; else print int(50 * (v[int((NR + 1) / 2)] + v[int(NR / 2 + 1)]) + 0.5) / 100 }'
}

most() {
	field "$1" "$2" | sort -n | tail -1
}

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else print "-" }'
}

# row WHAT FIGURE AGAINST RATIO GOAL COMMAND
row() {
	printf "| %s | %s | %s | %s | %s | \`%s\` |\n" "$@"
}

skip() {
	skipped+=("$1: $2")
}

# timed FILE COMMAND...: appends {"ms":N}; what it prints goes to $work/last
timed() {
	local file=$1 began ended
	shift
	began=$(date +%s%N)
	"$@" >"$work/last" 2>&1 || return 1
	ended=$(date +%s%N)
	printf '{"ms":%d}\n' $(((ended - began) / 1000000)) >>"$file"
}

# --- start, keys, idleness ------------------------------------------------------------------------

start_xtui() {
	ptylat "$@" -w 'all keys' -- xtui
}

start_tmux() {
	ptylat -w '[0] 0:' -q 'exit\r' -- tmux -L "xtui-bench-$$" -f /dev/null new-session sh
}

start_tig() {
	(cd "$root" && ptylat -w '[main]' -- tig)
}

first_frame() {
	local peer peers=() against=''
	for peer in tmux tig; do
		if command -v $peer >"$work/last"; then peers+=("$peer"); else skip "first frame of $peer" "not installed"; fi
	done
	if ! start_xtui >"$work/last"; then # it warms the caches, too
		skip "first frame, keys, idleness" "xtui showed no frame in a workspace"
		return
	fi
	for ((i = 0; i < repeats * 3; i++)); do
		start_xtui >>"$work/start.xtui"
		for peer in "${peers[@]}"; do "start_$peer" >>"$work/start.$peer" || true; done
	done
	for peer in "${peers[@]}"; do against+="$peer $(median ready_ms "$work/start.$peer") ms "; done
	row "first full frame, warm" "$(median ready_ms "$work/start.xtui") ms" "${against:--}" - "≤ 10 ms" \
		"ptylat -w 'all keys' -- xtui"
	keys_and_idleness
}

keys_and_idleness() {
	start_xtui -k j -K k -n 200 -i 10 >"$work/keys" || true
	row "key to paint, p50 / p99" "$(median p50_ms "$work/keys") / $(median p99_ms "$work/keys") ms" - - - \
		"ptylat -k j -K k -n 200 -w 'all keys' -- xtui"
	row "wake-ups in 10 s of idleness" "$(median wakeups "$work/keys")" - - 0 \
		"ptylat -i 10 -w 'all keys' -- xtui"
	row "peak memory, list of targets" "$(median peak_kib "$work/keys") KiB" - - - \
		"ptylat -w 'all keys' -- xtui"
}

# --- one group of three targets -------------------------------------------------------------------

targets=(x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-unknown-linux-musl)

build_once() { # cargo|xtui
	rm -rf target
	case $1 in
	cargo) timed "$work/build.cargo" cargo build --release --keep-going "${targets[@]/#/--target=}" ;;
	xtui) timed "$work/build.xtui" xtui build "${targets[@]/#/--target=}" ;;
	esac
}

group() {
	local tool
	if [ ! -x "$fixture/rustc" ]; then
		skip "group of three targets" "no build/fixture (make fixtures)"
		return
	fi
	for tool in cargo xtui; do # warms the page cache, and shows whether it can be done at all
		if ! build_once $tool; then
			skip "group of three targets" "$tool does not build them: $(tail -1 "$work/last")"
			return
		fi
	done
	rm -f "$work"/build.*
	for ((i = 0; i < repeats; i++)); do
		build_once cargo
		build_once xtui
	done
	row "three targets of examples/greet from nothing" "$(median ms "$work/build.xtui") ms" \
		"cargo $(median ms "$work/build.cargo") ms" \
		"$(ratio "$(median ms "$work/build.xtui")" "$(median ms "$work/build.cargo")")" "≤ 1.02" \
		"xtui build -t A -t B -t C; cargo build --release --keep-going --target A --target B --target C"
}

# --- a flood --------------------------------------------------------------------------------------

panes() {
	XTUI_BENCH_EXIT=1 ptylat -s 50x200 -e -- xtui bench-panes 4 -- emit 250000 pane
}

flood() {
	drain 4 emit 250000 pane >"$work/last"
	panes >"$work/panes" || true
	if [ "$(median ended_ms "$work/panes")" = - ]; then
		skip "flood through four panes" "xtui bench-panes did not come to its end"
		return
	fi
	for ((i = 0; i < repeats; i++)); do
		drain 4 emit 250000 pane >>"$work/drain"
		panes >>"$work/panes"
	done
	row "1 M lines of 89 B through four panes, 200×50" "$(median ended_ms "$work/panes") ms" \
		"bare read $(median ended_ms "$work/drain") ms" \
		"$(ratio "$(median ended_ms "$work/panes")" "$(median ended_ms "$work/drain")")" "≤ 5" \
		"XTUI_BENCH_EXIT=1 ptylat -s 50x200 -e -- xtui bench-panes 4 -- emit 250000 pane; drain 4 emit 250000 pane"
	row "peak memory of that" "$(most peak_kib "$work/panes") KiB" - - - "the same"
	row "bytes written to the terminal by that" "$(median out_bytes "$work/panes")" \
		"$(median bytes "$work/drain") read" - - "the same"
}

# --------------------------------------------------------------------------------------------------

echo "$(nproc) CPUs, $(uname -sr), $(rustc -V 2>/dev/null || echo no rustc), xtui $(git -C "$root" rev-parse --short HEAD)"
echo
echo "| what | xtui | against | ratio | goal | command |"
echo "|---|---|---|---|---|---|"
first_frame
group
flood
for reason in "${skipped[@]}"; do echo "skipped: $reason"; done
