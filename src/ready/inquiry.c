/* inquiry: questions in a map by their words; those not begun yet stand in a queue. */
#include "ready/inquiry.h"

#include <inttypes.h>
#include <signal.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/map.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "io/file.h"
#include "io/proc.h"
#include "text/json.h"

#define SIDE_BY_SIDE 8
#define TEXT_MAX 65536

struct question {
	struct inquiry *inquiry;
	char *words;      /* argv, blanks between */
	VEC(char *) argv; /* ends with NULL */
	unsigned limit_ms;
	bool lasting;
	struct answer answer;
	struct str out, err;
	struct proc *proc; /* while it runs */
	struct loop_timer *timer;
};

struct inquiry {
	struct loop *loop;
	void (*told)(void *arg);
	void *arg;
	struct map questions;
	VEC(struct question *) queue;
	size_t running;
	struct json *kept; /* the cache as it was read; NULL: not yet */
	struct json *news; /* what is to be kept besides; NULL: nothing */
};

static void question_start(struct question *question);

/* -- the cache ------------------------------------------------------------------------------- */

static char *
cache_path(void)
{
	char *cache = path_cache_dir();
	char *path = cache ? path_join(cache, "answers.json") : NULL;

	free(cache);
	return path;
}

static const struct json *
kept(struct inquiry *q)
{
	char *path = q->kept ? NULL : cache_path();
	struct str text = STR_INIT;

	if (path && file_exists(path) && file_read(path, &text, NULL))
		q->kept = json_parse(text.data, text.len, NULL);
	if (!q->kept)
		q->kept = json_object();
	str_fini(&text);
	free(path);
	return q->kept;
}

static bool
is_script(const char *path)
{
	char begin[2];

	return file_peek(path, begin, sizeof(begin)) == 2 && begin[0] == '#' && begin[1] == '!';
}

/* What a kept answer must have been given by; caller frees; NULL for what is not kept. */
static char *
identity_of(const struct question *question)
{
	struct file_identity id;

	if (!question->lasting || !file_identity(question->argv.items[0], &id) ||
		is_script(question->argv.items[0]))
		return NULL;
	return xasprintf("%" PRIx64 ".%" PRIx64 ".%" PRIx64 ".%" PRIx64, id.device, id.inode,
		id.size, (uint64_t)id.mtime_ns);
}

static bool
recall(struct question *question)
{
	char *identity = identity_of(question);
	const struct json *entry =
		identity ? json_get(kept(question->inquiry), question->words) : NULL;
	bool holds = entry && text_is(json_string(json_get(entry, "program"), NULL), identity);

	if (holds) {
		str_append(&question->out, json_string(json_get(entry, "out"), ""));
		str_append(&question->err, json_string(json_get(entry, "err"), ""));
		question->answer = (struct answer){ ANSWER_GIVEN, 0, str_cstr(&question->out),
			str_cstr(&question->err) };
	}
	free(identity);
	return holds;
}

static void
remember(struct question *question)
{
	struct inquiry *q = question->inquiry;
	char *identity = question->answer.state == ANSWER_GIVEN && !question->answer.exit_code
		? identity_of(question)
		: NULL;
	struct json *entry;

	if (!identity)
		return;
	entry = json_object();
	json_set_string(entry, "program", identity);
	json_set_span(entry, "out", str_span(&question->out));
	json_set_span(entry, "err", str_span(&question->err));
	if (!q->news)
		q->news = json_object();
	json_set(q->news, question->words, entry);
	free(identity);
}

/* Of two that write at once the later one wins: the other's answers are asked for again. What cannot
 * be written is asked for again, too. */
static void
write_news(struct inquiry *q)
{
	char *path = q->news ? cache_path() : NULL;
	struct json *all = q->news;
	struct str text = STR_INIT;

	if (!path)
		return;
	for (const struct json *old = json_first(kept(q)); old; old = json_next(old)) {
		struct json *same = json_get(all, json_key(old)) ? NULL : json_copy(old);
		if (same)
			json_set(all, json_key(old), same);
	}
	json_print(all, &text);
	file_write(path, str_span(&text), NULL);
	json_free(q->kept);
	q->kept = all;
	q->news = NULL;
	str_fini(&text);
	free(path);
}

/* -- one question ---------------------------------------------------------------------------- */

static void
question_free(struct question *question)
{
	loop_timer_stop(question->timer);
	if (question->proc)
		proc_drop(question->proc);
	for (size_t i = 0; i < question->argv.len; i++)
		free(question->argv.items[i]);
	vec_fini(&question->argv);
	str_fini(&question->out);
	str_fini(&question->err);
	free(question->words);
	free(question);
}

