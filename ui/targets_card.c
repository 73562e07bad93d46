/* targets_card: a column of labels, a column of what is here, and what to do about it: beside it
 * where there is room, else below it. */
#include "ui/targets_card.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/arena.h"
#include "base/path.h"
#include "base/str.h"
#include "base/utf8.h"
#include "host/tool.h"
#include "ready/backend.h"
#include "ready/remote.h"
#include "ready/survey.h"
#include "rust/choice.h"
#include "rust/toolchain.h"
#include "ui/store.h"
#include "ui/targets_table.h"
#include "ui/widget_sheet.h"

#define COL_GLYPH 10
#define COL_WHAT 12
#define WHAT_COLS_LEAST 14
#define BESIDE_COLS 72 /* from here on remedies stand beside what they mend */

struct card {
	struct sheet sheet;
	enum card_form form;
	int rest_col; /* of remedies; 0: they go below (never in the short form) */
	const struct store *store;
	const struct survey *survey;
	size_t target;
	const struct target *t;
	const struct target_state *state;
	struct arena arena;
};

static void
put_blank(struct card *c)
{
	c->sheet.row += c->form == CARD_FULL;
}

/* --- head --- */

static const char *
tier_text(struct card *c)
{
	const char *tools = c->t->host_tools ? ", host tools" : "";

	if (!c->t->tier)
		return "tier unknown";
	return arena_printf(&c->arena, "tier %d%s", c->t->tier, tools);
}

/* Triple, description and tier in one line where they fit; the short form leaves the tier out first,
 * for the table says it. */
static void
draw_title(struct card *c)
{
	const char *description = c->t->description, *tier = tier_text(c);
	int col = SHEET_LABEL_COL + (int)strlen(c->t->triple) + 3;
	int room = c->sheet.a.cols - col - (int)utf8_columns(span_of(description));

	sheet_put(&c->sheet, SHEET_LABEL_COL, ROLE_TITLE, c->t->triple);
	if (c->sheet.one_line || room >= 0)
		sheet_put(&c->sheet, col, ROLE_TEXT, description);
	if (room > (int)strlen(tier) + 2)
		area_text_right(c->sheet.a, c->sheet.row, c->sheet.a.cols - 1, ROLE_TEXT, tier);
	c->sheet.row++;
	if (c->sheet.one_line)
		return;
	if (room < 0)
		sheet_add(&c->sheet, SHEET_LABEL_COL, ROLE_TEXT, description);
	if (room <= (int)strlen(tier) + 2)
		sheet_add(&c->sheet, SHEET_LABEL_COL, ROLE_TEXT, tier);
}

static void
draw_head(struct card *c)
{
	draw_title(c);
	if (c->t->purpose)
		sheet_add(&c->sheet, SHEET_LABEL_COL, ROLE_TEXT,
			arena_printf(&c->arena, "For: %s.", c->t->purpose));
}

/* --- needs --- */

static const char *
need_label(enum need_kind kind)
{
	return kind == NEED_CC ? "C deps" : need_kind_name(kind);
}

static const char *
shown_path(struct card *c, const char *path)
{
	char *shown = path_shown(path, c->survey->dir);
	const char *kept = arena_strdup(&c->arena, shown);

	free(shown);
	return kept;
}

/* What is here of the need, in a few words. */
static const char *
need_what(struct card *c, const struct need *n)
{
	if (n->kind == NEED_STD)
		return n->state == NEED_MISSING && !n->remedy ? "none prebuilt" : n->detail;
	if (n->state == NEED_FOUND)
		return n->path ? shown_path(c, n->path) : n->name;
	return arena_printf(&c->arena, "no %s", n->name);
}

static enum glyph
need_glyph(const struct need *n)
{
	return n->state == NEED_FOUND      ? GLYPH_FULL
		: n->state == NEED_MISSING ? GLYPH_EMPTY
					   : GLYPH_DASH;
}

static enum role
need_role(const struct need *n)
{
	return n->state == NEED_FOUND ? ROLE_OK : n->optional ? ROLE_DIM : ROLE_WARN;
}

