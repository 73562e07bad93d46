/* From findings to hints: what is complete and fits becomes a candidate, in each failure the most
 * decisive one stands, and what several failures share is said once. */
#include "hint/explain.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/vec.h"
#include "hint/findings.h"
#include "hint/fix.h"
#include "hint/ruleset.h"
#include "hint/values.h"
#include "host/tool.h"

#define HINTS_MAX 8 /* nobody reads more */

static const char *const confidence_names[] = { "possible", "likely", "certain" };
static const char *const fix_kind_names[] = { "run", "edit", "switch-backend", "note" };

struct candidate {
	struct finding *finding;
	const struct rule *rule;
	struct hint hint; /* without its fixes */
};

/* What fixes must know of this machine. */
struct machine {
	struct tool_index *tools;
	enum package_manager packages;
};

struct candidates {
	VEC(struct candidate) items;
};

const char *
confidence_name(enum confidence c)
{
	return confidence_names[c];
}

const char *
fix_kind_name(enum fix_kind k)
{
	return fix_kind_names[k];
}

/* What a capture says is nearer than what the log said elsewhere; what nobody said before the
 * evidence may stand after it. */
static void
settle_facts(struct finding *f, const struct facts *late)
{
	for (size_t i = 0; i < FACT_VALUES; i++) {
		if (!f->facts[i])
			f->facts[i] = late->values[i];
		for (size_t k = 0; k < f->captures.len; k++) {
			if (!strcmp(f->captures.items[k].name, fact_names[i]))
				f->facts[i] = f->captures.items[k].value;
		}
	}
}

static bool
hides(const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; a != b && a->hides[i]; i++) {
		if (!strcmp(a->hides[i], b->id) || !strcmp(a->hides[i], b->cause))
			return true;
	}
	return false;
}

/* Whether a is nearer to the root than b. */
static bool
is_nearer(const struct candidate *a, const struct candidate *b)
{
	bool a_hides = hides(a->rule, b->rule), b_hides = hides(b->rule, a->rule);

	if (a_hides != b_hides)
		return a_hides;
	if (a->rule->rank != b->rule->rank)
		return a->rule->rank > b->rule->rank;
	if (a->hint.confidence != b->hint.confidence)
		return a->hint.confidence > b->hint.confidence;
	return a->finding->line < b->finding->line;
}

/* Leaves the candidates that no other of their failure hides. */
static void
drop_hidden(struct candidates *c)
{
	size_t kept = 0;
	bool *hidden = xcalloc(c->items.len + 1, sizeof(*hidden));

	for (size_t i = 0; i < c->items.len; i++) {
		for (size_t k = 0; k < c->items.len; k++) {
			if (c->items.items[i].finding->failure ==
					c->items.items[k].finding->failure &&
				hides(c->items.items[k].rule, c->items.items[i].rule))
				hidden[i] = true;
		}
	}
	for (size_t i = 0; i < c->items.len; i++) {
		if (!hidden[i])
			c->items.items[kept++] = c->items.items[i];
	}
	c->items.len = kept;
	free(hidden);
}

/* Leaves one candidate per failure. */
static void
keep_nearest(struct candidates *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->items.len; i++) {
		struct candidate *item = &c->items.items[i];
		size_t k = 0;
		while (k < kept && c->items.items[k].finding->failure != item->finding->failure)
			k++;
		if (k == kept)
			c->items.items[kept++] = *item;
		else if (is_nearer(item, &c->items.items[k]))
			c->items.items[k] = *item;
	}
	c->items.len = kept;
}

static void
sort_by_nearness(struct candidates *c)
{
	for (size_t i = 1; i < c->items.len; i++) {
		struct candidate item = c->items.items[i];
		size_t k = i;
		for (; k && is_nearer(&item, &c->items.items[k - 1]); k--)
			c->items.items[k] = c->items.items[k - 1];
		c->items.items[k] = item;
	}
}

static const char *
text_of(const char *const *texts, const struct values *v, struct arena *arena)
{
	struct template_source source = values_source(v);
	struct str out = STR_INIT;
	const char *text = template_fill_any(texts, &source, &out)
		? arena_strdup(arena, str_cstr(&out))
		: NULL;

	str_fini(&out);
	return text;
}

static size_t
count_texts(const char *const *texts)
{
	size_t count = 0;

	while (texts[count])
		count++;
	return count;
}

