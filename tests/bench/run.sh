#!/bin/bash
# run.sh BUILD: the table of figures, for a person to read; nothing passes or fails here.
#
#   REPEATS=N   of what takes long (5); short things are done three times as often
#   ONLY=WORDS  of first_frame group variants flood open inspect sizes small_files hints idle:
#               these alone
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
	row "key to paint, p50 / p99" "$(median p50_ms "$work/keys") / $(median p99_ms "$work/keys") ms" - - "≤ 1 ms" \
		"ptylat -k j -K k -n 200 -w 'all keys' -- xtui"
	row "wake-ups in 10 s of idleness" "$(median wakeups "$work/keys")" - - 0 \
		"ptylat -i 10 -w 'all keys' -- xtui"
	row "peak memory, list of targets" "$(median peak_kib "$work/keys") KiB" - - - \
		"ptylat -w 'all keys' -- xtui"
}

# --- builds against plain cargo -------------------------------------------------------------------

targets=(x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-unknown-linux-musl)

# A workspace that takes some seconds: crates that build on each other, each of many small functions.
make_workspace() {
	local i f
	mkdir -p "$work/larger/src"
	{
		printf '[workspace]\nmembers = ["part1", "part2", "part3", "part4"]\n[package]\nname = "larger"\nversion = "1.0.0"\nedition = "2021"\n'
		printf '[dependencies]\n'
		for i in 1 2 3 4; do printf 'part%d = { path = "part%d" }\n' "$i" "$i"; done
	} >"$work/larger/Cargo.toml"
	for i in 1 2 3 4; do
		mkdir -p "$work/larger/part$i/src"
		printf '[package]\nname = "part%d"\nversion = "1.0.0"\nedition = "2021"\n' "$i" >"$work/larger/part$i/Cargo.toml"
		for ((f = 0; f < 40; f++)); do
			printf 'pub fn f%d(words: &[String]) -> String { words.iter().map(|w| format!("{}-%d-{}", w, w.len() * %d)).rev().collect::<Vec<_>>().join("+") }\n' $f $f $f
		done >"$work/larger/part$i/src/lib.rs"
	done
	printf 'fn main() { let words: Vec<String> = std::env::args().collect(); println!("{}", part1::f1(&words).len() + part4::f7(&words).len()); }\n' >"$work/larger/src/main.rs"
}

build_once() { # cargo|xtui FILE
	rm -rf target
	case $1 in
	cargo) timed "$2" cargo build --release --keep-going "${targets[@]/#/--target=}" ;;
	xtui) timed "$2" xtui build "${targets[@]/#/--target=}" ;;
	esac
}

# against_cargo NAME WHAT: in turns, in the workspace at hand
against_cargo() {
	local tool
	for tool in cargo xtui; do # warms the page cache, and shows whether it can be done at all
		if ! build_once $tool "$work/warm"; then
			skip "$2" "$tool does not build them: $(tail -1 "$work/last")"
			return
		fi
	done
	for ((i = 0; i < repeats; i++)); do
		build_once cargo "$work/$1.cargo"
		build_once xtui "$work/$1.xtui"
	done
	row "$2" "$(median ms "$work/$1.xtui") ms" "cargo $(median ms "$work/$1.cargo") ms" \
		"$(ratio "$(median ms "$work/$1.xtui")" "$(median ms "$work/$1.cargo")")" "≤ 1.02" \
		"xtui build -t A -t B -t C; cargo build --release --keep-going --target A --target B --target C"
}

has_toolchains() {
	[ -x "$fixture/rustc" ] || skip "$1" "no build/fixture (make fixtures)"
	[ -x "$fixture/rustc" ]
}

group() {
	has_toolchains "builds of three targets" || return 0
	against_cargo small "three targets of examples/greet from nothing"
	make_workspace
	(cd "$work/larger" && cargo generate-lockfile --offline >"$work/last" 2>&1) || true
	cd "$work/larger"
	against_cargo larger "three targets of a workspace of some seconds"
	cd "$work/greet"
}

# --- groups side by side --------------------------------------------------------------------------

