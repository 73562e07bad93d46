/* fixplan: see fixplan.h. */
#include "plan/fixplan.h"
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "hint/explain.h"
#include "io/proc.h"
#include "plan/plan.h"
#include "text/shell.h"

bool
fix_has_plan(const struct fix *fix)
{
	return (fix->kind == FIX_RUN && fix->argv && fix->argv[0]) ||
		(fix->kind == FIX_EDIT && fix->keys && fix->value);
}

static const char *const *
copy_words(struct arena *arena, const char *const *words)
{
	size_t count = 0;
	const char **copy;

	while (words[count])
		count++;
	copy = arena_array(arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		copy[i] = arena_strdup(arena, words[i]);
	return copy;
}

static void
fill_edit(struct step *step, const struct fix *fix, struct arena *arena)
{
	struct step_key *key = arena_new(arena, struct step_key);

	key->path = copy_words(arena, fix->keys);
	key->literal = arena_strdup(arena, fix->value);
	step->kind = STEP_EDIT;
	step->path = arena_strdup(arena, fix->path);
	step->diff = arena_strdup(arena, fix->diff);
	step->keys = key;
	step->key_count = 1;
	step->title = arena_strdup(arena, fix->title);
}

static void
fill_proof(struct step *step, const struct fix *fix, struct arena *arena)
{
	struct span rest, program = span_cut(span_of(fix->verify ? fix->verify : ""), ' ', &rest);
	char *name = span_dup(program), *found = proc_find_program(name);
	struct step_proof *proof;

	if (!found && span_is(rest, "--version")) {
		proof = arena_new(arena, struct step_proof);
		proof->kind = PROOF_PROGRAM;
		proof->name = arena_strdup(arena, name);
		step->proofs = proof;
		step->proof_count = 1;
	}
	free(found);
	free(name);
}

static void
fill_command(struct step *step, const struct fix *fix, struct arena *arena)
{
	struct str line = STR_INIT;

	shell_command(&line, fix->argv);
	step->kind = STEP_RUN;
	step->argv = copy_words(arena, fix->argv);
	step->root = fix->root;
	step->title = arena_strdup(arena, str_cstr(&line));
	fill_proof(step, fix, arena);
	str_fini(&line);
}

struct plan *
fix_plan(const struct fix *fix)
{
	struct plan *p = xcalloc(1, sizeof *p);
	struct step *step = arena_new(&p->arena, struct step);

	p->items = step;
	p->count = 1;
	step->bytes = step->disk_bytes = -1;
	step->after = arena_array(&p->arena, const char *, 1);
	if (fix->kind == FIX_EDIT)
		fill_edit(step, fix, &p->arena);
	else
		fill_command(step, fix, &p->arena);
	step->id = arena_printf(&p->arena, "fix:%s", step->title);
	step->why = arena_strdup(&p->arena, fix->title);
	return p;
}

static const char *const *
split_words(struct arena *arena, const char *line)
{
	const char **words = arena_array(arena, const char *, strlen(line) / 2 + 2);
	size_t count = 0;

	for (struct span rest = span_of(line), word; rest.len;) {
		word = span_cut(rest, ' ', &rest);
		if (word.len)
			words[count++] = arena_span(arena, word);
	}
	return words;
}

/* What only a shell understands goes through one. */
static const char *const *
shell_words(struct arena *arena, const char *line)
{
	const char **words = arena_array(arena, const char *, 4);

	words[0] = "sh";
	words[1] = "-c";
	words[2] = arena_strdup(arena, line);
	return words;
}

void
command_step(struct step *step, struct arena *arena, const char *command, const char *why)
{
	bool by_shell;

	*step = (struct step){ .kind = STEP_RUN, .bytes = -1, .disk_bytes = -1 };
	step->root = text_starts(command, "sudo ");
	step->title = arena_strdup(arena, command + (step->root ? strlen("sudo ") : 0));
	by_shell = strpbrk(step->title, "\"\\`'$;&|<>*?()[]{}~#!=") != NULL;
	step->argv = by_shell ? shell_words(arena, step->title) : split_words(arena, step->title);
	step->id = arena_printf(arena, "fix:%s", step->title);
	step->why = arena_strdup(arena, why);
	step->after = arena_array(arena, const char *, 1);
}
