/* Findings stand in the order in which they began; `last` leads from a rule to its newest one. */
#include "hint/findings.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/utf8.h"

#define FINDINGS_MAX 2048 /* more failures than anyone reads */
#define FACT_TRIES 5000   /* lines on which one pattern of a fact is tried */
#define EXCERPT_COLUMNS 200

void
findings_init(struct findings *f, const struct rules *rules, struct arena *arena)
{
	*f = (struct findings){ .rules = rules, .arena = arena, .facts.arena = arena };
	f->last = xcalloc(rules->items.len + 1, sizeof(*f->last));
	f->tries = xcalloc(facts_count(), sizeof(*f->tries));
}

void
findings_fini(struct findings *f)
{
	for (size_t i = 0; i < f->items.len; i++)
		vec_fini(&f->items.items[i].captures);
	vec_fini(&f->items);
	free(f->last);
	free(f->tries);
}

static struct finding *
finding_of(struct findings *f, size_t rule)
{
	struct finding *last = f->last[rule] ? &f->items.items[f->last[rule] - 1] : NULL;

	return last && last->failure == f->failure ? last : NULL;
}

static struct finding *
finding_make(struct findings *f, size_t rule)
{
	struct finding *found = finding_of(f, rule);

	if (found || f->items.len == FINDINGS_MAX)
		return found;
	found = vec_add(&f->items);
	found->rule = rule;
	found->failure = f->failure;
	f->last[rule] = f->items.len;
	return found;
}

static bool
use_is_open(struct findings *f, const struct pattern_use *use)
{
	const struct finding *found;

	if (use->role == ROLE_FACT && fact_kind(use->rule) == FACT_ERROR)
		return f->failure_is_over;
	if (use->role == ROLE_FACT)
		return fact_kind(use->rule) >= FACT_VALUES || f->tries[use->rule] < FACT_TRIES;
	if (!(found = finding_of(f, use->rule)))
		return f->items.len < FINDINGS_MAX;
	if (use->role == ROLE_ANY)
		return !found->any && !found->barred;
	if (use->role == ROLE_ALL)
		return !(found->all >> use->which & 1) && !found->barred;
	return !found->barred;
}

static bool
wanted(void *arg, size_t pattern)
{
	struct findings *f = arg;
	const struct rules *r = f->rules;

	for (size_t i = r->first_use.items[pattern]; i < r->first_use.items[pattern + 1]; i++) {
		if (!use_is_open(f, &r->uses.items[i]))
			continue;
		if (r->uses.items[i].role == ROLE_FACT)
			f->tries[r->uses.items[i].rule]++;
		return true;
	}
	return false;
}

static void
begin_failure(struct findings *f)
{
	f->failure++;
	f->failure_has_head = false;
	f->failure_is_over = false;
}

/* All went well since the failure's beginning, or it was the output of tests that ran to their end:
 * nothing of it is a cause, but for what goes unheeded by a build that succeeds. */
static void
forget_failure(struct findings *f)
{
	for (size_t i = f->items.len; i && f->items.items[i - 1].failure == f->failure; i--) {
		if (!f->rules->items.items[f->items.items[i - 1].rule].survives)
			f->items.items[i - 1].barred = true;
	}
	begin_failure(f);
}

static void
take_mark(struct findings *f, enum fact_kind kind)
{
	switch (kind) {
	case FACT_LINK_FAILED:
	case FACT_SCRIPT_FAILED:
		if (f->failure_has_head || f->failure_is_over)
			begin_failure(f);
		f->failure_has_head = true;
		f->in_link = kind == FACT_LINK_FAILED;
		scan_watch_blank(f->scan, f->in_link);
		break;
	case FACT_UNIT_FAILED:
		f->failure_is_over = true;
		f->in_link = false;
		scan_watch_blank(f->scan, false);
		break;
	case FACT_ERROR:
	case FACT_TESTS_BEGIN: begin_failure(f); break;
	case FACT_TESTS_END: forget_failure(f); break;
	case FACT_FINISHED:
		if (!f->failure_has_head && !f->failure_is_over)
			forget_failure(f);
		break;
	default: break;
	}
}

static bool
is_one_of(struct span name, const char *const *names)
{
	for (; *names; names++) {
		if (span_is(name, *names))
			return true;
	}
	return false;
}

/* Whether the line begins as linkers begin theirs: "/usr/bin/ld: ", "ld.lld: error: ", "LINK : fatal
 * error", "a.o: in function", ">>> referenced by". Compiler drivers compile, too: their lines count
 * only where rustc shows a failed link. */