# Variants that the standard libraries of the fixture can be linked for: only the host's has what LTO
# and panic = "abort" need.
pair=(-t x86_64-unknown-linux-gnu -t x86_64-unknown-linux-musl)
three=(-t x86_64-unknown-linux-gnu --preset default --preset small --preset fast)

one_after_the_other() {
	xtui build "${pair[@]}" --preset default && xtui build "${pair[@]}" --preset debuggable
}

# cpu_use COMMAND...: CPU seconds of it and its children for each second that it takes, of those in use
cpu_use() {
	local TIMEFORMAT='%R %U %S'
	{ time "$@" >"$work/last" 2>&1; } 2>&1 | tail -1 | awk '{ if ($1 > 0) printf "{\"cpus\":%.2f}\n", ($2 + $3) / $1 }'
}

variants() {
	has_toolchains "groups side by side" || return 0
	[ -d "$work/larger" ] || make_workspace
	cd "$work/larger"
	if ! xtui build "${pair[@]}" --preset default --preset debuggable >"$work/last" 2>&1; then
		skip "groups side by side" "$(tail -1 "$work/last")"
		cd "$work/greet"
		return
	fi
	for ((i = 0; i < repeats; i++)); do
		rm -rf target
		timed "$work/variants.turns" one_after_the_other
		rm -rf target
		timed "$work/variants.beside" xtui build "${pair[@]}" --preset default --preset debuggable
		rm -rf target
		cpu_use xtui build "${three[@]}" -j 1 >>"$work/cpus"
	done
	row "2 variants × 2 targets, side by side" "$(median ms "$work/variants.beside") ms" \
		"one after the other $(median ms "$work/variants.turns") ms" \
		"$(ratio "$(median ms "$work/variants.beside")" "$(median ms "$work/variants.turns")")" "≤ 0.9, never > 1.03" \
		"xtui build -t A -t B --preset default --preset debuggable; the same, a preset at a time"
	row "CPUs in use, 3 groups, -j 1" "$(median cpus "$work/cpus")" "1" \
		"$(ratio "$(median cpus "$work/cpus")" 1)" "≤ 1.05" \
		"xtui build -t A -j 1 --preset default --preset small --preset fast"
	cd "$work/greet"
}

# --- a flood --------------------------------------------------------------------------------------

panes() {
	XTUI_BENCH_EXIT=1 ptylat -s 50x200 -e -- xtui bench-panes 4 -- emit 250000 pane
}

peer_tmux() {
	ptylat -s 50x200 -e -- tmux -L "xtui-bench-$$" -f /dev/null new-session 'emit 250000 a' \; \
		split-window 'emit 250000 b' \; split-window -h 'emit 250000 c' \; select-pane -t 0 \; \
		split-window -h 'emit 250000 d'
}

peer_multitail() { # it stays, with nothing but its help, when all have ended
	ptylat -s 50x200 -w 'For help at any time' -- multitail -l 'emit 250000 a' -l 'emit 250000 b' \
		-l 'emit 250000 c' -l 'emit 250000 d' | sed 's/"ended_ms":null/"ended_ms":null,"was":0/; s/"ready_ms":\([0-9.]*\),"ended_ms":null/"ended_ms":\1/'
}

peer_mprocs() {
	local x
	{
		printf 'procs:\n'
		for x in a b c d; do printf '  %s: {cmd: [emit, "250000", %s]}\n' $x $x; done
		printf 'on_all_finished: {c: quit}\n'
	} >"$work/mprocs.yaml"
	ptylat -s 50x200 -e -- mprocs -c "$work/mprocs.yaml"
}

peer_turbo() (
	local x
	mkdir -p "$work/turbo" && cd "$work/turbo"
	printf '{"name":"bench","private":true,"packageManager":"npm@11.0.0","workspaces":["p/*"]}' >package.json
	printf '{"name":"bench","lockfileVersion":3,"packages":{}}' >package-lock.json
	printf '{"tasks":{"build":{"cache":false}}}' >turbo.json
	for x in a b c d; do
		mkdir -p p/$x
		printf '{"name":"%s","version":"1.0.0","scripts":{"build":"emit 250000 %s"}}' $x $x >p/$x/package.json
	done
	TURBO_TELEMETRY_DISABLED=1 ptylat -s 50x200 -e -- turbo run build --no-daemon --ui=tui
)

