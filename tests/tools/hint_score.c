/* hint_score: how well the hint rules name the causes of logs whose cause is known.
 *
 * usage: hint_score [-v] [-t] DIR
 *   DIR holds NNN.log and NNN.json ("cause", "also_ok", "target"); -v names every miss, -t tells the
 *   engine the target. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/path.h"
#include "hint/explain.h"
#include "hint/rules.h"
#include "io/file.h"
#include "text/json.h"

struct score {
	int positives, first, third;
	int wrong_positives; /* a sure first hint with another cause */
	int negatives, wrong_negatives;
	int said[3], right[3]; /* of the first hints, by confidence */
};

static bool verbose, tell_target;

static bool
is_accepted(const struct json *about, const char *cause)
{
	const struct json *also = json_get(about, "also_ok");

	if (!strcmp(json_string(json_get(about, "cause"), ""), cause))
		return true;
	for (const struct json *v = json_first(also); v; v = json_next(v)) {
		if (!strcmp(json_string(v, ""), cause))
			return true;
	}
	return false;
}

static void
count_negative(struct score *s, const char *name, const char *cause, const struct explanation *e)
{
	s->negatives++;
	for (size_t i = 0; i < e->count; i++) {
		if (verbose)
			printf("%s  %s: said %s (%s, %s)\n", name, cause, e->hints[i].cause,
				e->hints[i].id, confidence_name(e->hints[i].confidence));
		if (e->hints[i].confidence > HINT_POSSIBLE) {
			s->wrong_negatives++;
			break;
		}
	}
}

static void
count_positive(
	struct score *s, const char *name, const struct json *about, const struct explanation *e)
{
	bool third = false, first = e->count && is_accepted(about, e->hints[0].cause);

	for (size_t i = 0; i < e->count && i < 3; i++)
		third = third || is_accepted(about, e->hints[i].cause);
	s->positives++;
	s->first += first;
	s->third += third;
	if (e->count) {
		s->said[e->hints[0].confidence]++;
		s->right[e->hints[0].confidence] += first;
		s->wrong_positives += !first && e->hints[0].confidence > HINT_POSSIBLE;
	}
	if (!first && verbose)
		printf("%s  %s: said %s (%s)\n", name, json_string(json_get(about, "cause"), ""),
			e->count ? e->hints[0].cause : "nothing", e->count ? e->hints[0].id : "");
}

static void
count_case(struct score *s, const struct rules *rules, const char *dir, const char *name)
{
	char *log_path = path_joinf(dir, "%s.log", name),
	     *json_path = path_joinf(dir, "%s.json", name);
	struct str log = STR_INIT, text = STR_INIT;
	struct hint_context context = { 0 };

	if (file_read(log_path, &log, NULL) && file_read(json_path, &text, NULL)) {
		struct json *about = json_parse(str_cstr(&text), text.len, NULL);
		const char *cause = json_string(json_get(about, "cause"), "");
		context.target = tell_target ? json_string(json_get(about, "target"), NULL) : NULL;
		struct explanation *e = explain(rules, str_span(&log), &context);
		if (text_starts(cause, "negative-"))
			count_negative(s, name, cause, e);
		else
			count_positive(s, name, about, e);
		explanation_free(e);
		json_free(about);
	}
	str_fini(&log);
	str_fini(&text);
	free(log_path);
	free(json_path);
}

static void
print_score(const struct score *s)
{
	int wrong = s->wrong_positives + s->wrong_negatives, all = s->positives + s->negatives;

	printf("recall at 1   %d of %d  %.3f\n", s->first, s->positives,
		(double)s->first / (s->positives ? s->positives : 1));
	printf("recall at 3   %d of %d  %.3f\n", s->third, s->positives,
		(double)s->third / (s->positives ? s->positives : 1));
	printf("wrong         %d of %d  %.3f  (%d of them on %d negatives)\n", wrong, all,
		(double)wrong / (all ? all : 1), s->wrong_negatives, s->negatives);
	for (int c = HINT_CERTAIN; c >= HINT_POSSIBLE; c--)
		printf("%-8s      right in %d of %d\n", confidence_name((enum confidence)c),
			s->right[c], s->said[c]);
}

static int
score_folder(const char *dir)
{
	struct err err = ERR_INIT;
	struct rules *rules = rules_load(NULL, &err);
	struct score s = { 0 };
	char **names = NULL;
	size_t count = 0;

	if (!rules || !file_list(dir, &names, &count, &err)) {
		fprintf(stderr, "hint_score: %s\n", err.message);
		rules_free(rules);
		return 1;
	}
	for (size_t i = 0; i < count; i++) {
		if (!text_ends(names[i], ".log"))
			continue;
		names[i][strlen(names[i]) - 4] = 0;
		count_case(&s, rules, dir, names[i]);
	}
	print_score(&s);
	file_list_free(names, count);
	rules_free(rules);
	return 0;
}

int
main(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "vt")) != -1) {
		verbose = verbose || option == 'v';
		tell_target = tell_target || option == 't';
	}
	if (optind + 1 != argc) {
		fputs("usage: hint_score [-v] [-t] DIR\n", stderr);
		return 2;
	}
	return score_folder(argv[optind]);
}