static bool
is_linkers_line(struct span text)
{
	static const char *const names[] = { "ld", "ld.bfd", "ld.gold", "ld.lld", "ld.mold",
		"ld64.lld", "lld", "rust-lld", "lld-link", "wasm-ld", "gold", "mold", "collect2",
		"link", "LINK", "wasm-component-ld", NULL };
	static const char *const endings[] = { "-ld", "-ld.bfd", "-ld.gold", NULL };
	struct span rest, name = span_cut(text, ':', &rest);

	if (name.len == 1 && rest.len) { /* a drive letter */
		struct span more = span_cut(rest, ':', &rest);
		name.len += 1 + more.len;
	}
	if (name.len == text.len)
		return span_starts(text, ">>> ");
	name = span_trim(name);
	for (size_t i = name.len; i; i--) {
		if (name.data[i - 1] == '/' || name.data[i - 1] == '\\') {
			name = (struct span){ name.data + i, name.len - i };
			break;
		}
	}
	if (span_ends(name, ".exe"))
		name.len -= 4;
	for (size_t i = 0; endings[i]; i++) {
		if (span_ends(name, endings[i]))
			return true;
	}
	return is_one_of(name, names) || span_starts(text, "Undefined symbols for architecture") ||
		span_find(text, SPAN("in function")) >= 0 ||
		span_find(text, SPAN("error LNK")) >= 0;
}

static bool
stands_in_block(const struct findings *f, const struct rule *rule, const struct match *m)
{
	return rule->block == BLOCK_ANY || f->in_link || f->always_in_link ||
		is_linkers_line(m->text);
}

/* The matching line, from a little before the match where it is long. */
static const char *
excerpt_of(struct findings *f, const struct match *m)
{
	size_t from = m->text.len > EXCERPT_COLUMNS && m->at > 40 ? m->at - 40 : 0, used;

	while (from && ((unsigned char)m->text.data[from] & 0xc0) == 0x80)
		from--;
	struct span text = { m->text.data + from, m->text.len - from };
	struct span shown = utf8_fit(text, EXCERPT_COLUMNS, &used);
	char *excerpt = arena_printf(f->arena, "%s%.*s%s", from ? "…" : "", (int)shown.len,
		shown.data, shown.len < text.len ? "…" : "");
	for (char *tab = excerpt; (tab = strchr(tab, '\t'));)
		*tab = ' '; /* its width is for the log's own columns */
	return excerpt;
}

static bool
has_capture(const struct finding *found, const char *name)
{
	for (size_t i = 0; i < found->captures.len; i++) {
		if (!strcmp(found->captures.items[i].name, name))
			return true;
	}
	return false;
}

static void
keep_captures(struct findings *f, struct finding *found, const struct match *m)
{
	const char *name;

	for (size_t i = 0; (name = patterns_capture_name(m->patterns, m->pattern, i)); i++) {
		struct span value = match_capture(m, name);
		if (!value.len || has_capture(found, name))
			continue;
		vec_push(&found->captures,
			((struct capture){
				arena_strdup(f->arena, name), arena_span(f->arena, value) }));
	}
}

/* The first line is the evidence, but one of `match` is better evidence than one of `all`. */
static void
keep_evidence(struct findings *f, struct finding *found, const struct match *m, bool is_match)
{
	keep_captures(f, found, m);
	if (found->line && !(is_match && !found->any))
		return;
	found->line = m->line;
	found->excerpt = excerpt_of(f, m);
	memcpy(found->facts, f->facts.values, sizeof(found->facts));
}

static void
take_use(struct findings *f, const struct pattern_use *use, const struct match *m)
{
	const struct rule *rule = &f->rules->items.items[use->rule];
	struct finding *found;

	if (!stands_in_block(f, rule, m) || !(found = finding_make(f, use->rule)))
		return;
	if (use->role == ROLE_NONE) {
		found->barred = true;
		return;
	}
	keep_evidence(f, found, m, use->role == ROLE_ANY);
	if (use->role == ROLE_ANY)
		found->any = true;
	else
		found->all |= (uint64_t)1 << use->which;
}

static void
take_fact(struct findings *f, size_t fact, const struct match *m)
{
	facts_take(&f->facts, fact, m);
	take_mark(f, fact_kind(fact));
}

static void
found_match(void *arg, const struct match *m)
{
	struct findings *f = arg;
	const struct rules *r = f->rules;

	for (size_t i = r->first_use.items[m->pattern]; i < r->first_use.items[m->pattern + 1];
		i++) {
		const struct pattern_use *use = &r->uses.items[i];
		if (!use_is_open(f, use))
			continue;
		if (use->role == ROLE_FACT)
			take_fact(f, use->rule, m);
		else
			take_use(f, use, m);
	}
}

static void
blank_line(void *arg)
{
	struct findings *f = arg;

	f->in_link = false;
	scan_watch_blank(f->scan, false);
}

void
findings_begin(struct findings *f, bool is_linker_output)
{
	static const struct scan_events events = { wanted, found_match, blank_line };

	f->always_in_link = is_linker_output;
	f->scan = scan_new(f->rules->patterns, &events, f);
}

void
findings_feed(struct findings *f, struct span bytes)
{
	scan_feed(f->scan, bytes);
}

void
findings_end(struct findings *f)
{
	scan_end(f->scan);
	scan_free(f->scan);
	f->scan = NULL;
	f->in_link = false;
}

void
findings_read(struct findings *f, struct span log, bool is_linker_output)
{
	findings_begin(f, is_linker_output);
	findings_feed(f, log);
	findings_end(f);
}

bool
finding_is_complete(const struct finding *f, const struct rule *rule)
{
	uint64_t all = rule->all.len ? UINT64_MAX >> (RULE_ALL_MAX - rule->all.len) : 0;

	return !f->barred && (f->any || !rule->any.len) && f->all == all;
}
