/* fuzz_keys: a name that is a key's is shown by a name of the same key. */
#include <string.h>
#include "base/utf8.h"
#include "tests/fuzz/require.h"
#include "ui/keys.h"

static bool
is_same_chord(const struct key_chord *a, const struct key_chord *b)
{
	return a->len == b->len && memcmp(a->keys, b->keys, sizeof(*a->keys) * (size_t)a->len) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = span_dup((struct span){ (const char *)data, size });
	struct key_chord chord, again;
	struct str shown = STR_INIT;

	if (key_parse(name, &chord)) {
		require(chord.len >= 1 && chord.len <= KEY_CHORD_MAX, "a chord of no keys");
		key_format(&chord, &shown);
		require(utf8_is_valid(shown.data, shown.len), "a name that is not UTF-8");
		require(key_parse(str_cstr(&shown), &again), "the shown name is no key's");
		require(is_same_chord(&chord, &again), "the shown name is another key's");
	}
	str_fini(&shown);
	free(name);
	return 0;
}
