/* size: each package manager has a way to say what it would do, and words for it. */
#include "plan/size.h"

#include <stdlib.h>
#include <string.h>
#include "base/count.h"
#include "base/quantity.h"
#include "base/vec.h"
#include "io/proc.h"
#include "plan/plan.h"

#define SAID_MAX 262144

/* What goes before the names for a question, and the words before the numbers. */
static const struct asker {
	const char *program;
	const char *question[8];  /* ends with NULL */
	const char *bytes, *disk; /* NULL: no words, each line is a number of bytes to fetch */
} askers[] = {
	{ "apt-get", { "apt-get", "install", "--print-uris", "-y" }, "Need to get ",
		"After this operation, " },
	{ "dnf", { "dnf", "install", "--assumeno" }, "Total download size: ", "Installed size: " },
	{ "pacman", { "pacman", "-S", "--needed", "--print", "--print-format", "%s" }, NULL, NULL },
	{ "zypper", { "zypper", "--non-interactive", "install", "--dry-run" },
		"Overall download size: ", "After the operation, additional " },
};

static const struct asker *
asker_of(const char *program)
{
	for (size_t i = 0; i < COUNT(askers); i++)
		if (text_is(askers[i].program, program))
			return &askers[i];
	return NULL;
}

bool
size_can_be_asked(const struct step *step)
{
	return step->kind == STEP_RUN && text_starts(step->id, "packages:") &&
		asker_of(step->argv[0]);
}

static int64_t
amount_after(struct span said, const char *words)
{
	long at = words ? span_find(said, span_of(words)) : -1;
	size_t skip;

	if (at < 0)
		return -1;
	skip = (size_t)at + strlen(words);
	said = (struct span){ said.data + skip, said.len - skip };
	/* apt: "Need to get 12 MB/34 MB", when some is in its cache: the first counts. */
	return quantity_read(said);
}

static int64_t
sum_of_lines(struct span said)
{
	int64_t sum = 0;
	struct span line;

	if (!said.len)
		return -1;
	while (said.len) {
		line = span_trim(span_cut(said, '\n', &said));
		if (line.len && line.data[0] >= '0' && line.data[0] <= '9')
			sum += strtoll(line.data, NULL, 10);
	}
	return sum;
}

bool
size_read(const char *program, struct span said, struct step_size *out)
{
	const struct asker *asker = asker_of(program);

	*out = (struct step_size){ -1, -1 };
	if (!asker)
		return false;
	out->bytes = asker->bytes ? amount_after(said, asker->bytes) : sum_of_lines(said);
	out->disk_bytes = amount_after(said, asker->disk);
	return out->bytes >= 0 || out->disk_bytes >= 0;
}

/* The names are what follows the last word that is known of the command. */
static const char *const *
names_of(const struct step *step)
{
	const char *const *name = step->argv;

	while (name[1] && (name[1][0] == '-' || text_is(name[1], "install")))
		name++;
	return name + 1;
}

bool
size_ask(const struct step *step, unsigned timeout_ms, struct step_size *out)
{
	static const struct proc_env plain[] = { { "LC_ALL", "C" } };
	const struct asker *asker = asker_of(step->argv[0]);
	VEC(const char *) words = VEC_INIT;
	struct proc_spec spec = { .env = plain, .env_count = 1 };
	struct proc_result result;
	bool ok;

	for (const char *const *w = asker->question; *w; w++)
		vec_push(&words, *w);
	for (const char *const *w = names_of(step); *w; w++)
		vec_push(&words, *w);
	vec_push(&words, NULL);
	spec.argv = words.items;
	ok = proc_capture(&spec, SAID_MAX, timeout_ms, &result, NULL) &&
		size_read(asker->program, str_span(&result.out), out);
	proc_result_fini(&result);
	vec_fini(&words);
	return ok;
}
