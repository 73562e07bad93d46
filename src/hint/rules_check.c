/* Rules are proved by the examples that stand beside them. */
#include "hint/rules.h"

#include <string.h>
#include "base/alloc.h"
#include "hint/explain.h"
#include "hint/ruleset.h"
#include "hint/template.h"
#include "hint/values.h"

#define CAPTURES_MAX 64 /* names in one rule, when its words are checked */

static bool
gives_hint(const struct explanation *e, const char *id)
{
	for (size_t i = 0; i < e->count; i++) {
		if (!strcmp(e->hints[i].id, id))
			return true;
	}
	return false;
}

/* A positive example must give the rule's hint first, a negative one must not give it at all. */
static bool
check_example(
	const struct rules *r, const struct rule *rule, const struct example *x, struct err *err)
{
	struct hint_context context = {
		.target = x->target, .host = x->host, .linker = x->linker, .distribution = "debian"
	};
	struct explanation *e = explain(r, span_of(x->log), &context);
	const char *first = e->count ? e->hints[0].id : NULL;
	bool ok = x->matches ? first && !strcmp(first, rule->id) : !gives_hint(e, rule->id);

	if (!ok && x->matches)
		err_set(err, ERR_PARSE,
			"%s:%d:1: the rule \"%s\" does not come first for this example; %s%s",
			rule->file, x->line, rule->id, first ? "first is " : "no rule fits",
			first ? first : "");
	else if (!ok)
		err_set(err, ERR_PARSE, "%s:%d:1: the rule \"%s\" fits this example, and must not",
			rule->file, x->line, rule->id);
	explanation_free(e);
	return ok;
}

static void
add_captures(const struct rules *r, struct numbers patterns, struct capture *list, size_t *count)
{
	for (size_t i = 0; i < patterns.len; i++) {
		const char *name;
		for (size_t k = 0; *count < CAPTURES_MAX; k++) {
			if (!(name = patterns_capture_name(r->patterns, patterns.items[i], k)))
				break;
			list[(*count)++] = (struct capture){ name, "x" };
		}
	}
}

/* Whether the rule has words for a match of this pattern alone, with nothing known but what it asks
 * for itself. */
static bool
can_speak(const struct rules *r, const struct rule *rule, struct numbers any)
{
	struct capture captures[CAPTURES_MAX];
	struct values v = { .captures = captures };
	struct template_source source = values_source(&v);
	struct str out = STR_INIT;
	bool ok;

	add_captures(r, any, captures, &v.capture_count);
	add_captures(r, rule->all, captures, &v.capture_count);
	v.facts[FACT_TARGET] = *rule->when.target ? "x" : NULL;
	v.facts[FACT_HOST] = *rule->when.host ? "x" : NULL;
	v.facts[FACT_LINKER] = *rule->when.linker ? "x" : NULL;
	v.facts[FACT_BACKEND] = *rule->when.backend ? "x" : NULL;
	ok = template_fill_any(rule->title, &source, &out) &&
		template_fill_any(rule->why, &source, &out);
	str_fini(&out);
	return ok;
}

static bool
check_words(const struct rules *r, const struct rule *rule, struct err *err)
{
	struct numbers one = { 0 };

	for (size_t i = 0; i < rule->any.len || i == 0; i++) {
		if (rule->any.len)
			one = (struct numbers){ &rule->any.items[i], 1 };
		if (!can_speak(r, rule, one))
			return err_set(err, ERR_PARSE,
				"%s:%d:1: the rule \"%s\" has no \"title\" or \"why\" that its "
				"pattern %zu can fill in",
				rule->file, rule->line, rule->id, i + 1);
	}
	return true;
}

static bool
check_examples_of(const struct rules *r, const char *file, struct err *err)
{
	for (size_t i = 0; i < r->items.len; i++) {
		const struct rule *rule = &r->items.items[i];
		if (file && !text_is(rule->file, file))
			continue;
		if (!check_words(r, rule, err))
			return false;
		for (size_t k = 0; k < rule->example_count; k++) {
			if (!check_example(r, rule, &rule->examples[k], err))
				return false;
		}
	}
	return true;
}

bool
rules_check_examples(const struct rules *r, struct err *err)
{
	return check_examples_of(r, NULL, err);
}

bool
rules_check_file(const char *path, struct err *err)
{
	struct rules *r = rules_load_with(path, err);
	bool ok = r && check_examples_of(r, path, err);

	rules_free(r);
	return ok;
}
