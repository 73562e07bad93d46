/* patterns: an array of compiled expressions, and `owners`, for each text of the automaton the
 * patterns that wait for it: those whose first set it is of. scan: the rest of an unfinished line, and
 * for the piece at hand the texts it holds (`seen`) and a list of patterns to run, each at most once
 * (`stamp`), and only when the piece holds a text of the pattern's second set, too. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "hint/match.h"

#include <pcre2.h>
#include <pthread.h>
#include <string.h>
#include "base/alloc.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "hint/automaton.h"
#include "hint/literal.h"
#include "hint/logline.h"

#define LINE_MAX_KEPT (8u << 20) /* of an unfinished line; what is longer is taken in parts */
#define FIRST_MIN 3      /* bytes of a text that picks a line: a shorter one picks too many */
#define STEPS_MAX 200000 /* PCRE2's match limit: no pattern may stall a log */

enum form { PLAIN, TRANSLATED, UNTRANSLATABLE };

struct pattern {
	char *text;
	pcre2_code *code;
	_Atomic enum form form; /* of the code: to machine code or not */
	struct literal_sets sets;
	size_t second, second_len; /* of its second set: in `seconds`, none: any piece will do */
};

struct owner {
	size_t pattern;
	size_t more; /* index + 1 of the next owner of the same text, 0 ends */
};

struct patterns {
	VEC(struct pattern) items;
	struct map numbers; /* pattern text to number + 1 */
	struct arena arena;
	struct automaton *automaton;
	VEC(struct owner) owners;
	VEC(size_t) first;    /* per text of the automaton: index + 1 into owners, 0 none */
	VEC(size_t) seconds;  /* texts of the automaton */
	pthread_mutex_t lock; /* of what a scan, on whatever thread, may be the first to need */
};

struct scan {
	struct patterns *patterns;
	const struct scan_events *events;
	void *arg;
	struct str rest;  /* an unfinished line */
	struct str clean; /* buffer of the cleaned line */
	struct str plain; /* buffer of an unescaped or rendered text */
	struct str part;  /* buffer of a line of `plain` */
	long line;
	bool watch_blank;
	uint64_t tries;
	uint64_t piece;  /* number of the piece at hand */
	uint64_t *stamp; /* per pattern: the piece whose text asked for it */
	uint64_t *seen;  /* per text: the last piece that held it */
	VEC(size_t) todo;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

/* patterns */

struct patterns *
patterns_new(void)
{
	struct patterns *p = xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void
patterns_free(struct patterns *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->items.len; i++) {
		free(p->items.items[i].text);
		pcre2_code_free(p->items.items[i].code);
		vec_fini(&p->items.items[i].sets.sets);
	}
	vec_fini(&p->items);
	vec_fini(&p->owners);
	vec_fini(&p->first);
	vec_fini(&p->seconds);
	automaton_free(p->automaton);
	map_fini(&p->numbers);
	arena_fini(&p->arena);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

static bool
is_quote(char c)
{
	return c == '\'' || c == '`';
}

/* The pattern with each plain quote and backtick standing for both: nothing differs so often between
 * tools, their versions and what people paste. */
static void
loosen_quotes(const char *pattern, struct str *out)
{
	bool in_class = false;

	for (const char *p = pattern; *p; p++) {
		if (*p == '\\' && p[1]) {
			str_append_bytes(out, p, 2);
			p++;
		} else if (is_quote(*p)) {
			str_append(out, in_class ? "`'" : "[`']");
		} else {
			in_class = in_class ? *p != ']' : *p == '[';
			str_append_char(out, *p);
		}
	}
}

static pcre2_code *
compile(const char *pattern, struct err *err)
{
	int error;
	PCRE2_SIZE at;
	PCRE2_UCHAR why[200];
	struct str loose = STR_INIT;

	loosen_quotes(pattern, &loose);
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)str_cstr(&loose), loose.len,
		PCRE2_CASELESS | PCRE2_DUPNAMES, &error, &at, NULL);
	str_fini(&loose);
	if (code)
		return code;
	pcre2_get_error_message(error, why, sizeof(why));
	err_set(err, ERR_PARSE, "the pattern is no regular expression: %s (near its character %zu)",
		(const char *)why, (size_t)at + 1);
	return NULL;
}

static bool
has_first(const struct literal_sets *sets)
{
	for (size_t k = 0; k < sets->sets.len; k++) {
		if (sets->sets.items[k].shortest >= FIRST_MIN)
			return true;
	}
	return false;
}

