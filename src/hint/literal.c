/* A recursive walk over the pattern's text. A part of it is exact while all texts that it can match
 * are a short list ("(?:ld|lld)(?:\.exe)?: " gives four); such lists are multiplied along a
 * sequence, and where something else stands, what was gathered becomes a set. */
#include "hint/literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define TEXT_MAX 48 /* bytes; a longer text picks no better */
#define SET_MAX 128 /* texts in a set; with more it is worth nothing */
#define DEPTH_MAX 32

struct part {
	bool is_exact;
	struct literal_set texts; /* of an exact part */
	struct literal_sets sets; /* of another one */
};

struct reader {
	const char *p;
	struct arena *arena;
	int depth;
};

/* A sequence being read: `run` is the list of texts that end where the reader stands. */
struct sequence {
	struct part part;
	struct literal_set run;
	char plain[TEXT_MAX]; /* characters not yet added to the run */
	size_t plain_len;
};

static void read_branches(struct reader *r, struct part *out);

static void
measure(struct literal_set *set)
{
	set->shortest = 0;
	for (size_t i = 0; i < set->len; i++) {
		size_t len = strlen(set->items[i]);
		if (!i || len < set->shortest)
			set->shortest = len;
	}
}

static struct literal_set
set_of(struct reader *r, const char *text, size_t len)
{
	struct literal_set set = { arena_array(r->arena, const char *, 1), 1, len };

	set.items[0] = arena_strndup(r->arena, text, len);
	return set;
}

/* Every text of a followed by every text of b; false when that gives too many or too long ones. */
static bool
multiply(struct reader *r, struct literal_set *a, const struct literal_set *b)
{
	struct literal_set all = { 0 };

	if (!a->len || !b->len || a->len * b->len > SET_MAX)
		return false;
	all.items = arena_array(r->arena, const char *, a->len * b->len);
	for (size_t i = 0; i < a->len; i++) {
		for (size_t k = 0; k < b->len; k++) {
			if (strlen(a->items[i]) + strlen(b->items[k]) > TEXT_MAX)
				return false;
			all.items[all.len++] =
				arena_printf(r->arena, "%s%s", a->items[i], b->items[k]);
		}
	}
	measure(&all);
	*a = all;
	return true;
}

static void
add_set(struct literal_sets *sets, const struct literal_set *set)
{
	if (set->len && set->shortest >= LITERAL_MIN)
		vec_push(&sets->sets, *set);
}

static void
end_run(struct sequence *s)
{
	add_set(&s->part.sets, &s->run);
	s->run = (struct literal_set){ 0 };
	s->part.is_exact = false;
}

static void
append_texts(struct reader *r, struct sequence *s, const struct literal_set *texts)
{
	if (!s->run.len && !s->part.is_exact) {
		s->run = *texts;
	} else if (!multiply(r, &s->run, texts)) {
		end_run(s);
		s->run = *texts;
	}
}

static void
settle_plain(struct reader *r, struct sequence *s)
{
	if (!s->plain_len)
		return;
	struct literal_set one = set_of(r, s->plain, s->plain_len);
	s->plain_len = 0;
	append_texts(r, s, &one);
}

/* Something that may match any text stands here. */
static void
append_unknown(struct reader *r, struct sequence *s)
{
	settle_plain(r, s);
	end_run(s);
}

enum repeat { ONCE, OPTIONAL, REPEATED, ANY_NUMBER };

static enum repeat
read_quantifier(struct reader *r)
{
	enum repeat repeat;

	if (*r->p == '?') {
		repeat = OPTIONAL;
		r->p++;
	} else if (*r->p == '*') {
		repeat = ANY_NUMBER;
		r->p++;
	} else if (*r->p == '+') {
		repeat = REPEATED;
		r->p++;
	} else if (*r->p == '{' && r->p[1] && strchr("0123456789,", r->p[1]) && strchr(r->p, '}')) {
		repeat = r->p[1] == '0' || r->p[1] == ',' ? ANY_NUMBER : REPEATED;
		r->p = strchr(r->p, '}') + 1;
	} else {
		return ONCE;
	}
	if (*r->p == '?' || *r->p == '+')
		r->p++;
	return repeat;
}

