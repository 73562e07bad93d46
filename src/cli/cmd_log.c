/* log: a kept log, read line by line from its file, also while another xtui writes it.
 *
 * Times are in a file of their own that is written before the lines they belong to, so it is read
 * after them. A terminal gets colours and nothing else of what programs send to it. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "build/linetimes.h"
#include "cli/cli.h"
#include "cli/past.h"
#include "cli/styled.h"
#include "host/settings.h"
#include "io/loop.h"
#include "text/ansi.h"

#define CHUNK_SIZE 65536
#define POLL_MS 100 /* how long a new line may wait when followed */
#define ASK_EVERY 5 /* polls: whether the job is over */

struct reader {
	struct cli *cli;
	struct history *history;
	const struct history_run *run;
	const struct history_job *job;
	struct loop *loop;
	int fd, times_fd; /* times_fd -1: none asked for, or none there */
	bool has_stamps;
	struct linetimes times;
	struct str rest; /* the beginning of a line */
	struct ansi *ansi;
	size_t line;    /* of the next one */
	struct str out; /* not printed yet */
	unsigned polls;
	struct err err; /* why no more can be read */
};

/* ---- lines ---- */

static void
add_stamp(struct reader *r)
{
	int64_t ms = linetimes_find(&r->times, r->line);

	if (!r->has_stamps)
		return;
	str_append(&r->out, ink(r->cli, INK_DIM));
	if (ms < 0)
		str_append(&r->out, "[        -] ");
	else
		str_appendf(&r->out, "[%9.3f] ", (double)ms / 1000);
	str_append(&r->out, ink(r->cli, INK_PLAIN));
}

static void
add_row(void *arg, const struct ansi_line *text)
{
	struct reader *r = arg;

	styled_append(&r->out, text);
	if (text->cut)
		str_appendf(&r->out, "%s (cut: whole in %s)%s", ink(r->cli, INK_DIM), r->job->log,
			ink(r->cli, INK_PLAIN));
}

/* A line with its LF, or the last one without. */
static void
add_line(struct reader *r, struct span line)
{
	bool is_whole = span_ends(line, "\n");

	add_stamp(r);
	r->line++;
	if (!r->cli->color) {
		ansi_strip(&r->out, line.data, line.len);
		return;
	}
	ansi_feed(r->ansi, line.data, line.len, add_row, r);
	if (is_whole) {
		str_append_char(&r->out, '\n');
	} else {
		struct ansi_line pending = ansi_pending(r->ansi);

		add_row(r, &pending);
	}
}

static void
print(struct reader *r)
{
	cli_print(r->cli, &r->out);
	str_clear(&r->out);
}

/* ---- the files ---- */

static void
read_times(struct reader *r)
{
	char chunk[4096];
	ssize_t n;

	while (r->times_fd >= 0 && (n = read(r->times_fd, chunk, sizeof(chunk))) > 0)
		linetimes_feed(&r->times, chunk, (size_t)n);
}

static void
take(struct reader *r, struct span bytes)
{
	while (bytes.len) {
		const char *lf = memchr(bytes.data, '\n', bytes.len);
		size_t len = lf ? (size_t)(lf - bytes.data) + 1 : bytes.len;

		if (lf && !r->rest.len) {
			add_line(r, (struct span){ bytes.data, len });
		} else {
			str_append_bytes(&r->rest, bytes.data, len);
			if (lf)
				add_line(r, str_span(&r->rest));
			if (lf)
				str_clear(&r->rest);
		}
		bytes.data += len;
		bytes.len -= len;
	}
}

