#!/bin/bash
# lint.sh: what a script can say about the code. One line of TAP per check; a tool that is not here is
# a skip by name.
set -u
n=0 passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
mapfile -t sources < <(git ls-files 'src/*.c' 'ui/*.c' 'shim/*.c')
mapfile -t c_files < <(git ls-files '*.c' '*.h')
mapfile -t scripts < <(git ls-files dev .ci/run '*.sh')
mapfile -t pythons < <(git ls-files '*.py')
mapfile -t pages < <(git ls-files 'man/*.[15]')
flags=$(make -s --no-print-directory print-flags)

# check NAME TOOL COMMAND...: TOOL "" means none is needed.
check() {
	local name=$1 tool=$2
	shift 2
	n=$((n + 1))
	if [ -n "$tool" ] && ! command -v "$tool" >/dev/null; then
		echo "ok $n - lint: $name # SKIP no $tool on this machine"
		skipped=$((skipped + 1))
	elif "$@" >"$log" 2>&1; then
		echo "ok $n - lint: $name"
		passed=$((passed + 1))
	else
		echo "not ok $n - lint: $name"
		tail -n 60 "$log" | sed 's/^/    /'
		failed=$((failed + 1))
	fi
}

both_compilers() {
	make --no-print-directory -j2 BUILD=build/lint-clang CC=clang all test-programs
}
tidy() {
	# shellcheck disable=SC2086 # flags are words
	printf '%s\n' "${sources[@]}" | xargs -P 2 -n 8 sh -c 'clang-tidy --quiet --warnings-as-errors="*" "$@" -- '"$(printf '%q ' $flags)" tidy
}
cppchecked() {
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability --inline-suppr -j2 \
		--suppress=missingIncludeSystem --suppress=unknownMacro --suppress=internalAstError \
		--suppress=nullPointerRedundantCheck --suppress=varFuncNullUB -I. -Isrc "${sources[@]}"
}
manual() {
	local page
	for page in "${pages[@]}"; do mandoc -T lint -W warning "$page" || return 1; done
}
whitespace() {
	! git grep -nIE '[[:blank:]]+$' -- '*.c' '*.h' '*.sh' '*.py' dev Makefile '*.toml' ':!tests/fixture/logs' ':!tests/corpus' ':!tests/golden'
}
generated() { bash tests/generated.sh; }

check "C files are formatted" clang-format clang-format --dry-run --Werror "${c_files[@]}"
check "layers hold" python3 python3 tests/layers.py
check "clang finds nothing to warn of" clang both_compilers
check "clang-tidy is content" clang-tidy tidy
check "cppcheck is content" cppcheck cppchecked
check "scripts are clean" shellcheck shellcheck "${scripts[@]}"
check "Python compiles" python3 python3 -c 'import ast, sys; [ast.parse(open(f).read(), f) for f in sys.argv[1:]]' "${pythons[@]}"
check "the manual is well formed" mandoc manual
check "generated texts are current" "" generated
check "no blanks at line ends" "" whitespace

echo "$passed $failed $skipped" >>"${XTUI_TALLY:-/dev/null}"
[ -n "${XTUI_TALLY:-}" ] || echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