long
patterns_add(struct patterns *p, const char *pattern, struct err *err)
{
	void *known = map_get(&p->numbers, pattern);
	struct literal_sets sets = { 0 };
	pcre2_code *code;

	if (known)
		return (long)((uintptr_t)known - 1);
	if (!(code = compile(pattern, err)))
		return -1;
	literal_sets_of(pattern, &p->arena, &sets);
	if (!has_first(&sets)) {
		pcre2_code_free(code);
		vec_fini(&sets.sets);
		err_set(err, ERR_PARSE,
			"the pattern has no fixed text of %d characters that every match holds",
			FIRST_MIN);
		return -1;
	}
	*vec_add(&p->items) = (struct pattern){ xstrdup(pattern), code, PLAIN, sets };
	map_set(&p->numbers, pattern, (void *)(uintptr_t)p->items.len);
	return (long)p->items.len - 1;
}

size_t
patterns_count(const struct patterns *p)
{
	return p->items.len;
}

/* How many patterns could be picked by each text: a rare text picks fewer lines. */
static void
count_uses(const struct patterns *p, struct map *uses)
{
	for (size_t i = 0; i < p->items.len; i++) {
		const struct literal_sets *sets = &p->items.items[i].sets;
		for (size_t k = 0; k < sets->sets.len; k++) {
			for (size_t n = 0; n < sets->sets.items[k].len; n++) {
				const char *text = sets->sets.items[k].items[n];
				uintptr_t count = (uintptr_t)map_get(uses, text);
				map_set(uses, text, (void *)(count + 1));
			}
		}
	}
}

/* A long shortest text is good, a text that many patterns share is not. */
static long
score(const struct literal_set *set, const struct map *uses)
{
	uintptr_t most = 1;

	for (size_t n = 0; n < set->len; n++) {
		uintptr_t count = (uintptr_t)map_get(uses, set->items[n]);
		most = count > most ? count : most;
	}
	long length = set->shortest > 12 ? 12 : (long)set->shortest;
	return length * 2 - (long)(most > 16 ? 32 : most * 2);
}

static const struct literal_set *
choose_first(const struct pattern *pattern, const struct map *uses)
{
	const struct literal_set *best = NULL;

	for (size_t k = 0; k < pattern->sets.sets.len; k++) {
		const struct literal_set *set = &pattern->sets.sets.items[k];
		if (set->shortest >= FIRST_MIN && (!best || score(set, uses) > score(best, uses)))
			best = set;
	}
	return best;
}

/* The text's number in the automaton. */
static size_t
number_text(struct patterns *p, struct map *texts, const char *text)
{
	uintptr_t index = (uintptr_t)map_get(texts, text);

	if (!index) {
		vec_push(&p->first, 0);
		index = p->first.len;
		map_set(texts, text, (void *)index);
	}
	return index - 1;
}

static void
own_text(struct patterns *p, struct map *texts, const char *text, size_t pattern)
{
	size_t number = number_text(p, texts, text);

	vec_push(&p->owners, ((struct owner){ pattern, p->first.items[number] }));
	p->first.items[number] = p->owners.len;
}

/* Besides its first; NULL: it has no other. */
static const struct literal_set *
choose_second(const struct pattern *pattern, const struct literal_set *first)
{
	const struct literal_set *best = NULL;

	for (size_t k = 0; k < pattern->sets.sets.len; k++) {
		const struct literal_set *set = &pattern->sets.sets.items[k];
		if (set != first && (!best || set->shortest > best->shortest))
			best = set;
	}
	return best;
}

static void
look_for_sets(struct patterns *p, struct map *texts, size_t pattern, const struct map *uses)
{
	struct pattern *of = &p->items.items[pattern];
	const struct literal_set *first = choose_first(of, uses),
				 *second = choose_second(of, first);

	for (size_t n = 0; n < first->len; n++)
		own_text(p, texts, first->items[n], pattern);
	of->second = p->seconds.len;
	of->second_len = second ? second->len : 0;
	for (size_t n = 0; n < of->second_len; n++)
		vec_push(&p->seconds, number_text(p, texts, second->items[n]));
}

static void
build(struct patterns *p)
{
	struct map uses = MAP_INIT, texts = MAP_INIT;
	VEC(struct span) spans = VEC_INIT;

	count_uses(p, &uses);
	for (size_t i = 0; i < p->items.len; i++)
		look_for_sets(p, &texts, i, &uses);
	for (size_t i = 0; i < texts.len; i++)
		vec_push(&spans, span_of(texts.entries[i].key));
	p->automaton = automaton_new(spans.items, spans.len);
	vec_fini(&spans);
	map_fini(&texts);
	map_fini(&uses);
}

