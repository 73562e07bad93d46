/* profile_effect: what each value of an option does, in one line. Of what is not listed the option's own line
 * has to do. */
#include "base/count.h"
#include "base/str.h"
#include "rust/profile.h"

/* clang-format off */
static const struct {
	const char *key, *value, *text;
} effects[] = {
	{ "opt-level", "0", "nothing is optimised: compiles fastest, runs many times slower" },
	{ "opt-level", "1", "a little is optimised: compiles fast, runs at perhaps half the speed" },
	{ "opt-level", "2", "nearly all is optimised: a little smaller than 3, hardly slower" },
	{ "opt-level", "3", "all is optimised for speed: the largest code, the longest to compile" },
	{ "opt-level", "\"s\"", "smaller code, mostly a few percent slower than 3" },
	{ "opt-level", "\"z\"", "smallest code, no loops are vectorised: can be much slower than s" },
	{ "lto", "false", "across the parts of one crate only: links fast" },
	{ "lto", "\"off\"", "not even across the parts of one crate: links fastest" },
	{ "lto", "\"thin\"", "across all crates, in parallel: most of what fat brings, far sooner" },
	{ "lto", "\"fat\"", "all crates as one: smallest and fastest; the link is slow and takes much memory" },
	{ "codegen-units", "1", "a crate is compiled as a whole: smaller and faster code, on one CPU" },
	{ "panic", "\"unwind\"", "a panic can be caught, and runs destructors on its way" },
	{ "panic", "\"abort\"", "a panic ends the program at once; nothing can catch it, code is smaller" },
	{ "panic", "\"immediate-abort\"", "a panic ends the program without even a message: smallest" },
	{ "strip", "\"none\"", "names stay: backtraces and profilers can show them" },
	{ "strip", "\"debuginfo\"", "names stay, lines and variables go: backtraces without line numbers" },
	{ "strip", "\"symbols\"", "names go too: the smallest file, backtraces show addresses only" },
	{ "debug", "0", "no debug info: backtraces have names, but no lines" },
	{ "debug", "\"line-directives-only\"", "as little as profilers need to find lines" },
	{ "debug", "\"line-tables-only\"", "backtraces with file and line; nothing to see variables with" },
	{ "debug", "1", "functions and lines, no variables: a larger file" },
	{ "debug", "2", "all that a debugger can want: the file is several times as large" },
	{ "split-debuginfo", "\"off\"", "debug info, where there is any, is in the program itself" },
	{ "split-debuginfo", "\"packed\"", "debug info goes into one file beside the program: .dwp, .dSYM, .pdb" },
	{ "split-debuginfo", "\"unpacked\"", "debug info stays in object files of the target folder: links fast" },
	{ "debug-assertions", "true", "debug_assert! is checked: finds mistakes, runs slower" },
	{ "debug-assertions", "false", "debug_assert! is left out" },
	{ "overflow-checks", "true", "arithmetic that overflows panics: safer, a little slower" },
	{ "overflow-checks", "false", "arithmetic that overflows wraps around, unseen" },
	{ "incremental", "true", "building again is faster; takes disk space and some optimisation" },
	{ "incremental", "false", "every crate that changed is compiled as a whole" },
	{ "rpath", "true", "the program holds the folders in which its Rust libraries were found" },
	{ "rpath", "false", "no folders of this machine are in the program" },
	{ "trim-paths", "\"all\"", "no path of this machine is in the program or its debug info" },
	{ "trim-paths", "\"none\"", "paths of this machine are in panics and debug info" },
	{ "codegen-backend", "\"cranelift\"", "compiles fast, runs slower: for development" },
};
/* clang-format on */

const char *
profile_effect(const struct profile_option *option, const char *value)
{
	for (size_t i = 0; i < COUNT(effects); i++) {
		if (text_is(effects[i].key, option->key) && text_is(effects[i].value, value))
			return effects[i].text;
	}
	return option->effect;
}
