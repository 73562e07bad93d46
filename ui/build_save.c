/* build_save: a log as plain text, beside the log itself. On a worker, for it may be large; written to
 * a temporary name first, as all files are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/path.h"
#include "build/job.h"
#include "build/logstore.h"
#include "io/file.h"
#include "io/loop.h"
#include "ui/build_state.h"

#define CHUNK (1u << 18)
#define LOG_ENDING ".log"

struct saving {
	struct store *store;
	char *from, *to;
	uint64_t
		bytes; /* of the log, when it was asked for; the last of them may not be in its file yet */
	bool ok;
	struct err err;
};

/* Whole lines of the chunk go out as text; what is left of it begins the next one. */
static void
strip_lines(struct str *chunk, bool is_last, struct str *text)
{
	size_t len = chunk->len;

	while (!is_last && len && chunk->data[len - 1] != '\n')
		len--;
	if (!len && chunk->len >= 2 * CHUNK)
		len = chunk->len; /* a line without end */
	ansi_strip(text, chunk->data, len);
	str_splice(chunk, 0, len, "", 0);
}

static bool
copy(struct saving *s, FILE *in, FILE *out)
{
	struct str chunk = STR_INIT, text = STR_INIT;
	char *buf = xmalloc(CHUNK);
	bool ok = true;

	for (uint64_t left = s->bytes; ok && left;) {
		size_t n = fread(buf, 1, left < CHUNK ? (size_t)left : CHUNK, in);
		left = n ? left - n : 0;
		str_append_bytes(&chunk, buf, n);
		str_clear(&text);
		strip_lines(&chunk, !left, &text);
		ok = fwrite(text.data ? text.data : "", 1, text.len, out) == text.len;
	}
	free(buf);
	str_fini(&chunk);
	str_fini(&text);
	return ok && !ferror(in);
}

static void
work(void *arg)
{
	struct saving *s = arg;
	char *part = xasprintf("%s.part", s->to);
	FILE *in = fopen(s->from, "re"), *out = in ? fopen(part, "we") : NULL;

	s->ok = out && copy(s, in, out) && fflush(out) == 0 && fsync(fileno(out)) == 0;
	if (!s->ok)
		err_errno(&s->err, "%s: not saved", s->to);
	if (out)
		fclose(out);
	if (in)
		fclose(in);
	s->ok = s->ok && file_rename(part, s->to, &s->err);
	if (out && !s->ok)
		unlink(part);
	free(part);
}

static void
done(void *arg)
{
	struct saving *s = arg;
	char *dir = path_dirname(s->to), *shown = path_shown(dir, NULL);

	if (s->ok)
		store_say(s->store, SAY_GOOD, "saved as plain text: %s in %s", path_basename(s->to),
			shown);
	else
		store_say_err(s->store, SAY_ERROR, &s->err);
	s->store->changed |= STORE_CLOCK; /* to be drawn */
	free(shown);
	free(dir);
	free(s->from);
	free(s->to);
	free(s);
}

/* "x86_64-unknown-linux-gnu.log" is saved as "….txt". */
static char *
text_path(const char *log)
{
	size_t len = strlen(log);

	if (text_ends(log, LOG_ENDING))
		len -= strlen(LOG_ENDING);
	return xasprintf("%.*s.txt", (int)len, log);
}

unsigned
build_save_log(struct build *b, const struct job *job)
{
	if (!job->log || !logstore_bytes(job->log))
		return store_say(b->store, SAY_INFO, "nothing was said yet");
	struct saving *s = xcalloc(1, sizeof(*s));
	s->store = b->store;
	s->from = xstrdup(logstore_path(job->log));
	s->to = text_path(s->from);
	s->bytes = logstore_bytes(job->log);
	loop_work(b->store->loop, work, done, s);
	return FX_DONE;
}