const char *
patterns_capture_name(const struct patterns *p, size_t pattern, size_t i)
{
	const pcre2_code *code = p->items.items[pattern].code;
	uint32_t count = 0, size = 0;
	PCRE2_SPTR table = NULL;

	pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
	return i < count ? (const char *)table + i * size + 2 : NULL;
}

struct span
match_capture(const struct match *m, const char *name)
{
	const pcre2_code *code = m->patterns->items.items[m->pattern].code;
	PCRE2_SIZE *ends = pcre2_get_ovector_pointer(m->data);
	PCRE2_SPTR first, last;
	int size = pcre2_substring_nametable_scan(code, (PCRE2_SPTR)name, &first, &last);

	for (; size > 0 && first <= last; first += size) {
		int number = first[0] << 8 | first[1];
		if (ends[2 * number] != PCRE2_UNSET && ends[2 * number] <= ends[2 * number + 1])
			return (struct span){ m->text.data + ends[2 * number],
				ends[2 * number + 1] - ends[2 * number] };
	}
	return (struct span){ 0 };
}

void
patterns_prepare(struct patterns *p)
{
	pthread_mutex_lock(&p->lock);
	if (!p->automaton)
		build(p);
	pthread_mutex_unlock(&p->lock);
}

/* scan */

struct scan *
scan_new(struct patterns *p, const struct scan_events *events, void *arg)
{
	struct scan *s = xcalloc(1, sizeof(*s));

	patterns_prepare(p);
	s->patterns = p;
	s->events = events;
	s->arg = arg;
	s->stamp = xcalloc(p->items.len + 1, sizeof(*s->stamp));
	s->seen = xcalloc(p->first.len + 1, sizeof(*s->seen));
	s->data = pcre2_match_data_create(32, NULL);
	s->limits = pcre2_match_context_create(NULL);
	if (!s->data || !s->limits)
		die("out of memory");
	pcre2_set_match_limit(s->limits, STEPS_MAX);
	return s;
}

void
scan_free(struct scan *s)
{
	if (!s)
		return;
	str_fini(&s->rest);
	str_fini(&s->clean);
	str_fini(&s->plain);
	str_fini(&s->part);
	vec_fini(&s->todo);
	free(s->stamp);
	free(s->seen);
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->limits);
	free(s);
}

static void
note_text(void *arg, size_t text)
{
	struct scan *s = arg;

	if (s->seen[text] == s->piece)
		return;
	s->seen[text] = s->piece;
	for (size_t o = s->patterns->first.items[text]; o;
		o = s->patterns->owners.items[o - 1].more) {
		size_t pattern = s->patterns->owners.items[o - 1].pattern;
		if (s->stamp[pattern] == s->piece)
			continue;
		s->stamp[pattern] = s->piece;
		vec_push(&s->todo, pattern);
	}
}

/* Whether the piece holds a text of the pattern's second set, where it has one. */
static bool
holds_second(const struct scan *s, const struct pattern *pattern)
{
	const size_t *texts = s->patterns->seconds.items + pattern->second;

	for (size_t i = 0; i < pattern->second_len; i++) {
		if (s->seen[texts[i]] == s->piece)
			return true;
	}
	return !pattern->second_len;
}

/* Leaves those that may fit the piece, of whose first set it holds a text, and would say anything. What
 * is not as it will be shown may have sequences in the midst of a text of the second. */
static void
sift_todo(struct scan *s, bool is_as_shown)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->todo.len; i++) {
		size_t number = s->todo.items[i];
		if ((!is_as_shown || holds_second(s, &s->patterns->items.items[number])) &&
			s->events->wanted(s->arg, number))
			s->todo.items[kept++] = number;
	}
	s->todo.len = kept;
}

/* A line picks a few patterns, mostly in order already. */
static void
sort_todo(struct scan *s)
{
	size_t *items = s->todo.items;

	for (size_t i = 1; i < s->todo.len; i++) {
		size_t item = items[i], k = i;
		for (; k && items[k - 1] > item; k--)
			items[k] = items[k - 1];
		items[k] = item;
	}
}

/* Lists the patterns whose text the piece holds, in the order in which they were added; true when
 * there are any. */
static bool
pick(struct scan *s, struct span piece, bool is_as_shown)
{
	s->piece++;
	vec_clear(&s->todo);
	automaton_scan(s->patterns->automaton, piece, note_text, s);
	sift_todo(s, is_as_shown);
	sort_todo(s);
	return s->todo.len > 0;
}