/* In the short form a remedy says enough, unless the need is one that may be left alone. */
static const char *
need_detail(struct card *c, const struct need *n, const char *what)
{
	if (n->kind == NEED_STD && n->state == NEED_FOUND)
		return c->form == CARD_FULL && c->survey->toolchain
			? arena_printf(
				  &c->arena, "in %s", shown_path(c, c->survey->toolchain->sysroot))
			: "";
	if (c->sheet.one_line && n->remedy && !n->optional)
		return "";
	return text_is(n->detail, what) ? "" : n->detail;
}

/* On one line: what, remedy, detail, as far as there is room. */
static void
draw_need_short(struct card *c, const char *what, const char *remedy, const char *detail)
{
	struct area a = c->sheet.a;
	int row = c->sheet.row, cols = a.cols - COL_WHAT;
	int end = area_text_cut(a, row, COL_WHAT, cols, ROLE_TEXT, span_of(what));
	int col = end + 2 > c->rest_col ? end + 2 : c->rest_col;

	if (remedy)
		col = area_text_cut(a, row, col, a.cols - col, ROLE_VALUE, span_of(remedy)) + 3;
	sheet_put(&c->sheet, col, ROLE_DIM, detail);
	c->sheet.row++;
}

/* What; beside it, or below where that has no room, the remedy and the detail, a line each. */
static void
draw_need_full(struct card *c, const char *what, const char *remedy, const char *detail)
{
	int end = COL_WHAT + (int)utf8_columns(span_of(what)) + 2;
	int col = c->rest_col ? c->rest_col : COL_WHAT;
	bool is_beside = c->rest_col >= end && (remedy || *detail);

	sheet_put(&c->sheet, COL_WHAT, ROLE_TEXT, what);
	int from = end > col ? end : col;
	if (c->rest_col && !remedy &&
		from + (int)utf8_columns(span_of(detail)) <= c->sheet.a.cols) {
		sheet_put(&c->sheet, from, ROLE_DIM, detail);
		detail = "";
		is_beside = false;
	}
	c->sheet.row += !is_beside;
	if (remedy)
		sheet_add(&c->sheet, col, ROLE_VALUE, remedy);
	sheet_add(&c->sheet, col, ROLE_DIM, detail);
}

static void
draw_need(struct card *c, const struct need *n)
{
	const char *what = need_what(c, n), *detail = need_detail(c, n, what);

	sheet_put(&c->sheet, SHEET_LABEL_COL, ROLE_DIM, need_label(n->kind));
	area_puts(c->sheet.a, c->sheet.row, COL_GLYPH, need_role(n),
		glyph(c->sheet.a.canvas, need_glyph(n)));
	if (c->sheet.one_line)
		draw_need_short(c, what, n->remedy, detail);
	else
		draw_need_full(c, what, n->remedy, detail);
}

/* The column that holds most of what is here, and leaves the greater part for the rest. */
static int
rest_column(struct card *c)
{
	int widest = WHAT_COLS_LEAST, most = c->sheet.a.cols * 2 / 5 - COL_WHAT;

	if (c->form == CARD_FULL && c->sheet.a.cols < BESIDE_COLS)
		return 0;
	for (size_t i = 0; i < c->state->need_count; i++) {
		int cols = (int)utf8_columns(span_of(need_what(c, &c->state->needs[i])));
		widest = cols > widest ? cols : widest;
	}
	return COL_WHAT + (widest < most ? widest : most) + 2;
}

/* --- backends --- */

/* " (needs cargo-zigbuild)", shorter in the short form; nothing when all of it is here. */
static const char *
backend_lacks(struct card *c, const char *backend)
{
	const struct backend_tools *tools = backends_tools(c->survey->backends, backend);
	struct str lacks = STR_INIT;
	const char *text;

	for (size_t i = 0; tools && tools->any[i]; i++) {
		const char *const *name = tools->any[i];
		while (*name && !tool_find(c->survey->tools, *name))
			name++;
		if (!*name)
			str_appendf(
				&lacks, "%s%s", lacks.len ? ", " : " (needs ", tools->any[i][0]);
	}
	if (lacks.len)
		str_append_char(&lacks, ')');
	text = !lacks.len           ? ""
		: c->sheet.one_line ? " (not installed)"
				    : arena_strdup(&c->arena, str_cstr(&lacks));
	str_fini(&lacks);
	return text;
}

