/* fuzz_demangle: any symbol is demangled without harm, within bounds; what a crate's name is said to be
 * stands in the symbol. */
#include <string.h>
#include "artifact/demangle.h"
#include "tests/fuzz/require.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size }, crate;
	char *symbol = span_dup(text);
	struct str out = STR_INIT, bare = STR_INIT;
	bool is = demangle(symbol, DEMANGLE_ARGS, &out);

	require(is || !out.len, "something was left of a name that is none");
	require(out.len <= DEMANGLE_MAX + strlen(symbol) * 4, "a name beyond all bounds");
	if (is)
		require(demangle(symbol, DEMANGLE_NO_ARGS, &bare), "a name only with arguments");
	crate = demangle_crate(symbol);
	require(!crate.len ||
			(crate.data >= symbol && crate.data + crate.len <= symbol + strlen(symbol)),
		"a crate that is not in the symbol");
	str_fini(&out);
	str_fini(&bare);
	free(symbol);
	return 0;
}