/* Prints what is there; false when it cannot be read. */
static bool
read_on(struct reader *r)
{
	char chunk[CHUNK_SIZE];
	ssize_t n;

	while ((n = read(r->fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(&r->err, "%s", r->job->log);
		read_times(r);
		take(r, (struct span){ chunk, (size_t)n });
		print(r);
	}
	return true;
}

static bool
open_files(struct reader *r)
{
	const struct settings *s = r->cli->settings;
	char *times;

	if (!r->job->log)
		return err_set(
			&r->err, ERR_FAILED, "run %s: %s has no log", r->run->id, r->job->target);
	r->fd = open(r->job->log, O_RDONLY | O_CLOEXEC);
	if (r->fd < 0 && errno == ENOENT)
		return err_set(&r->err, ERR_FAILED,
			"%s: is gone: logs are kept for %d days, and the newest %d MB of them",
			r->job->log, s->log_keep_days, s->log_keep_mb);
	if (r->fd < 0)
		return err_errno(&r->err, "%s", r->job->log);
	if (r->has_stamps) {
		times = xasprintf("%s" LINETIMES_ENDING, r->job->log);
		r->times_fd = open(times, O_RDONLY | O_CLOEXEC);
		free(times);
	}
	return true;
}

/* ---- following ---- */

/* Of a job that has ended nothing more can come; of one that nobody knows any more neither. */
static bool
is_job_over(struct reader *r)
{
	struct history_query query = { .row = r->run->row };
	struct history_list list;
	bool is_over = true;

	if (history_ask(r->history, &query, &list, NULL) && list.runs.len &&
		(size_t)r->job->number <= list.runs.items[0].job_count) {
		const struct history_run *run = &list.runs.items[0];
		const struct history_job *job = &run->jobs[r->job->number - 1];

		is_over = !text_is(job->status, "running") && !text_is(job->status, "waiting");
	}
	history_list_fini(&list);
	return is_over;
}

static void
poll_log(void *arg)
{
	struct reader *r = arg;
	bool is_over = r->polls++ % ASK_EVERY == 0 && is_job_over(r);

	if (!read_on(r) || is_over)
		loop_stop(r->loop);
}

static void
follow(struct reader *r)
{
	struct loop_timer *timer;

	r->loop = loop_new();
	timer = loop_timer_start(r->loop, 0, POLL_MS, poll_log, r);
	loop_run(r->loop);
	loop_timer_stop(timer);
	loop_free(r->loop);
}

static int
print_log(struct reader *r)
{
	if (open_files(r) && read_on(r)) {
		if (args_has(&r->cli->args, OPT_FOLLOW))
			follow(r);
		if (r->rest.len)
			add_line(r, str_span(&r->rest));
		print(r);
	}
	return r->err.kind == ERR_NONE ? 0 : cli_fail(r->cli, &r->err);
}

static void
reader_fini(struct reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	if (r->times_fd >= 0)
		close(r->times_fd);
	linetimes_fini(&r->times);
	ansi_free(r->ansi);
	str_fini(&r->rest);
	str_fini(&r->out);
}

/* ---- which one ---- */

/* Whether a word alone means a run: they begin with their year, and no run has so many jobs. */
static bool
is_run_name(const char *word)
{
	for (int i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)word[i]))
			return false;
	}
	return true;
}

static int
show(struct cli *cli, struct history *h, const char *run, const char *job)
{
	struct reader r = {
		.cli = cli,
		.history = h,
		.fd = -1,
		.times_fd = -1,
		.has_stamps = args_has(&cli->args, OPT_TIMESTAMPS),
		.ansi = ansi_new(),
	};
	struct history_list list;
	struct err err = ERR_INIT;
	int status;

	if (past_find(cli, h, run, &list, &err)) {
		r.run = &list.runs.items[0];
		r.job = past_job(r.run, job, &err);
	}
	status = r.job ? print_log(&r) : cli_fail(cli, &err);
	reader_fini(&r);
	history_list_fini(&list);
	return status;
}

int
cmd_log(struct cli *cli)
{
	const struct args *args = &cli->args;
	const char *run = args->positional.len ? args->positional.items[0] : NULL;
	const char *job = args->positional.len > 1 ? args->positional.items[1] : NULL;
	struct err err = ERR_INIT;
	struct history *h = past_open(&err);
	int status;

	if (!h)
		return cli_fail(cli, &err);
	if (run && !job && !is_run_name(run)) {
		job = run;
		run = NULL;
	}
	status = show(cli, h, run, job);
	history_close(h);
	return status;
}
