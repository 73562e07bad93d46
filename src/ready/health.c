/* health: an examination is made whole each time; what the programs said is kept by the inquiry, so
 * that making it again asks nothing twice. */
#include "ready/health.h"

#include <stdarg.h>
#include <stdlib.h>
#include "base/alloc.h"
#include "base/path.h"
#include "base/str.h"
#include "ready/examination.h"
#include "ready/versions.h"

#define LIMIT_MS 5000 /* for one program to say its version */
#define WORDS_MAX 12

struct health {
	struct inquiry *inquiry;
	struct versions *rules;
	const struct survey *survey;
	struct health_want *wants;
	size_t want_count;
	struct arena arena; /* of wants */
	struct examination made;
	struct arena made_arena;
	bool is_stale; /* answers came since it was made */
	void (*changed)(void *arg);
	void *arg;
};

const char *
check_section_title(enum check_section s)
{
	static const char *const titles[] = {
		[SECTION_RUST] = "Rust",
		[SECTION_LINKERS] = "Linkers and C compilers",
		[SECTION_CONTAINERS] = "Containers",
		[SECTION_HELPERS] = "Zig and helpers",
		[SECTION_REMOTES] = "Other machines",
		[SECTION_CONFIG] = "Config",
		[SECTION_DISK] = "Disk",
	};

	return titles[s];
}

const char *
check_state_name(enum check_state s)
{
	static const char *const names[] = { "ok", "warn", "fail", "skip", "asking" };

	return names[s];
}

/* -- what the sections use ------------------------------------------------------------------- */

struct check *
exam_add(struct examination *e, const char *id, enum check_state state, const char *detail)
{
	struct check *c = vec_add(&e->checks);

	c->section = e->section;
	c->id = id;
	c->title = id;
	c->state = state;
	c->detail = detail;
	return c;
}

const struct answer *
exam_ask(struct examination *e, bool lasting, const char *program, ...)
{
	const char *argv[WORDS_MAX + 1] = { program };
	size_t count = 1;
	va_list words;

	va_start(words, program);
	while (count < WORDS_MAX && (argv[count] = va_arg(words, const char *)))
		count++;
	va_end(words);
	return inquiry_ask(e->inquiry, argv, LIMIT_MS, lasting);
}

const char *
exam_complaint(struct examination *e, const struct answer *a)
{
	struct span all = span_trim(span_of(*a->complaint ? a->complaint : a->text));

	if (a->state == ANSWER_NONE)
		return "it cannot be started";
	if (!all.len)
		return arena_printf(e->arena, "exit status %d", a->exit_code);
	return arena_span(e->arena, span_trim(span_cut(all, '\n', &all)));
}

void
exam_worsen(struct check *c, enum check_state state, const char *why)
{
	if (c->state != CHECK_ASKING && c->state != CHECK_SKIP && c->state >= state)
		return;
	c->state = state;
	c->detail = why;
}

void
exam_take_version(struct examination *e, struct check *c, const struct answer *a)
{
	char *version;

	if (a->state == ANSWER_PENDING) {
		c->state = c->state == CHECK_OK ? CHECK_ASKING : c->state;
		return;
	}
	if (a->state == ANSWER_LATE) {
		exam_worsen(c, CHECK_WARN,
			arena_printf(e->arena, "it hangs: no answer within %d s", LIMIT_MS / 1000));
		return;
	}
	if (a->state == ANSWER_NONE || a->exit_code != 0) {
		exam_worsen(c, CHECK_FAIL,
			arena_printf(e->arena, "it cannot be run: %s", exam_complaint(e, a)));
		return;
	}
	version = tool_version_in(*a->text ? a->text : a->complaint);
	c->version = arena_strdup(e->arena, version);
	free(version);
	if (c->version)
		map_set(&e->versions, c->id, (void *)c->version);
}

struct check *
exam_program(struct examination *e, const char *id, const char *path, const char *detail)
{
	struct check *c = exam_add(e, id, CHECK_OK, detail);

	c->path = path;
	if (text_is(path_basename(path), "rust-lld") || text_is(path_basename(path), "lld"))
		exam_take_version(
			e, c, exam_ask(e, true, path, "-flavor", "gnu", "--version", NULL));
	else
		exam_take_version(e, c, exam_ask(e, true, path, tool_version_argument(path), NULL));
	return c;
}

const char *
exam_install(struct examination *e, const char *program)
{
	const char *const one[] = { program, NULL };

	return need_install_command(e->arena, e->s->packages, one);
}

