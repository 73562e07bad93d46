#include "ui/health_rows.h"
#include <stdlib.h>
#include "base/path.h"
#include "base/utf8.h"
#include "hint/explain.h"
#include "hint/probed.h"
#include "ready/survey.h"
#include "ui/hint_text.h"
#include "ui/store.h"

#define COL_GLYPH 1
#define COL_NAME 3
#define NAME_COLS_MOST 28
#define VERSION_COLS 10
#define BOTH_COLS 104 /* from here on detail and path stand side by side */

struct look {
	enum glyph glyph;
	enum role role;
};

static struct look
look_of(enum check_state state)
{
	static const struct look looks[] = {
		[CHECK_OK] = { GLYPH_OK, ROLE_OK },
		[CHECK_WARN] = { GLYPH_WARN, ROLE_WARN },
		[CHECK_FAIL] = { GLYPH_FAIL, ROLE_FAIL },
		[CHECK_SKIP] = { GLYPH_EMPTY, ROLE_DIM },
		[CHECK_ASKING] = { GLYPH_ELLIPSIS, ROLE_RUNNING },
	};

	return looks[state];
}

/* --- columns --- */

struct columns {
	int name, version, rest, rest_cols, path; /* path 0: no column of its own */
};

static struct columns
columns_of(int cols)
{
	struct columns c = { .name = cols * 3 / 10 };

	if (c.name > NAME_COLS_MOST)
		c.name = NAME_COLS_MOST;
	c.version = cols >= 44 ? VERSION_COLS : 8;
	c.rest = COL_NAME + c.name + 1 + c.version;
	c.rest_cols = cols - c.rest - 1;
	if (cols >= BOTH_COLS) {
		c.rest_cols = (cols - c.rest - 2) * 11 / 20;
		c.path = c.rest + c.rest_cols + 1;
	}
	return c;
}

static void
draw_path(struct area a, int col, int cols, const char *path, const char *dir)
{
	char *shown = path_shown(path, dir);
	struct span text = span_of(shown);

	if ((int)utf8_columns(text) > cols &&
		cols > 1) { /* the end tells more than the beginning */
		size_t cut = utf8_columns(text) - (size_t)cols + 1, used;
		struct span gone = utf8_fit(text, cut, &used);

		col = area_puts(a, 0, col, ROLE_DIM, glyph(a.canvas, GLYPH_ELLIPSIS));
		text.data += gone.len;
		text.len -= gone.len;
		cols--;
	}
	area_text_cut(a, 0, col, cols, ROLE_DIM, text);
	free(shown);
}

static void
draw_check(struct area a, const struct check *c, const struct store *store)
{
	struct columns at = columns_of(a.cols);
	struct look look = look_of(c->state);
	bool is_amiss = c->state == CHECK_WARN || c->state == CHECK_FAIL;
	enum role role = c->state == CHECK_SKIP ? ROLE_DIM : ROLE_TEXT;
	int name = c->version ? at.name : at.rest - COL_NAME - 1;
	int end = area_text_cut(a, 0, COL_NAME, name, role, span_of(c->title));
	const char *detail = c->state == CHECK_ASKING ? "being asked" : is_amiss ? "" : c->detail;
	bool path_alone = c->path && !at.path && (is_amiss || !*detail || c->version);

	area_puts(a, 0, COL_GLYPH, look.role, glyph(a.canvas, look.glyph));
	if (c->version)
		end = area_text_cut(a, 0, COL_NAME + at.name + 1, at.version - 1, ROLE_VALUE,
			span_of(c->version));
	if (path_alone) {
		draw_path(a, at.rest, at.rest_cols, c->path, store->survey->dir);
		return;
	}
	if (!c->version && end <= COL_NAME + at.name && !at.path) { /* the version's room is free */
		at.rest_cols += at.rest - (COL_NAME + at.name + 1);
		at.rest = COL_NAME + at.name + 1;
	}
	area_text_cut(a, 0, at.rest, at.rest_cols, role, span_of(detail));
	if (c->path && at.path)
		draw_path(a, at.path, a.cols - at.path - 1, c->path, store->survey->dir);
}

static void
draw_fix(struct area a, const struct health_row *row, const struct store *store)
{
	bool is_wanted = store_fix(store, row->check->fix) != NULL;
	int col = COL_NAME + 2;

	if (row->check->fix)
		col = area_puts(a, 0, col, is_wanted ? ROLE_MARK : ROLE_KEY,
			      is_wanted ? glyph(a.canvas, GLYPH_MARK) : "a") +
			2;
	area_text_cut(a, 0, col, a.cols - col - 1, row->check->fix ? ROLE_VALUE : ROLE_DIM,
		span_of(row->text));
}

/* --- targets --- */

