/* fuzz_message: any line that cargo or rustc may print is read without harm; what is read out of it
 * lies within it. */
#include <string.h>
#include "rust/message.h"
#include "tests/fuzz/require.h"

static bool
is_within(struct span part, struct span whole)
{
	return part.len == 0 ||
		(part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

static void
try_bar(struct span line)
{
	struct span crates = { NULL, 0 };
	int done = -1, total = -1;

	if (!message_parse_bar(line, &done, &total, &crates))
		return;
	require(done >= 0 && total >= 0, "a bar of less than nothing");
	require(is_within(crates, line), "the bar's crates are not on its line");
	require(message_parse_bar(line, &done, &total, NULL), "a bar only with its crates");
}

static void
try_package(const char *id)
{
	struct package_parts parts;

	if (!message_package_parts(id, &parts))
		return;
	require(parts.name.len > 0, "a package without a name");
	require(is_within(parts.name, span_of(id)), "the name is not in the id");
	require(is_within(parts.version, span_of(id)), "the version is not in the id");
	require(is_within(parts.source, span_of(id)), "the source is not in the id");
}

static void
touch(const char *text)
{
	require(!text || strlen(text) < SIZE_MAX, "no end of a text");
}

static void
try_message(struct span line)
{
	static const char *const dirs[] = { "/p/target", "/p/build/", NULL };
	static const char *const triples[] = { "aarch64-unknown-linux-gnu",
		"x86_64-pc-windows-gnu" };
	struct message m;
	int triple;

	message_parse(line, &m);
	const char *const texts[] = { m.package_id, m.crate, m.crate_kind, m.crate_type, m.level,
		m.text, m.rendered, m.code, m.file, m.linker_output, m.opt_level, m.out_dir,
		m.executable };
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		touch(texts[i]);
	for (size_t i = 0; i < message_file_count(&m); i++)
		touch(message_file(&m, i));
	triple = message_triple(&m, dirs, triples, 2);
	require(triple >= -1 && triple < 2, "a triple that was not asked for");
	require(m.kind != MESSAGE_DIAGNOSTIC || (m.level && m.text), "a diagnostic of no words");
	message_is_summary(&m);
	if (m.package_id)
		try_package(m.package_id);
	message_fini(&m);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span line = { (const char *)data, size };
	char *id = span_dup(line);

	try_message(line);
	try_bar(line);
	try_package(id);
	free(id);
	return 0;
}