# peer NAME: once; it takes long
peer() {
	if ! command -v "$1" >"$work/last"; then
		skip "flood through $1" "not installed"
	elif ! timeout 120 bash -c : || ! "peer_$1" >"$work/peer" || [ "$(median ended_ms "$work/peer")" = - ]; then
		skip "flood through $1" "it did not come to its end"
	else
		row "the same through $1" "$(median ended_ms "$work/peer") ms" \
			"bare read $(median ended_ms "$work/drain") ms" \
			"$(ratio "$(median ended_ms "$work/peer")" "$(median ended_ms "$work/drain")")" - \
			"$1; client's memory $(most peak_kib "$work/peer") KiB"
	fi
}

per_second() { # NAME FILE: of the figure, over the time it took
	awk -v n="$(median "$1" "$2")" -v ms="$(median ended_ms "$2")" 'BEGIN { printf "%.0f", n * 1000 / ms }'
}

flood() {
	local name
	drain 4 emit 250000 pane >"$work/last"
	panes >"$work/panes" || true
	if [ "$(median ended_ms "$work/panes")" = - ]; then
		skip "flood through four panes" "xtui bench-panes did not come to its end"
		return
	fi
	rm -f "$work/panes"
	for ((i = 0; i < repeats; i++)); do
		drain 4 emit 250000 pane >>"$work/drain"
		panes >>"$work/panes"
	done
	row "1 M lines of 89 B through four panes, 200×50" "$(median ended_ms "$work/panes") ms" \
		"bare read $(median ended_ms "$work/drain") ms" \
		"$(ratio "$(median ended_ms "$work/panes")" "$(median ended_ms "$work/drain")")" "≤ 2.5" \
		"XTUI_BENCH_EXIT=1 ptylat -s 50x200 -e -- xtui bench-panes 4 -- emit 250000 pane; drain 4 emit 250000 pane"
	row "peak memory of that" "$(most peak_kib "$work/panes") KiB" - - "≤ 25600 KiB" "the same"
	for name in tmux multitail mprocs turbo; do peer $name; done
	flood_on_screen
}

# A flood that takes some seconds: what goes to the terminal, and how long a key waits meanwhile.
flood_on_screen() {
	XTUI_BENCH_EXIT=1 ptylat -s 50x200 -e -- xtui bench-panes 4 -- emit 1500000 pane >"$work/long" || true
	row "frames a second in a flood, 200×50" "$(per_second frames "$work/long")" - - "≤ 30" \
		"XTUI_BENCH_EXIT=1 ptylat -s 50x200 -e -- xtui bench-panes 4 -- emit 1500000 pane"
	row "bytes a second to the terminal in that" "$(per_second out_bytes "$work/long")" - - "≤ 60000" "the same"
	rm -rf "$XDG_STATE_HOME"/xtui/logs
	ptylat -s 50x200 -w 'all keys' -f -k '/' -K '\r' -a 49,0,49,20 -n 200 -q 'qy' -- \
		xtui bench-panes 4 -- emit 100000000 pane >"$work/keys" || true
	row "key to paint in a flood, p50 / p99" "$(median p50_ms "$work/keys") / $(median p99_ms "$work/keys") ms" \
		- - "≤ 4 ms" "ptylat -s 50x200 -f -k / -K Enter -a 49,0,49,20 -w 'all keys' -- xtui bench-panes 4 -- emit 100000000 pane"
	rm -rf "$XDG_STATE_HOME"/xtui/logs
	if command -v tmux >"$work/last"; then
		ptylat -s 50x200 -w '[0] 0:' -f -k '\002:' -K '\r' -a 49,0,49,20 -n 200 -q '\002:kill-server\r' -- \
			tmux -L "xtui-bench-$$" -f /dev/null new-session 'emit 100000000 a' \; split-window 'emit 100000000 b' \; \
			split-window -h 'emit 100000000 c' \; select-pane -t 0 \; split-window -h 'emit 100000000 d' >"$work/keys" || true
		tmux -L "xtui-bench-$$" kill-server 2>"$work/last" || true
		row "the same in tmux" "$(median p50_ms "$work/keys") / $(median p99_ms "$work/keys") ms" - - - \
			"ptylat -f -k 'C-b :' -K Enter -- tmux, four panes of emit"
	fi
}