struct check *
exam_tool(struct examination *e, const char *name, const char *detail)
{
	const char *path = tool_find(e->s->tools, name);
	struct check *c;

	if (path)
		return exam_program(e, name, path, detail);
	c = exam_add(e, name, CHECK_SKIP, detail);
	c->fix = exam_install(e, name);
	return c;
}

const char *
exam_place(struct examination *e, const char *path, int line)
{
	char *shown = path_shown(path, e->s->dir);
	const char *kept =
		line ? arena_printf(e->arena, "%s:%d", shown, line) : arena_strdup(e->arena, shown);

	free(shown);
	return kept;
}

const struct target_state *
exam_state(const struct examination *e, const char *triple)
{
	long i = survey_find(e->s, triple);

	return i < 0 ? NULL : &e->s->states[i];
}

/* -- versions that do not go together -------------------------------------------------------- */

static const char *
version_of(void *arg, const char *program)
{
	struct examination *e = arg;

	return map_get(&e->versions, program);
}

static void
blame(void *arg, const struct version_rule *rule)
{
	struct examination *e = arg;

	for (size_t i = 0; i < e->checks.len; i++) {
		struct check *c = &e->checks.items[i];

		if (!text_is(c->id, rule->on) || c->state == CHECK_SKIP)
			continue;
		exam_worsen(c, rule->fails ? CHECK_FAIL : CHECK_WARN, rule->why);
		c->fix = rule->fix;
		c->advice = rule->advice;
		c->source = rule->source;
		c->text = arena_printf(
			e->arena, "%s.\n\nKnown since %s: %s", rule->why, rule->date, rule->source);
		return;
	}
}

/* -- the whole ------------------------------------------------------------------------------- */

static void
unmake(struct health *h)
{
	vec_fini(&h->made.checks);
	map_fini(&h->made.versions);
	arena_fini(&h->made_arena);
	h->made = (struct examination){ 0 };
	h->made_arena = (struct arena){ 0 };
}

static void
make(struct health *h)
{
	static void (*const sections[SECTION_COUNT])(struct examination *) = {
		[SECTION_RUST] = examine_rust,
		[SECTION_LINKERS] = examine_linkers,
		[SECTION_CONTAINERS] = examine_containers,
		[SECTION_HELPERS] = examine_helpers,
		[SECTION_REMOTES] = examine_remotes,
		[SECTION_CONFIG] = examine_config,
		[SECTION_DISK] = examine_disk,
	};
	struct examination *e = &h->made;

	unmake(h);
	e->s = h->survey;
	e->wants = h->wants;
	e->want_count = h->want_count;
	e->inquiry = h->inquiry;
	e->arena = &h->made_arena;
	for (e->section = 0; e->section < SECTION_COUNT; e->section++)
		sections[e->section](e);
	versions_judge(h->rules, version_of, blame, e);
	h->is_stale = false;
	inquiry_begin(h->inquiry);
}

static void
told(void *arg)
{
	struct health *h = arg;

	h->is_stale = true;
	if (h->changed)
		h->changed(h->arg);
}

struct health *
health_new(struct loop *l, void (*changed)(void *arg), void *arg)
{
	struct health *h = xcalloc(1, sizeof(*h));

	h->changed = changed;
	h->arg = arg;
	h->inquiry = inquiry_new(l, told, h);
	h->rules = versions_load();
	return h;
}

void
health_free(struct health *h)
{
	if (!h)
		return;
	unmake(h);
	inquiry_free(h->inquiry);
	versions_free(h->rules);
	arena_fini(&h->arena);
	free(h);
}

void
health_examine(struct health *h, const struct survey *s, const struct health_want *wants,
	size_t count, bool again)
{
	unmake(h);
	arena_fini(&h->arena);
	h->arena = (struct arena){ 0 };
	h->survey = s;
	h->wants = arena_array(&h->arena, struct health_want, count + 1);
	h->want_count = count;
	for (size_t i = 0; i < count; i++)
		h->wants[i] = (struct health_want){ arena_strdup(&h->arena, wants[i].triple),
			arena_strdup(&h->arena, wants[i].backend),
			arena_strdup(&h->arena, wants[i].glibc),
			arena_strdup(&h->arena, wants[i].engine),
			arena_strdup(&h->arena, wants[i].image) };
	if (again)
		inquiry_forget(h->inquiry);
	make(h);
}

const struct check *
health_checks(struct health *h, size_t *count)
{
	if (h->is_stale)
		make(h);
	*count = h->made.checks.len;
	return h->made.checks.items;
}

bool
health_is_asking(const struct health *h)
{
	return inquiry_is_going(h->inquiry);
}

/* An answer may lead to another question. */
void
health_finish(struct health *h)
{
	while (inquiry_finish(h->inquiry))
		make(h);
}