/* A part that is there once, or not, or several times. */
static void
append_part(struct reader *r, struct sequence *s, const struct part *part, enum repeat repeat)
{
	settle_plain(r, s);
	if (part->is_exact &&
		(repeat == ONCE || (repeat == OPTIONAL && part->texts.len < SET_MAX))) {
		struct literal_set texts = part->texts;
		if (repeat == OPTIONAL) {
			texts.items = arena_array(r->arena, const char *, texts.len + 1);
			memcpy(texts.items, part->texts.items,
				part->texts.len * sizeof(*texts.items));
			texts.items[texts.len++] = "";
			texts.shortest = 0;
		}
		append_texts(r, s, &texts);
		return;
	}
	end_run(s);
	if (repeat != ONCE && repeat != REPEATED)
		return;
	if (part->is_exact)
		add_set(&s->part.sets, &part->texts);
	for (size_t i = 0; i < part->sets.sets.len; i++)
		vec_push(&s->part.sets.sets, part->sets.sets.items[i]);
}

static bool
is_usable(char c)
{
	return c >= 0x20 && c < 0x7f && !strchr("\"'`\\", c);
}

static void
take_char(struct reader *r, struct sequence *s, char c)
{
	char low = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	enum repeat repeat = read_quantifier(r);

	if (!is_usable(c)) {
		append_unknown(r, s);
	} else if (repeat == ONCE) {
		if (s->plain_len == TEXT_MAX)
			append_unknown(r, s);
		s->plain[s->plain_len++] = low;
	} else {
		struct part one = { .is_exact = true, .texts = set_of(r, &low, 1) };
		append_part(r, s, &one, repeat);
	}
}

static void
take_unknown(struct reader *r, struct sequence *s)
{
	read_quantifier(r);
	append_unknown(r, s);
}

/* Past a class; "[.]" and "[Ff]" give their only letter, all others 0. */
static char
read_class(struct reader *r)
{
	const char *start = ++r->p;

	if (*r->p == '^')
		r->p++;
	if (*r->p == ']')
		r->p++;
	while (*r->p && *r->p != ']') {
		if (r->p[0] == '[' && r->p[1] == ':' && strstr(r->p, ":]"))
			r->p = strstr(r->p, ":]") + 2;
		else
			r->p += r->p[0] == '\\' && r->p[1] ? 2 : 1;
	}
	size_t len = (size_t)(r->p - start);
	if (*r->p)
		r->p++;
	if ((len == 1 && *start != '^') || (len == 2 && (start[0] ^ start[1]) == 0x20))
		return *start;
	return 0;
}

/* Past "(?…" up to the group's content. False for a group that asserts or only sets options. */
static bool
read_group_head(struct reader *r)
{
	if (*r->p != '?')
		return true;
	r->p++;
	if (*r->p == '=' || *r->p == '!' || *r->p == '#')
		return r->p++, false;
	if (*r->p == '<' && (r->p[1] == '=' || r->p[1] == '!'))
		return r->p += 2, false;
	if (*r->p == '<' || *r->p == 'P' || *r->p == '\'') {
		r->p += *r->p == 'P' ? 2 : 1;
		while (*r->p && *r->p != '>' && *r->p != '\'')
			r->p++;
		if (*r->p)
			r->p++;
		return true;
	}
	while (*r->p && *r->p != ':' && *r->p != ')' && *r->p != '|' && *r->p != '>')
		r->p++;
	if (*r->p == ')')
		return false;
	if (*r->p)
		r->p++;
	return true;
}

static void
part_fini(struct part *part)
{
	vec_fini(&part->sets.sets);
}

static void
take_group(struct reader *r, struct sequence *s)
{
	struct part inner = { 0 };

	r->p++;
	bool counts = read_group_head(r);
	read_branches(r, &inner);
	if (*r->p == ')')
		r->p++;
	enum repeat repeat = read_quantifier(r);
	if (counts)
		append_part(r, s, &inner, repeat);
	part_fini(&inner);
}

/* Past what belongs to \x41, \x{263a}, \p{L}, \k<name>, \g{1}, \cA and \12. */
static void
skip_operand(struct reader *r, char c)
{
	const char *close = *r->p == '{' ? strchr(r->p, '}')
		: *r->p == '<'           ? strchr(r->p, '>')
					 : NULL;

	if (strchr("xpPkgoN", c) && close)
		r->p = close + 1;
	else if (c == 'x')
		for (int i = 0; i < 2 && isxdigit((unsigned char)*r->p); i++)
			r->p++;
	else if (c >= '0' && c <= '9')
		r->p += strspn(r->p, "0123456789");
	else if (strchr("cpP", c) && *r->p)
		r->p++;
}