# --- a large log ----------------------------------------------------------------------------------

open() {
	emit 2250000 pane | openlog write "$work/large.log"
	for ((i = 0; i < repeats * 3; i++)); do openlog read "$work/large.log" >>"$work/open"; done
	for ((i = 0; i < repeats; i++)); do timed "$work/wc" wc -l "$work/large.log"; done
	row "200 MB log opened again, last page read" "$(median ms "$work/open") ms" \
		"wc -l $(median ms "$work/wc") ms" "$(ratio "$(median ms "$work/open")" "$(median ms "$work/wc")")" \
		"≤ 50 ms" "emit 2250000 pane | openlog write FILE; openlog read FILE"
	rm -f "$work/large.log"*
}

# --- a built file ---------------------------------------------------------------------------------

inspect() {
	local file
	file=$(find /usr/lib "${RUSTUP_HOME:-$HOME/.rustup}/toolchains" -maxdepth 3 -name 'librustc_driver*.so' 2>"$work/last" | head -n 1) || true
	if [ -z "$file" ] || ! command -v readelf >"$work/last"; then
		skipped+=("inspect of a large file: no rustc's own library, or no readelf")
		return
	fi
	for ((i = 0; i < repeats * 3; i++)); do timed "$work/inspect" xtui inspect "$file"; done
	for ((i = 0; i < repeats * 3; i++)); do timed "$work/readelf" readelf -Wd --version-info "$file"; done
	row "card of a shared library of $(($(stat -Lc %s "$file") / 1000000)) MB" "$(median ms "$work/inspect") ms" \
		"readelf $(median ms "$work/readelf") ms" \
		"$(ratio "$(median ms "$work/inspect")" "$(median ms "$work/readelf")")" "≤ 30 ms, ≤ 1.0" \
		"xtui inspect librustc_driver.so; readelf -Wd --version-info"
}

# most_memory COMMAND...: MiB that it took at the most, "-" without python3
most_memory() {
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)' "$@" 2>"$work/last" || echo -
}

# a library of 130 MB: 300,000 functions of 200 crates
many_symbols() {
	awk 'BEGIN { for (i = 0; i < 300000; i++) {
		crate = "c" i % 200
		name = sprintf("_RINvNtC%d%s3mod7f%06dhE", length(crate), crate, i)
		printf ".globl \"%s\"\n.type \"%s\",%%function\n\"%s\":\n.zero 320\n.size \"%s\",320\n", name, name, name, name
	} }' | as -o "$work/many.o" - && ld -shared -o "$work/many.so" "$work/many.o"
}

sizes() {
	if ! command -v as >"$work/last" || ! many_symbols 2>"$work/last"; then
		skipped+=("what makes a large file big: no as or ld")
		return
	fi
	for ((i = 0; i < repeats; i++)); do timed "$work/sizes" xtui inspect --sizes "$work/many.so"; done
	for ((i = 0; i < repeats; i++)); do timed "$work/nm" nm --size-sort "$work/many.so"; done
	row "what makes a library of $(($(stat -c %s "$work/many.so") / 1000000)) MB with 300,000 symbols big" \
		"$(median ms "$work/sizes") ms, $(most_memory xtui inspect --sizes "$work/many.so") MiB" \
		"nm $(median ms "$work/nm") ms" "$(ratio "$(median ms "$work/sizes")" "$(median ms "$work/nm")")" \
		"≤ 1000 ms, ≤ 64 MiB" "xtui inspect --sizes FILE; nm --size-sort FILE"
	rm -f "$work/many."*
}

