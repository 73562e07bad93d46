#include "build/growth.h"

#include <stdlib.h>
#include "base/path.h"
#include "base/quantity.h"
#include "build/history.h"
#include "build/lab_result.h"
#include "io/file.h"

void
growth_ask(struct growth *g, struct history *h, const struct history_file *file, const char *run,
	uint64_t bytes)
{
	*g = (struct growth){ .is_known = true, .bytes = bytes };
	g->has_before = history_size_before(h, file, run, &g->before);
	g->has_marked = history_size_marked(h, file, &g->marked);
}

static bool
ask_origin(struct growth *g, struct history *h, const char *path, uint64_t bytes)
{
	struct history_origin origin;

	if (!path || !history_origin_find(h, path, &origin))
		return false;
	growth_ask(g, h,
		&(struct history_file){ origin.root, origin.target, origin.profile, origin.variant,
			path_basename(path) },
		origin.bytes == bytes ? origin.run : NULL, bytes);
	history_origin_fini(&origin);
	return true;
}

void
growth_ask_path(struct growth *g, struct history *h, const char *path, uint64_t bytes)
{
	char *absolute = path_absolute(path), *real = file_real_path(path);

	*g = (struct growth){ .bytes = bytes };
	if (!ask_origin(g, h, absolute, bytes) && !text_is(real, absolute))
		ask_origin(g, h, real, bytes);
	free(real);
	free(absolute);
}

double
growth_percent(uint64_t was, uint64_t is)
{
	return was ? ((double)is - (double)was) * 100 / (double)was : 0;
}

static void
append_since(const struct growth *g, uint64_t was, const char *when, struct str *out)
{
	uint64_t difference = was > g->bytes ? was - g->bytes : g->bytes - was;
	char change[LAB_CHANGE_MAX], size[QUANTITY_MAX];

	str_append(out, out->len ? ", " : "");
	if (difference)
		str_appendf(out, "%s (%s) since %s", lab_change(change, was, g->bytes),
			quantity_put(size, difference), when);
	else
		str_appendf(out, "as large as in %s", when);
}

void
growth_append(const struct growth *g, struct str *out)
{
	struct str text = STR_INIT;

	if (g->has_before)
		append_since(g, g->before, "the build before", &text);
	if (g->has_marked)
		append_since(g, g->marked, "the marked run", &text);
	if (g->is_known && !text.len)
		str_append(&text, "new: no earlier build of it is known");
	str_append_span(out, str_span(&text));
	str_fini(&text);
}