static void
take_escape(struct reader *r, struct sequence *s)
{
	char c = r->p[1];

	r->p += c ? 2 : 1;
	if (c)
		skip_operand(r, c);
	if (c == 'b' || c == 'B') /* asserts, takes nothing */
		return;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
		take_unknown(r, s);
	else
		take_char(r, s, c);
}

static void
read_sequence(struct reader *r, struct part *out)
{
	struct sequence s = { .part.is_exact = true };

	s.run = set_of(r, "", 0);
	while (*r->p && *r->p != '|' && *r->p != ')') {
		if (*r->p == '(') {
			take_group(r, &s);
		} else if (*r->p == '[') {
			char only = read_class(r);
			only ? take_char(r, &s, only) : take_unknown(r, &s);
		} else if (*r->p == '\\') {
			take_escape(r, &s);
		} else if (*r->p == '^' || *r->p == '$') {
			r->p++;
		} else if (*r->p == '.') {
			r->p++;
			take_unknown(r, &s);
		} else {
			r->p++;
			take_char(r, &s, r->p[-1]);
		}
	}
	settle_plain(r, &s);
	if (s.part.is_exact)
		s.part.texts = s.run;
	else
		end_run(&s);
	*out = s.part;
}

/* Of the part's sets the one with the longest texts, but for `taken`. */
static const struct literal_set *
best_of(const struct part *part, const struct literal_set *taken)
{
	const struct literal_set *best = NULL;

	if (part->is_exact)
		return part->texts.shortest >= LITERAL_MIN && !taken ? &part->texts : NULL;
	for (size_t i = 0; i < part->sets.sets.len; i++) {
		const struct literal_set *set = &part->sets.sets.items[i];
		if (set != taken && (!best || set->shortest > best->shortest))
			best = set;
	}
	return best;
}

/* Adds a branch to what its group can match: its exact texts while all branches are exact, and in
 * any case the set that stands for it. False when there is none or too many. */
static bool
unite(struct reader *r, struct literal_set *all, const struct literal_set *more)
{
	if (!more || all->len + more->len > SET_MAX)
		return false;
	if (!all->items)
		all->items = arena_array(r->arena, const char *, SET_MAX);
	memcpy(all->items + all->len, more->items, more->len * sizeof(*more->items));
	all->len += more->len;
	measure(all);
	return true;
}

/* What branches have in common, as far as they are read: their exact texts, and two sets of which each
 * branch has given its best and its next best one (its best again, where it has no other). */
struct branches {
	struct literal_set exact, best, next;
	bool all_exact, has_best, has_next;
	bool is_next_new; /* it is not all the best again */
};

static void
take_branch(struct reader *r, struct branches *b, const struct part *branch)
{
	const struct literal_set *best = best_of(branch, NULL);
	const struct literal_set *next = best_of(branch, best);

	b->is_next_new |= next != NULL;
	b->all_exact = b->all_exact && branch->is_exact && unite(r, &b->exact, &branch->texts);
	b->has_best = b->has_best && unite(r, &b->best, best);
	b->has_next = b->has_next && unite(r, &b->next, next ? next : best);
}

static void
read_branches(struct reader *r, struct part *out)
{
	struct branches all = { .all_exact = true, .has_best = true, .has_next = true };
	int branches = 0;

	if (++r->depth >
		DEPTH_MAX) /* no pattern of ours: the rest stays unread and gives nothing */
		r->p += strlen(r->p);
	do {
		struct part branch;
		if (branches++)
			r->p++;
		read_sequence(r, &branch);
		if (branches == 1 && *r->p != '|') {
			*out = branch;
			r->depth--;
			return;
		}
		take_branch(r, &all, &branch);
		part_fini(&branch);
	} while (*r->p == '|');
	*out = (struct part){ .is_exact = all.all_exact, .texts = all.exact };
	if (!all.all_exact && all.has_best)
		vec_push(&out->sets.sets, all.best);
	if (!all.all_exact && all.has_next && all.is_next_new)
		vec_push(&out->sets.sets, all.next);
	r->depth--;
}

void
literal_sets_of(const char *pattern, struct arena *arena, struct literal_sets *out)
{
	struct reader r = { .p = pattern, .arena = arena };
	struct part part = { 0 };

	read_branches(&r, &part);
	if (part.is_exact)
		add_set(&part.sets, &part.texts);
	*out = part.sets;
}