static struct look
target_look(const struct store *store, const struct health_row *row)
{
	const struct target_state *state = &store->survey->states[row->target];

	if (store_is_probing(store, row->text))
		return (struct look){ GLYPH_ELLIPSIS, ROLE_RUNNING };
	switch (state->readiness) {
	case READY: return (struct look){ GLYPH_OK, ROLE_OK };
	case LIKELY: return (struct look){ GLYPH_HALF, ROLE_TEXT };
	case MISSING: return (struct look){ GLYPH_FAIL, ROLE_FAIL };
	default: return (struct look){ GLYPH_FAIL, ROLE_DIM };
	}
}

static void
append_probe(struct str *out, const struct probe *p)
{
	double seconds = (double)p->link_ms / 1000;

	if (p->state == PROBE_NONE)
		str_append(out, "not tried yet");
	else if (p->is_stale)
		str_append(out, "stale: something has changed since it was tried");
	else if (p->state == PROBE_PASSED)
		str_appendf(out, "linked in %.1f s%s", seconds, p->ran ? " and ran" : "");
	else
		str_appendf(out, "did not link (%.1f s)", seconds);
}

static void
append_target(struct str *out, const struct store *store, const struct health_row *row)
{
	const struct target_state *state = &store->survey->states[row->target];

	if (store_is_probing(store, row->text)) {
		str_append(out, "compiling and linking a small program");
		return;
	}
	if (state->readiness != READY)
		str_appendf(out, "%s; ", state->summary);
	append_probe(out, &state->probe);
}

static void
draw_target(struct area a, const struct health_row *row, const struct store *store)
{
	struct look look = target_look(store, row);
	int name = columns_of(a.cols).name + VERSION_COLS;
	struct str text = STR_INIT;

	append_target(&text, store, row);
	area_puts(a, 0, COL_GLYPH, look.role, glyph(a.canvas, look.glyph));
	area_text_cut(a, 0, COL_NAME, name, ROLE_TEXT, span_of(row->text));
	area_text_cut(
		a, 0, COL_NAME + name + 1, a.cols - COL_NAME - name - 2, ROLE_DIM, str_span(&text));
	str_fini(&text);
}

void
health_row_draw(struct area a, const struct health_row *row, const struct store *store)
{
	int cols = a.cols - COL_NAME - 3;

	switch (row->kind) {
	case HEALTH_HEADING:
		area_text_cut(a, 0, 0, a.cols, ROLE_HEADING, span_of(row->text));
		break;
	case HEALTH_CHECK: draw_check(a, row->check, store); break;
	case HEALTH_TARGET: draw_target(a, row, store); break;
	case HEALTH_WHY:
		area_text_cut(a, 0, COL_NAME + 2, cols,
			row->check->state == CHECK_FAIL ? ROLE_FAIL : ROLE_WARN,
			span_of(row->text));
		break;
	case HEALTH_FIX: draw_fix(a, row, store); break;
	}
}

/* --- in full --- */

static void
append_line(struct str *out, const char *label, const char *text)
{
	if (text && *text)
		str_appendf(out, "%-9s%s\n", label, text);
}

static void
check_text(const struct check *c, const struct store *store, struct str *out)
{
	char *path = c->path ? path_shown(c->path, store->survey->dir) : NULL;
	bool is_amiss = c->state == CHECK_WARN || c->state == CHECK_FAIL;

	append_line(out, "state", check_state_name(c->state));
	append_line(out, "version", c->version);
	append_line(out, "where", path);
	append_line(out, is_amiss ? "why" : "what", c->detail);
	append_line(out, "fix", c->fix);
	append_line(out, "advice", c->advice);
	if (store_fix(store, c->fix))
		append_line(out, "", "it is in the plan; a takes it out");
	append_line(out, "see", c->text ? NULL : c->source);
	if (c->text)
		str_appendf(out, "\n%s", c->text);
	free(path);
}

static void
append_hint(struct store *store, const struct health_row *row, struct str *out)
{
	struct explanation *e =
		probed_explain(store_rules(store, NULL), store->survey, (size_t)row->target);

	if (e && e->count) {
		str_append_char(out, '\n');
		hint_text(e, out);
		str_append_char(out, '\n');
	}
	explanation_free(e);
}

static void
target_text(const struct health_row *row, struct store *store, struct str *out)
{
	const struct target_state *state = &store->survey->states[row->target];

	append_line(out, "state", readiness_name(state->readiness));
	append_line(out, "backend", state->backend);
	append_line(out, "linker", state->linker);
	append_line(out, "from", state->linker_origin);
	append_line(out, "note", state->trap);
	for (size_t i = 0; i < state->need_count; i++) {
		const struct need *n = &state->needs[i];
		if (n->state != NEED_FOUND && !n->optional)
			str_appendf(out, "%-9s%s: %s\n", "lacks", n->name, n->detail);
	}
	str_append(out, "probe    ");
	append_probe(out, &state->probe);
	str_append_char(out, '\n');
	if (state->probe.state != PROBE_FAILED)
		return;
	append_hint(store, row, out);
	str_appendf(out, "\n%s", state->probe.log);
}

void
health_row_text(const struct health_row *row, struct store *store, struct str *out)
{
	if (row->kind == HEALTH_TARGET)
		target_text(row, store, out);
	else if (row->check)
		check_text(row->check, store, out);
}