static void
append_others(struct card *c, struct str *out, const char *backend)
{
	const struct remotes *remotes = c->survey->remotes;
	const char *before = " · also: ";

	for (size_t i = 0; c->state->backends[i]; i++) {
		const char *other = c->state->backends[i];
		if (text_is(other, backend))
			continue;
		str_appendf(out, "%s%s%s", before, other, backend_lacks(c, other));
		before = ", ";
	}
	for (size_t i = 0; remotes && i < remotes->count; i++) {
		const struct remote *r = &remotes->items[i];
		if (!remote_serves(r, c->t->triple) || text_is(remote_name_in(backend), r->name))
			continue;
		str_appendf(out, "%s" REMOTE_WORD ":%s", before, r->name);
		before = ", ";
	}
}

static void
draw_backend(struct card *c)
{
	const char *backend = targets_backend(c->store, c->target);
	const struct backend_order *order =
		backends_order(c->survey->backends, c->t->triple, c->survey->host);
	struct str text = STR_INIT;

	if (backend) {
		str_append(&text, backend);
		if (!text_is(backend, c->state->usual))
			str_appendf(&text, ", chosen here%s", backend_lacks(c, backend));
		append_others(c, &text, backend);
		sheet_labelled(&c->sheet, "backend", ROLE_TEXT, str_cstr(&text));
	} else {
		sheet_labelled(&c->sheet, "backend", ROLE_TEXT, "none reaches it from this host");
	}
	if (c->state->trap)
		sheet_labelled(&c->sheet, "beware", ROLE_WARN, c->state->trap);
	if (c->form == CARD_FULL && text_is(c->state->backends[0], order->backends[0]))
		sheet_labelled(&c->sheet, "why", ROLE_DIM,
			arena_printf(&c->arena, "%s first: %s", order->backends[0], order->reason));
	str_fini(&text);
}

/* --- probe --- */

static const char *
probe_time(struct card *c, int64_t at)
{
	time_t seconds = (time_t)(at / 1000);
	struct tm tm;
	char text[32];

	if (!localtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm))
		return "";
	return arena_strdup(&c->arena, text);
}

/* Where a linker speaks for itself in a line ("…/bin/ld: cannot find crt1.o"), or -1. */
static long
linker_speaks_at(struct span line)
{
	long at = span_find(line, SPAN("ld: "));

	return at > 0 && isalpha((unsigned char)line.data[at - 1]) ? -1 : at;
}

/* The line of a log that says what is wrong: the linker's own first, else one with "error". */
static const char *
telling_line(struct card *c, const char *log)
{
	struct span rest = span_of(log), error = { 0 };

	while (rest.len) {
		struct span line = span_trim(span_cut(rest, '\n', &rest));
		long at = linker_speaks_at(line);
		if (at >= 0)
			return arena_strndup(&c->arena, line.data + at, line.len - (size_t)at);
		if (!error.len && span_find(line, SPAN("error")) >= 0)
			error = line;
	}
	return arena_span(&c->arena, error.len ? error : span_trim(span_of(log)));
}

static void
put_state(struct card *c, const char *label, struct target_word w)
{
	sheet_put(&c->sheet, SHEET_LABEL_COL, ROLE_DIM, label);
	area_puts(c->sheet.a, c->sheet.row, COL_GLYPH, w.role, glyph(c->sheet.a.canvas, w.glyph));
	sheet_add(&c->sheet, COL_WHAT, w.role == ROLE_DIM ? ROLE_DIM : ROLE_TEXT, w.text);
}