small_files() {
	local count
	find /usr/bin /usr/lib -type f -size -100k -exec sh -c \
		'for f; do [ "$(head -c 4 "$f" | tail -c 3)" = ELF ] && echo "$f"; done' sh {} + 2>"$work/last" |
		head -n 1000 >"$work/small" || true
	count=$(wc -l <"$work/small")
	if [ "$count" -lt 100 ]; then
		skipped+=("cards of small files: there are only $count")
		return
	fi
	for ((i = 0; i < repeats; i++)); do timed "$work/cards" xargs xtui inspect <"$work/small"; done
	row "cards of $count programs and libraries below 100 kB" \
		"$(awk -v n="$count" -v ms="$(median ms "$work/cards")" 'BEGIN { print int(n * 1000 / ms) }') a second" \
		"-" "-" "≥ 1000 a second" "xtui inspect FILE..."
}

# --- hints of a log -------------------------------------------------------------------------------

# mb_a_second FILE MB: by the median of the times in FILE, without those of an empty log
mb_a_second() {
	awk -v ms="$(median ms "$1")" -v start="$(median ms "$work/hints.start")" -v mb="$2" \
		'BEGIN { printf "%.0f", mb * 1000 / (ms > start ? ms - start : 1) }'
}

explain_log() {
	xtui explain "$1" || [ $? = 1 ] # no cause is known for it
}

# hints_row WHAT GOAL MB LINE: a log of MB that is this line again and again
hints_row() {
	local i
	yes "$4" | head -c "$3"000000 >"$work/log" || true
	rm -f "$work/hints"
	for ((i = 0; i < repeats * 3; i++)); do timed "$work/hints" explain_log "$work/log"; done
	row "hints of a log of $1" "$(mb_a_second "$work/hints" "$3") MB/s" - - "$2" "xtui explain FILE of $3 MB"
}

hints() {
	local i peak
	for ((i = 0; i < repeats * 3; i++)); do timed "$work/hints.start" explain_log /dev/null; done
	hints_row "plain lines" "≥ 400 MB/s" 200 "   Compiling serde_derive v1.0.200 (/home/ada/project/crates/serde_derive)"
	hints_row "linker errors" "≥ 150 MB/s" 50 \
		"/usr/bin/ld: /w/target/debug/deps/greet.o: in function \`main': undefined reference to \`greet_init'"
	hints_row "lines that hold every text that rules look for" "≥ 20 MB/s" 5 \
		"$(cat "$root"/tests/fixture/logs/*/*.log | tr -d '{}' | tr '\n\r' '  ' | head -c 100000)"
	yes "   Compiling serde v1.0.200 (/home/ada/project/crates/serde)" | head -c 1000000000 >"$work/log" || true
	peak=$(/usr/bin/time -f %M xtui explain "$work/log" 2>&1 >"$work/last" | tail -n 1) || true
	row "peak memory, hints of a log of 1 GB" "$((peak / 1024)) MiB" - - "≤ 32 MiB" "/usr/bin/time -f %M xtui explain FILE"
	rm -f "$work/log"
}

# --- quiet jobs -----------------------------------------------------------------------------------

idle() {
	ptylat -s 50x200 -i 10 -w 'all keys' -q 'qy' -- xtui bench-panes 4 -- sleep 60 >"$work/quiet" || true
	row "wake-ups a second with 4 quiet jobs" \
		"$(awk -v n="$(median wakeups "$work/quiet")" 'BEGIN { print n / 10 }')" - - "≤ 4" \
		"ptylat -i 10 -w 'all keys' -- xtui bench-panes 4 -- sleep 60"
}

# --------------------------------------------------------------------------------------------------

echo "$(nproc) CPUs, $(uname -sr), $(rustc -V 2>/dev/null || echo no rustc), xtui $(git -C "$root" rev-parse --short HEAD)"
echo
echo "| what | xtui | against | ratio | goal | command |"
echo "|---|---|---|---|---|---|"
for part in ${ONLY:-first_frame group variants flood open inspect sizes small_files hints idle}; do $part; done
for reason in "${skipped[@]}"; do echo "skipped: $reason"; done
