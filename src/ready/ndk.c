#include "ready/ndk.h"

#include <stdlib.h>
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "text/version.h"

/* "Pkg.Revision = 26.1.10909125" of the kit's source.properties. */
static const char *
revision(struct arena *arena, const char *ndk)
{
	const char *path = arena_printf(arena, "%s/source.properties", ndk);
	struct str text = STR_INIT;
	struct span rest, line, key;
	const char *found = NULL;

	if (!file_read(path, &text, NULL))
		return NULL;
	for (rest = str_span(&text); rest.len && !found;) {
		line = span_cut(rest, '\n', &rest);
		key = span_trim(span_cut(line, '=', &line));
		if (span_is(key, "Pkg.Revision"))
			found = arena_span(arena, span_trim(line));
	}
	str_fini(&text);
	return found;
}

static const char *
newest(struct arena *arena, const char *sdk)
{
	const char *folder = arena_printf(arena, "%s/ndk", sdk), *best = NULL;
	char **names = NULL;
	size_t count = 0;

	file_list(folder, &names, &count, NULL);
	for (size_t i = 0; i < count; i++)
		if (!best || version_compare(names[i], best) > 0)
			best = names[i];
	best = best ? arena_printf(arena, "%s/%s", folder, best) : NULL;
	file_list_free(names, count);
	if (!best) {
		const char *bundle = arena_printf(arena, "%s/ndk-bundle", sdk);
		best = file_is_dir(bundle) ? bundle : NULL;
	}
	return best;
}

struct ndk
ndk_find(struct arena *arena)
{
	static const char *const of_ndk[] = { "ANDROID_NDK_HOME", "ANDROID_NDK_ROOT", "ANDROID_NDK",
		"NDK_HOME" };
	static const char *const of_sdk[] = { "ANDROID_HOME", "ANDROID_SDK_ROOT",
		"ANDROID_SDK_HOME" };
	struct ndk ndk = { 0 };

	for (size_t i = 0; i < COUNT(of_ndk) && !ndk.path; i++) {
		const char *value = getenv(of_ndk[i]);
		if (value && *value && file_is_dir(value))
			ndk = (struct ndk){ arena_strdup(arena, value), NULL, of_ndk[i] };
	}
	for (size_t i = 0; i < COUNT(of_sdk) && !ndk.path; i++) {
		const char *value = getenv(of_sdk[i]);
		if (value && *value)
			ndk = (struct ndk){ newest(arena, value), NULL, of_sdk[i] };
	}
	if (!ndk.path) {
		char *home = path_home();
		if (home)
			ndk = (struct ndk){ newest(arena,
						    arena_printf(arena, "%s/Android/Sdk", home)),
				NULL, "~/Android/Sdk" };
		free(home);
	}
	if (ndk.path)
		ndk.version = revision(arena, ndk.path);
	return ndk;
}