/* Whether one of the hint's rules before `end` brings the program. */
static bool
comes_before(const struct rule *rule, size_t end, const struct values *v, const char *program,
	const bool *made)
{
	for (size_t i = 0; i < end; i++) {
		if (made[i] && fix_installs(rule->fixes[i], v, program))
			return true;
	}
	return false;
}

/* Fixes in the rule's order: first what is possible here; last, of a log that this machine made, what would
 * install what is here, and of one that may be another's what wants a program that is not. */
static void
make_rule_fixes(const struct rule *rule, const struct values *v, const struct hint_context *context,
	struct arena *arena, struct hint *h, struct fix *list)
{
	static const enum fix_chance orders[2][3] = {
		[false] = { FIX_POSSIBLE, FIX_IDLE, FIX_WANTING },
		[true] = { FIX_POSSIBLE, FIX_WANTING, FIX_IDLE },
	};
	const enum fix_chance *order = orders[context->is_from_here];
	bool *made = arena_array(arena, bool, rule->fix_count + 1);

	for (size_t pass = 0; pass < COUNT(orders[0]); pass++) {
		for (size_t i = 0; i < rule->fix_count; i++) {
			const char *wanted = NULL;
			struct fix *fix = &list[h->fix_count];
			enum fix_chance chance = fix_chance(rule->fixes[i], v, arena, &wanted);
			if (wanted && comes_before(rule, i, v, wanted, made))
				wanted = NULL, chance = FIX_POSSIBLE;
			if (chance != order[pass] ||
				!fix_make(rule->fixes[i], v, context->project_dir, arena, fix))
				continue;
			if (chance == FIX_IDLE)
				fix->title =
					arena_printf(arena, "%s; this machine has it", fix->title);
			if (wanted)
				fix->title = arena_printf(
					arena, "%s; %s is not installed here", fix->title, wanted);
			made[i] = true;
			h->fix_count++;
		}
	}
}

static void
make_fixes(const struct rule *rule, const struct values *v, const struct hint_context *context,
	struct arena *arena, struct hint *h)
{
	struct fix *list =
		arena_array(arena, struct fix, rule->fix_count + count_texts(rule->notes) + 1);

	make_rule_fixes(rule, v, context, arena, h, list);
	for (size_t i = 0; rule->notes[i]; i++) {
		const char *const one[] = { rule->notes[i], NULL };
		const char *title = text_of(one, v, arena);
		if (title)
			list[h->fix_count++] = (struct fix){ .kind = FIX_NOTE, .title = title };
	}
	h->fixes = list;
}

static const char *const *
copy_refs(const char *const *refs, struct arena *arena)
{
	size_t count = count_texts(refs);
	const char **list = arena_array(arena, const char *, count + 1);

	for (size_t i = 0; i < count; i++)
		list[i] = arena_strdup(arena, refs[i]);
	return list;
}

static struct values
values_of(const struct finding *f, const struct rules *rules, const struct machine *machine)
{
	struct values v = {
		.captures = f->captures.items,
		.capture_count = f->captures.len,
		.packages = machine->packages,
		.tools = machine->tools,
		.backends = rules->backends,
	};

	memcpy(v.facts, f->facts, sizeof(v.facts));
	return v;
}

/* All but the fixes. False when none of the rule's titles or explanations can be filled in. */
static bool
make_hint(const struct rule *rule, const struct finding *f, const struct values *v,
	struct arena *arena, struct hint *h)
{
	*h = (struct hint){ .confidence = rule->sure, .line = f->line, .excerpt = f->excerpt };
	h->title = text_of(rule->title, v, arena);
	h->why = text_of(rule->why, v, arena);
	h->text = text_of(rule->text, v, arena);
	if (!h->title || !h->why)
		return false;
	if (!h->text)
		h->text = arena_printf(arena, "%s.", h->title);
	if (rule->sure < HINT_CERTAIN && !scope_is_empty(&rule->surer) &&
		scope_fits(&rule->surer, f->facts))
		h->confidence++;
	h->id = arena_strdup(arena, rule->id);
	h->cause = arena_strdup(arena, rule->cause);
	h->refs = copy_refs(rule->refs, arena);
	return true;
}

static bool
applies(const struct rule *rule, const struct finding *f)
{
	return scope_fits(&rule->when, f->facts) &&
		(scope_is_empty(&rule->unless) || !scope_fits(&rule->unless, f->facts));
}

