/* help_web: a server with one large file, what fetching it brings, and what a good server says; what a bad
 * one says is each test's own. */
#pragma once
#include "tests/unit/help_httpd.h"
#include "base/path.h"
#include "io/digest.h"
#include "io/fetch.h"
#include "io/file.h"
#include "tests/unit/dice.h"

#define FILE_SIZE 300000
#define STALL_MS 150

struct web {
	struct httpd httpd;
	char dir[32];
	char *path; /* where the file is to be */
	char *bytes;
	char sha256[DIGEST_HEX_LEN + 1];
	const char *etag;
	struct fetch_gauge gauge;
	void (*answer)(struct web *w, struct request *r);
	long sent;  /* bytes of bodies */
	int ranged; /* requests for a rest */
	int if_ranged;
	struct str read;  /* what a reader was given */
	int again;        /* how often it was told to begin anew */
	size_t refuse_at; /* the reader makes no sense of what is behind; 0: all is well */
};

static inline void
answer_as_told(struct request *r, void *arg)
{
	struct web *w = arg;

	w->ranged += r->first > 0;
	w->if_ranged += *r->if_range != '\0';
	w->answer(w, r);
}

/* The file's bytes from..to, as far as the other side wants them. */
static inline void
send_bytes(struct web *w, struct request *r, long from, long to)
{
	w->sent += to - from;
	say_bytes(r, w->bytes + from, (size_t)(to - from));
}

/* What a good server says before the bytes that were asked for; where these begin. */
static inline long
send_head(struct web *w, struct request *r)
{
	bool is_same = !*r->if_range || text_is(r->if_range, w->etag);
	long first = is_same ? r->first : 0;

	if (first)
		say(r, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %ld-%d/%d\r\n", first,
			FILE_SIZE - 1, FILE_SIZE);
	else
		say(r, "HTTP/1.1 200 OK\r\n");
	say(r, "Content-Length: %ld\r\nETag: %s\r\nConnection: close\r\n\r\n", FILE_SIZE - first,
		w->etag);
	return first;
}

static inline void
good(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	send_bytes(w, r, first, FILE_SIZE);
}

static inline int
web_setup(void **state)
{
	struct web *w = xcalloc(1, sizeof(*w));
	struct dice dice = { 7 };
	struct err err = ERR_INIT;
	struct digest *d = digest_new(&err);

	assert_non_null(d);
	memcpy(w->dir, "/tmp/test_fetch_XXXXXX", 23);
	assert_non_null(mkdtemp(w->dir));
	w->path = path_join(w->dir, "deep/file");
	w->bytes = xmalloc(FILE_SIZE);
	for (size_t i = 0; i < FILE_SIZE; i++)
		w->bytes[i] = (char)dice_roll(&dice);
	digest_add(d, w->bytes, FILE_SIZE);
	digest_take(d, w->sha256);
	digest_free(d);
	w->etag = "\"one\"";
	w->answer = good;
	w->gauge = (struct fetch_gauge)FETCH_GAUGE_INIT;
	httpd_start(&w->httpd, answer_as_told, w);
	*state = w;
	return 0;
}

static inline int
web_teardown(void **state)
{
	struct web *w = *state;

	httpd_stop(&w->httpd);
	file_remove_tree(w->dir, NULL);
	str_fini(&w->read);
	free(w->bytes);
	free(w->path);
	free(w);
	return 0;
}

static inline bool
read_on(void *arg, const void *bytes, size_t len, struct err *err)
{
	struct web *w = arg;

	str_append_bytes(&w->read, bytes, len);
	if (w->refuse_at && w->read.len > w->refuse_at)
		return err_set(err, ERR_FAILED, "makes no sense");
	return true;
}

static inline bool
read_again(void *arg, struct err *err)
{
	struct web *w = arg;

	str_clear(&w->read);
	w->again++;
	return true;
}

/* Fetches from these paths of the server; the reader reads along. */
static inline bool
fetch_from(struct web *w, const char *const *paths, struct fetch_request request, struct err *err)
{
	const struct fetch_reader reader = { read_on, read_again, w };
	char urls[4][HTTPD_URL_SIZE];
	const char *list[5] = { NULL };
	struct fetch *f;
	bool ok;

	for (size_t i = 0; paths[i]; i++) {
		snprintf(urls[i], sizeof(urls[i]), "http://127.0.0.1:%d/%s", w->httpd.port,
			paths[i]);
		list[i] = urls[i];
	}
	*err = ERR_INIT;
	str_clear(&w->read);
	w->again = 0;
	request.urls = list;
	request.path = w->path;
	request.stall_ms = request.stall_ms ? request.stall_ms : WAIT_US / 1000;
	request.retry_ms = 1;
	if (!(f = fetch_open(&request, &w->gauge, err)))
		return false;
	ok = fetch_pump(f, &reader, err) && fetch_finish(f, err);
	fetch_close(f);
	httpd_settle(&w->httpd);
	return ok;
}

static inline bool
fetch(struct web *w, struct fetch_request request, struct err *err)
{
	static const char *const paths[] = { "file", NULL };

	return fetch_from(w, paths, request, err);
}

static inline struct fetch_request
with_hash(struct web *w)
{
	return (struct fetch_request){ .sha256 = w->sha256 };
}

static inline void
assert_fetched(struct web *w)
{
	struct str there = STR_INIT;
	char *part = xasprintf("%s.part", w->path), *from = xasprintf("%s.part.from", w->path);

	assert_true(file_read(w->path, &there, NULL));
	assert_int_equal(there.len, FILE_SIZE);
	assert_memory_equal(there.data, w->bytes, FILE_SIZE);
	assert_int_equal(w->read.len, FILE_SIZE);
	assert_memory_equal(w->read.data, w->bytes, FILE_SIZE);
	assert_false(file_exists(part));
	assert_false(file_exists(from));
	str_fini(&there);
	free(part);
	free(from);
}

static inline void
assert_said(const struct err *err, const char *text)
{
	if (!strstr(err->message, text))
		fail_msg("\"%s\" is not in \"%s\"", text, err->message);
}

/* Not fetched, and nothing has the name. */
#define assert_failed(w, request, err, text)                                                       \
	do {                                                                                       \
		assert_false(fetch(w, request, err));                                              \
		assert_said(err, text);                                                            \
		assert_false(file_exists((w)->path));                                              \
	} while (0)

static inline void
stall_once(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	send_bytes(w, r, first, first ? FILE_SIZE : 50000);
	if (!first)
		say_nothing(r, &w->httpd);
}

static inline void
chunked(struct web *w, struct request *r)
{
	say(r, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
	for (long at = 0; at < FILE_SIZE; at += 1000) {
		say(r, "%x\r\n", 1000);
		send_bytes(w, r, at, at + 1000);
		say(r, "\r\n");
	}
	say(r, "0\r\n\r\n");
}

static inline void
cut_for_good(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	if (r->number == 0)
		send_bytes(w, r, first, 100000);
}

#define WEB_TEST(test) cmocka_unit_test_setup_teardown(test, web_setup, web_teardown)