/* A pattern is translated to machine code when it is first needed: most logs need a handful. */
static enum form
translate(struct patterns *p, struct pattern *pattern)
{
	pthread_mutex_lock(&p->lock);
	if (pattern->form == PLAIN)
		pattern->form = pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE)
			? UNTRANSLATABLE
			: TRANSLATED;
	pthread_mutex_unlock(&p->lock);
	return pattern->form;
}

static bool
fits(struct scan *s, struct pattern *pattern, struct span text)
{
	PCRE2_SPTR data = (PCRE2_SPTR)text.data;
	enum form form = pattern->form;

	if (form == PLAIN)
		form = translate(s->patterns, pattern);
	if (form == TRANSLATED)
		return pcre2_jit_match(pattern->code, data, text.len, 0, 0, s->data, s->limits) >=
			0;
	return pcre2_match(pattern->code, data, text.len, 0, 0, s->data, s->limits) >= 0;
}

static void
confirm(struct scan *s, struct span text)
{
	for (size_t i = 0; i < s->todo.len; i++) {
		size_t number = s->todo.items[i];
		struct match m = { number, s->line, text, 0, s->patterns, s->data };
		if (!s->events->wanted(s->arg, number))
			continue;
		s->tries++;
		if (!fits(s, &s->patterns->items.items[number], text))
			continue;
		m.at = pcre2_get_ovector_pointer(s->data)[0];
		s->events->found(s->arg, &m);
	}
}

static void
blank_seen(struct scan *s)
{
	if (s->watch_blank && s->events->blank)
		s->events->blank(s->arg);
}

/* A text with line ends of its own, all of which stand in the same line of the log. */
static void
scan_plain(struct scan *s, struct span text)
{
	while (text.len) {
		struct span line = span_cut(text, '\n', &text);
		struct span clean = logline_clean(line, &s->part);
		if (!clean.len)
			blank_seen(s);
		else if (pick(s, clean, true))
			confirm(s, clean);
	}
}

static void
scan_piece(struct scan *s, struct span piece)
{
	if (!pick(s, piece, !memchr(piece.data, '{', piece.len)))
		return;
	str_clear(&s->plain);
	if (logline_rendered(piece, &s->plain)) {
		scan_plain(s, str_span(&s->plain));
		return;
	}
	struct span clean = logline_clean(piece, &s->clean);
	if (!logline_is_escaped(clean)) {
		confirm(s, clean);
		return;
	}
	logline_unescape(clean, &s->plain);
	scan_plain(s, str_span(&s->plain));
}

/* A JSON message is taken whole, other long lines in overlapping pieces. */
static void
scan_segment(struct scan *s, struct span text)
{
	const size_t overlap = 512;

	if (text.len <= MATCH_PIECE || span_starts(text, "{\"reason\"")) {
		scan_piece(s, text);
		return;
	}
	for (size_t at = 0; at < text.len; at += MATCH_PIECE - overlap) {
		size_t len = text.len - at > MATCH_PIECE ? MATCH_PIECE : text.len - at;
		scan_piece(s, (struct span){ text.data + at, len });
		if (at + len == text.len)
			break;
	}
}

/* A progress bar's CRs part what is one line in the log. */
static void
scan_line(struct scan *s, struct span line)
{
	s->line++;
	if (s->watch_blank && line.len < MATCH_PIECE && logline_is_blank(line, &s->clean)) {
		blank_seen(s);
		return;
	}
	while (line.len) {
		struct span part = span_cut(line, '\r', &line);
		if (part.len)
			scan_segment(s, part);
	}
}

void
scan_feed(struct scan *s, struct span bytes)
{
	const char *lf;

	while (bytes.len && (lf = memchr(bytes.data, '\n', bytes.len))) {
		struct span line = { bytes.data, (size_t)(lf - bytes.data) };
		bytes = (struct span){ lf + 1, bytes.len - line.len - 1 };
		if (!s->rest.len) {
			scan_line(s, line);
			continue;
		}
		str_append_span(&s->rest, line);
		scan_line(s, str_span(&s->rest));
		str_clear(&s->rest);
	}
	str_append_span(&s->rest, bytes);
	if (s->rest.len > LINE_MAX_KEPT) {
		scan_line(s, str_span(&s->rest));
		s->line--;
		str_clear(&s->rest);
	}
}

void
scan_end(struct scan *s)
{
	if (s->rest.len)
		scan_line(s, str_span(&s->rest));
	str_clear(&s->rest);
}

void
scan_watch_blank(struct scan *s, bool on)
{
	s->watch_blank = on;
}

uint64_t
scan_tries(const struct scan *s)
{
	return s->tries;
}
