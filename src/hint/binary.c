#include "hint/binary.h"

#include <stdlib.h>
#include "artifact/card.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "hint/explain.h"
#include "io/file.h"
#include "text/version.h"

/* What would be printed, and what in the file says so: a line of `log` for each evidence. */
struct finding {
	const struct card *card;
	const char *shown;
	const struct binary_host *host;
	struct str log;
	VEC(char *) evidence;
};

static void __attribute__((format(printf, 2, 3)))
would_print(struct finding *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	str_appendv(&f->log, fmt, args);
	va_end(args);
	str_append_char(&f->log, '\n');
}

/* A 64-bit PC runs 32-bit PC programs; other pairs are left to what the kernel has been told. */
static bool
is_of_this_machine(const struct card *card, const struct binary_host *host)
{
	if (!text_is(card->arch, host->arch) &&
		!(text_is(host->arch, "x86_64") && text_is(card->arch, "x86")))
		return false;
	return !card->os || text_is(card->os, host->os) || text_is(card->os, "none");
}

static bool
finds_machine(struct finding *f)
{
	if (is_of_this_machine(f->card, f->host))
		return false;
	would_print(f, "sh: %s: cannot execute binary file: Exec format error", f->shown);
	vec_push(&f->evidence,
		xasprintf("%s is for %s%s%s, the machine is %s %s", f->shown,
			f->card->arch ? f->card->arch : "another processor", f->card->os ? " " : "",
			f->card->os ? f->card->os : "", f->host->arch, f->host->os));
	return true;
}

static bool
finds_loader(struct finding *f)
{
	const char *loader = f->host->root ? f->card->interpreter : NULL;
	char *path = loader ? xasprintf("%s%s", f->host->root, loader) : NULL;
	bool is_missing = path && !file_exists(path);

	if (is_missing) {
		would_print(f, "sh: %s: cannot execute: required file not found", f->shown);
		vec_push(&f->evidence,
			xasprintf("%s asks for the loader %s, which is not on this machine",
				f->shown, loader));
	}
	free(path);
	return is_missing;
}

static void
find_glibc(struct finding *f)
{
	const char *wanted = f->card->min_glibc, *symbol = f->card->min_glibc_symbol;

	if (!wanted || !f->host->glibc || version_compare(wanted, f->host->glibc) <= 0)
		return;
	would_print(f, "%s: /lib/libc.so.6: version `GLIBC_%s' not found (required by %s)",
		f->shown, wanted, f->shown);
	vec_push(&f->evidence,
		xasprintf("%s asks for glibc %s%s%s%s, this machine has %s", f->shown, wanted,
			symbol ? " (" : "", symbol ? symbol : "", symbol ? ")" : "",
			f->host->glibc));
}

static void
find_libraries(struct finding *f)
{
	for (size_t i = 0; i < f->card->problems.len; i++) {
		const struct card_problem *p = &f->card->problems.items[i];
		struct span rest, name = span_cut(span_of(p->text), ' ', &rest);

		if (!text_is(p->id, "missing-library"))
			continue;
		would_print(f,
			"%s: error while loading shared libraries: %.*s: cannot open shared object "
			"file: No such file or directory",
			f->shown, (int)name.len, name.data);
		vec_push(&f->evidence, xstrdup(p->text));
	}
}

/* The evidence in the place of the lines that nobody printed; it is the file itself that says so. */
static void
put_evidence(struct explanation *e, const struct finding *f)
{
	for (size_t i = 0; i < e->count; i++) {
		struct hint *h = &e->hints[i];

		if (h->line > 0 && (size_t)h->line <= f->evidence.len) {
			h->excerpt = arena_strdup(e->memory, f->evidence.items[h->line - 1]);
			h->confidence = HINT_CERTAIN;
		}
		h->line = 0;
	}
}

struct explanation *
binary_explain(const struct rules *rules, const struct card *card, const char *shown,
	const struct binary_host *host, const struct hint_context *context)
{
	struct finding f = { .card = card, .shown = shown, .host = host };
	struct explanation *e;

	bool is_loaded = card->kind == KIND_EXECUTABLE || card->kind == KIND_SHARED;

	if (is_loaded && !finds_machine(&f) && !finds_loader(&f)) {
		find_glibc(&f);
		find_libraries(&f);
	}
	e = explain(rules, str_span(&f.log), context);
	put_evidence(e, &f);
	for (size_t i = 0; i < f.evidence.len; i++)
		free(f.evidence.items[i]);
	vec_fini(&f.evidence);
	str_fini(&f.log);
	return e;
}
