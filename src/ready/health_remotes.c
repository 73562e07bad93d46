/* health_remotes: the machines that build by ssh: whether they answer, and what they can build. */
#include <string.h>
#include "base/str.h"
#include "ready/examination.h"
#include "ready/remote.h"

#define NAMED_MAX 6 /* targets in one line */

static const char *
describe(struct examination *e, const struct remote_state *state)
{
	struct str text = STR_INIT;

	str_appendf(&text, "%s, by %s; ", state->system,
		state->has_rsync         ? "rsync"
			: state->has_git ? "git"
					 : "nothing that copies sources");
	if (!state->ready_count)
		str_append(&text, "no target is ready there");
	for (size_t i = 0; i < state->ready_count && i < NAMED_MAX; i++)
		str_appendf(&text, "%s%s", i ? ", " : "builds ", state->ready[i]);
	if (state->ready_count > NAMED_MAX)
		str_appendf(&text, " and %zu more", state->ready_count - NAMED_MAX);
	return arena_take(e->arena, &text);
}

static void
complain(struct examination *e, struct check *c, const struct err *err)
{
	const char *name = arena_printf(e->arena, "%s: ", c->title), *why = err->message;

	c->state = CHECK_WARN; /* its name is the title */
	c->detail = arena_strdup(e->arena, text_starts(why, name) ? why + strlen(name) : why);
	c->advice = *err->remedy ? arena_strdup(e->arena, err->remedy) : NULL;
}

static void
check_remote(struct examination *e, const struct remote *r)
{
	const struct answer *a = inquiry_ask(
		e->inquiry, remote_question(r, NULL, true, e->arena), REMOTE_LIMIT_MS, false);
	struct check *c = exam_add(e, "remote", CHECK_OK, r->host);
	struct remote_state state;
	struct err err = ERR_INIT;

	c->title = r->name;
	if (a->state == ANSWER_PENDING) {
		c->state = CHECK_ASKING;
	} else if (a->state != ANSWER_GIVEN) {
		err_set(&err, ERR_ENVIRONMENT, "%s: %s", r->host,
			a->state == ANSWER_LATE ? "it does not answer" : "ssh cannot be started");
		err_try(&err, "ssh %s", r->host);
		complain(e, c, &err);
	} else if (!remote_read(r, a->exit_code, a->text, a->complaint, &state, e->arena, &err)) {
		complain(e, c, &err);
	} else {
		c->version = state.version;
		c->detail = describe(e, &state);
		if (!state.has_rsync && !state.has_git)
			c->state = CHECK_WARN;
	}
}

void
examine_remotes(struct examination *e)
{
	for (size_t i = 0; e->s->remotes && i < e->s->remotes->count; i++)
		check_remote(e, &e->s->remotes->items[i]);
}