static void
collect(struct findings *f, const struct machine *machine, struct candidates *out)
{
	for (size_t i = 0; i < f->items.len; i++) {
		struct finding *found = &f->items.items[i];
		struct candidate c = { found, &f->rules->items.items[found->rule], { 0 } };
		if (!finding_is_complete(found, c.rule))
			continue;
		settle_facts(found, &f->facts);
		struct values v = values_of(found, f->rules, machine);
		if (applies(c.rule, found) && make_hint(c.rule, found, &v, f->arena, &c.hint))
			vec_push(&out->items, c);
	}
}

static bool
is_said(const struct explanation *e, const struct hint *h)
{
	for (size_t i = 0; i < e->count; i++) {
		if (!strcmp(e->hints[i].id, h->id) && !strcmp(e->hints[i].title, h->title))
			return true;
	}
	return false;
}

static void
make_hints(struct explanation *e, const struct candidates *c, const struct rules *rules,
	const struct machine *machine, const struct hint_context *context)
{
	e->hints = arena_array(e->memory, struct hint, HINTS_MAX);
	for (size_t i = 0; i < c->items.len && e->count < HINTS_MAX; i++) {
		const struct candidate *item = &c->items.items[i];
		struct values v = values_of(item->finding, rules, machine);
		if (is_said(e, &item->hint))
			continue;
		e->hints[e->count] = item->hint;
		make_fixes(item->rule, &v, context, e->memory, &e->hints[e->count++]);
	}
}

static void
tell_facts(struct facts *f, const struct hint_context *context)
{
	facts_tell(f, FACT_TARGET, context->target);
	facts_tell(f, FACT_HOST, context->host);
	facts_tell(f, FACT_LINKER, context->linker);
	facts_tell(f, FACT_BACKEND, context->backend);
}

/* Where in the log the linker's line stands. */
static long
line_of(struct span log, const char *excerpt)
{
	long at = span_find(log, span_of(excerpt)), line = 1;

	for (long i = 0; i < at; i++)
		line += log.data[i] == '\n';
	return at < 0 ? 0 : line;
}

/* The linker's own output, known apart from the log, is the better source: read alone, it cannot be
 * mixed up with what others printed between its lines. */
static void
read_linker_output(struct findings *f, const char *output, struct span log)
{
	findings_read(f, span_of(output), true);
	for (size_t i = 0; i < f->items.len; i++) {
		if (f->items.items[i].line)
			f->items.items[i].line = line_of(log, f->items.items[i].excerpt);
	}
}

struct explaining {
	struct explanation *result;
	struct hint_context context;
	struct findings findings;
};

/* `log`: where what the linker said is found again, as far as it is known. */
static struct explaining *
begin(const struct rules *rules, struct span log, const struct hint_context *context)
{
	struct explaining *x = xcalloc(1, sizeof *x);

	if (context)
		x->context = *context;
	x->result = xcalloc(1, sizeof *x->result);
	x->result->memory = xcalloc(1, sizeof(struct arena));
	findings_init(&x->findings, rules_read(rules), x->result->memory);
	tell_facts(&x->findings.facts, &x->context);
	if (x->context.linker_output)
		read_linker_output(&x->findings, x->context.linker_output, log);
	findings_begin(&x->findings, false);
	return x;
}

struct explaining *
explain_begin(const struct rules *rules, const struct hint_context *context)
{
	return begin(rules, (struct span){ 0 }, context);
}

void
explain_feed(struct explaining *x, struct span bytes)
{
	findings_feed(&x->findings, bytes);
}

static void
conclude(struct explaining *x)
{
	struct machine machine = { .tools = tool_index_new(NULL) };
	struct candidates found = { 0 };

	machine.packages = values_package_manager(x->context.distribution, machine.tools);
	collect(&x->findings, &machine, &found);
	drop_hidden(&found);
	keep_nearest(&found);
	sort_by_nearness(&found);
	make_hints(x->result, &found, x->findings.rules, &machine, &x->context);
	vec_fini(&found.items);
	tool_index_free(machine.tools);
}

struct explanation *
explain_end(struct explaining *x)
{
	struct explanation *result = x->result;

	findings_end(&x->findings);
	if (x->findings.items.len)
		conclude(x);
	findings_fini(&x->findings);
	free(x);
	return result;
}

struct explanation *
explain(const struct rules *rules, struct span log, const struct hint_context *context)
{
	struct explaining *x = begin(rules, log, context);

	explain_feed(x, log);
	return explain_end(x);
}

void
explanation_free(struct explanation *e)
{
	if (!e)
		return;
	arena_fini(e->memory);
	free(e->memory);
	free(e);
}