static void
begin_next(struct inquiry *q)
{
	while (q->queue.len && q->running < SIDE_BY_SIDE) {
		struct question *next = q->queue.items[0];

		vec_remove(&q->queue, 0);
		question_start(next);
	}
}

static void
answered(struct question *question, enum answer_state state, int exit_code)
{
	struct inquiry *q = question->inquiry;

	question->answer = (struct answer){ state, exit_code, str_cstr(&question->out),
		str_cstr(&question->err) };
	remember(question);
	begin_next(q);
	if (!inquiry_is_going(q))
		write_news(q);
	if (q->told)
		q->told(q->arg);
}

static void
on_output(void *arg, enum proc_stream stream, const char *bytes, size_t len)
{
	struct question *question = arg;
	struct str *text = stream == PROC_STDOUT ? &question->out : &question->err;

	if (text->len + len <= TEXT_MAX)
		str_append_bytes(text, bytes, len);
}

static void
on_end(void *arg, const struct proc_end *end)
{
	struct question *question = arg;

	question->proc = NULL;
	loop_timer_stop(question->timer);
	question->timer = NULL;
	question->inquiry->running--;
	answered(question, end->cancelled ? ANSWER_LATE : ANSWER_GIVEN, end->exit_code);
}

static void
on_limit(void *arg)
{
	struct question *question = arg;

	proc_cancel(question->proc, SIGKILL, 0);
}

/* Where it is asked; NULL: here. In a project cross has rustup fetch a toolchain before it says its version,
 * and may start a container. */
static const char *
folder_of(const struct question *question)
{
	return text_is(path_basename(question->argv.items[0]), "cross") ? "/" : NULL;
}

static void
question_start(struct question *question)
{
	static const struct proc_events events = { on_output, on_end };
	static const struct proc_env env[] = {
		{ "LC_ALL", "C" },
		{ "RUSTUP_AUTO_INSTALL", "0" }, /* a question must not download anything */
		{ "RUSTUP_TERM_COLOR", "never" },
	};
	struct inquiry *q = question->inquiry;
	struct proc_spec spec = { .argv = (const char *const *)question->argv.items,
		.dir = folder_of(question),
		.env = env,
		.env_count = COUNT(env) };

	question->proc = proc_start(q->loop, &spec, &events, question, NULL);
	if (!question->proc) {
		answered(question, ANSWER_NONE, -1);
		return;
	}
	q->running++;
	question->timer = loop_timer_start(q->loop, question->limit_ms, 0, on_limit, question);
}

/* -- the whole ------------------------------------------------------------------------------- */

struct inquiry *
inquiry_new(struct loop *l, void (*told)(void *arg), void *arg)
{
	struct inquiry *q = xcalloc(1, sizeof(*q));

	q->loop = l;
	q->told = told;
	q->arg = arg;
	return q;
}

void
inquiry_forget(struct inquiry *q)
{
	for (size_t i = 0; i < q->questions.len; i++)
		question_free(q->questions.entries[i].value);
	map_fini(&q->questions);
	q->questions = (struct map){ 0 };
	vec_clear(&q->queue);
	q->running = 0;
}

void
inquiry_free(struct inquiry *q)
{
	if (!q)
		return;
	write_news(q);
	inquiry_forget(q);
	vec_fini(&q->queue);
	json_free(q->kept);
	json_free(q->news);
	free(q);
}

static struct question *
question_new(struct inquiry *q, const char *const *argv, unsigned limit_ms, bool lasting)
{
	struct question *question = xcalloc(1, sizeof(*question));

	question->inquiry = q;
	question->limit_ms = limit_ms;
	question->lasting = lasting;
	for (; *argv; argv++)
		vec_push(&question->argv, xstrdup(*argv));
	vec_push(&question->argv, NULL);
	return question;
}

const struct answer *
inquiry_ask(struct inquiry *q, const char *const *argv, unsigned limit_ms, bool lasting)
{
	struct str words = STR_INIT;
	struct question *question;

	for (size_t i = 0; argv[i]; i++)
		str_appendf(&words, "%s%s", i ? " " : "", argv[i]);
	question = map_get(&q->questions, str_cstr(&words));
	if (!question) {
		question = question_new(q, argv, limit_ms, lasting);
		question->words = xstrdup(str_cstr(&words));
		map_set(&q->questions, question->words, question);
		if (!recall(question))
			vec_push(&q->queue, question);
	}
	str_fini(&words);
	return &question->answer;
}

void
inquiry_begin(struct inquiry *q)
{
	begin_next(q);
}

bool
inquiry_is_going(const struct inquiry *q)
{
	return q->running || q->queue.len;
}

bool
inquiry_finish(struct inquiry *q)
{
	bool asked = inquiry_is_going(q);

	inquiry_begin(q);
	while (inquiry_is_going(q) && loop_turn(q->loop, true))
		;
	return asked;
}