static struct target_word
probe_word(struct card *c)
{
	const struct probe *p = &c->state->probe;
	double seconds = (double)p->link_ms / 1000;

	if (store_is_probing(c->store, c->t->triple))
		return (struct target_word){ GLYPH_ELLIPSIS,
			"compiling and linking a small program", ROLE_RUNNING };
	if (p->is_stale)
		return (struct target_word){ GLYPH_HALF,
			arena_printf(&c->arena, "stale: %s %s; p tries again",
				p->state == PROBE_PASSED ? "linked" : "did not link",
				probe_time(c, p->at)),
			ROLE_DIM };
	if (p->state == PROBE_PASSED)
		return (struct target_word){ GLYPH_OK,
			arena_printf(&c->arena, "linked in %.1f s%s, %s", seconds,
				p->ran ? " and ran" : "", probe_time(c, p->at)),
			ROLE_OK };
	if (p->state == PROBE_FAILED)
		return (struct target_word){ GLYPH_FAIL,
			c->sheet.one_line ? telling_line(c, p->log)
					  : arena_printf(&c->arena, "tried for %.1f s, %s", seconds,
						    probe_time(c, p->at)),
			ROLE_FAIL };
	return (struct target_word){ GLYPH_EMPTY,
		c->state->readiness == LIKELY ? "not tried yet: p compiles and links for real"
					      : "not tried",
		ROLE_DIM };
}

static void
draw_probe(struct card *c)
{
	const struct probe *p = &c->state->probe;

	put_state(c, "probe", probe_word(c));
	if (c->form == CARD_FULL && p->state == PROBE_FAILED && !p->is_stale)
		sheet_add(
			&c->sheet, c->rest_col ? COL_WHAT : SHEET_LABEL_COL + 1, ROLE_TEXT, p->log);
}

/* --- the rest --- */

static void
draw_facts(struct card *c)
{
	const struct target *t = c->t;
	struct str text = STR_INIT;

	if (t->pointer_width)
		str_appendf(&text, "%d-bit %s-endian; ", t->pointer_width,
			t->big_endian ? "big" : "little");
	str_appendf(&text, "rustc's own linker for it is %s", t->linker);
	if (t->crt_static_default)
		str_append(&text, "; the C library is linked in");
	if (!t->dynamic_linking)
		str_append(&text, "; no cdylib, no proc macros");
	if (*t->exe_suffix)
		str_appendf(&text, "; programs end in %s", t->exe_suffix);
	sheet_labelled(&c->sheet, "facts", ROLE_DIM, str_cstr(&text));
	str_fini(&text);
}

static void
draw_needs(struct card *c)
{
	for (size_t i = 0; i < c->state->need_count; i++)
		draw_need(c, &c->state->needs[i]);
}

/* What is wrong comes before what is good to know. */
static bool
probe_comes_first(const struct card *c)
{
	return c->form == CARD_SHORT &&
		((c->state->probe.state == PROBE_FAILED && !c->state->probe.is_stale) ||
			store_is_probing(c->store, c->t->triple));
}

int
card_draw(struct area a, const struct store *s, size_t target, enum card_form form, int top)
{
	struct card c = { .form = form, .store = s, .survey = s->survey, .target = target };
	const struct backend_native *native;

	c.t = &s->survey->targets->items[target];
	c.state = &s->survey->states[target];
	c.sheet = (struct sheet){
		.a = a, .row = -top, .text_col = COL_GLYPH, .one_line = form == CARD_SHORT
	};
	c.rest_col = rest_column(&c);
	native = backends_native(s->survey->backends, c.t->triple, s->survey->host);
	draw_head(&c);
	put_blank(&c);
	if (probe_comes_first(&c))
		draw_probe(&c);
	draw_needs(&c);
	put_blank(&c);
	draw_backend(&c);
	if (!probe_comes_first(&c))
		draw_probe(&c);
	if (native && native->note)
		sheet_labelled(&c.sheet, "note", ROLE_TEXT, native->note);
	put_blank(&c);
	draw_facts(&c);
	arena_fini(&c.arena);
	return c.sheet.row + top;
}
