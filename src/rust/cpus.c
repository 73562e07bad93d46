/* cpus: a cache file is what rustc printed. */
#include "rust/cpus.h"

#include <stdlib.h>
#include "base/str.h"
#include "base/vec.h"
#include "io/file.h"
#include "io/proc.h"
#include "rust/rustcache.h"
#include "rust/toolchain.h"

#define ANSWER_MAX (1u << 20)
#define TIMEOUT_MS 20000

static char *
cache_path(const struct toolchain *tc, const char *triple)
{
	struct str name = STR_INIT;
	char *path;

	str_appendf(&name, "%s %s", tc->commit, triple);
	path = rustcache_path("cpus", name.data);
	str_fini(&name);
	return path;
}

static bool
ask_rustc(const struct toolchain *tc, const char *triple, struct str *answer)
{
	const char *const argv[] = { tc->rustc, "--print", "target-cpus", "--target", triple,
		NULL };
	struct proc_env env[TOOLCHAIN_ENV_MAX];
	struct proc_spec spec = {
		.argv = argv, .env = env, .env_count = toolchain_env(tc, env, 0)
	};
	struct proc_result result = { 0 };
	bool ok = proc_capture(&spec, ANSWER_MAX, TIMEOUT_MS, &result, NULL) &&
		result.end.exit_code == 0;

	if (ok)
		str_append_span(answer, str_span(&result.out));
	proc_result_fini(&result);
	return ok;
}

/* "    x86-64-v3", "    native   - Select the CPU of the current host (currently znver3)." */
static const char *const *
read_names(struct span text, struct arena *arena, size_t *count)
{
	VEC(const char *) names = VEC_INIT;
	const char **kept;

	while (text.len) {
		struct span line = span_cut(text, '\n', &text), rest;

		if (!span_starts(line, "    "))
			continue;
		line = span_cut(span_trim(line), ' ', &rest);
		if (line.len)
			vec_push(&names, arena_span(arena, line));
	}
	kept = arena_array(arena, const char *, names.len + 1);
	if (names.len)
		memcpy(kept, names.items, names.len * sizeof(*kept));
	*count = names.len;
	vec_fini(&names);
	return kept;
}

const char *const *
cpus_list(const struct toolchain *tc, const char *triple, bool quick, struct arena *arena,
	size_t *count)
{
	char *path = tc->commit ? cache_path(tc, triple) : NULL;
	const char *const *names = NULL;
	struct str text = STR_INIT;
	bool ok = path && file_read(path, &text, NULL);

	*count = 0;
	if (!ok && !quick && (ok = ask_rustc(tc, triple, &text)) && path)
		file_write(path, str_span(&text), NULL); /* without it rustc is asked again */
	if (ok)
		names = read_names(str_span(&text), arena, count);
	str_fini(&text);
	free(path);
	return names;
}
