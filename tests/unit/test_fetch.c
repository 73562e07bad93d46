/* fetch: a server that does everything wrong that servers do. */
#include "tests/unit/help_httpd.h"
#include "base/path.h"
#include "io/digest.h"
#include "io/fetch.h"
#include "io/file.h"
#include "io/loop.h"
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

static void
answer_as_told(struct request *r, void *arg)
{
	struct web *w = arg;

	w->ranged += r->first > 0;
	w->if_ranged += *r->if_range != '\0';
	w->answer(w, r);
}

/* The file's bytes from..to, as far as the other side wants them. */
static void
send_bytes(struct web *w, struct request *r, long from, long to)
{
	w->sent += to - from;
	say_bytes(r, w->bytes + from, (size_t)(to - from));
}

/* What a good server says before the bytes that were asked for; where these begin. */
static long
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

static void
good(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	send_bytes(w, r, first, FILE_SIZE);
}

static int
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

static int
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

static bool
read_on(void *arg, const void *bytes, size_t len, struct err *err)
{
	struct web *w = arg;

	str_append_bytes(&w->read, bytes, len);
	if (w->refuse_at && w->read.len > w->refuse_at)
		return err_set(err, ERR_FAILED, "makes no sense");
	return true;
}

static bool
read_again(void *arg, struct err *err)
{
	struct web *w = arg;

	str_clear(&w->read);
	w->again++;
	return true;
}

/* Fetches from these paths of the server; the reader reads along. */
static bool
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
	request.stall_ms = request.stall_ms ? request.stall_ms : 20000;
	request.retry_ms = 1;
	if (!(f = fetch_open(&request, &w->gauge, err)))
		return false;
	ok = fetch_pump(f, &reader, err) && fetch_finish(f, err);
	fetch_close(f);
	httpd_settle(&w->httpd);
	return ok;
}

static bool
fetch(struct web *w, struct fetch_request request, struct err *err)
{
	static const char *const paths[] = { "file", NULL };

	return fetch_from(w, paths, request, err);
}

static struct fetch_request
with_hash(struct web *w)
{
	return (struct fetch_request){ .sha256 = w->sha256 };
}

static void
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

static void
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

/* ---- all is well ---- */

/* The file is there, the reader had every byte once, and the gauge stands at the end. */
static void
whole(void **state)
{
	struct web *w = *state;
	struct err err;

	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->gauge.done, FILE_SIZE);
	assert_int_equal(w->gauge.total, FILE_SIZE);
	assert_int_equal(w->again, 0);
	assert_int_equal(w->httpd.requests, 1);
}

/* What is there already, with the right hash, is not asked for again, and is read as if it came; with
 * another hash it is. */
static void
there_already(void **state)
{
	struct web *w = *state;
	struct fetch_request offline = with_hash(w);
	struct err err;

	offline.offline = true;
	assert_true(fetch(w, with_hash(w), &err));
	assert_true(fetch(w, offline, &err));
	assert_fetched(w);
	assert_int_equal(w->httpd.requests, 1);
	assert_true(file_write(w->path, SPAN("something else"), NULL));
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->httpd.requests, 2);
}

static void
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

/* A server that does not say how much comes. */
static void
unknown_size(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = chunked;
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->gauge.total, -1);
}

/* ---- cuts ---- */

static void
cut_thrice(struct web *w, struct request *r)
{
	long first = send_head(w, r);
	long end = first + 70000 < FILE_SIZE ? first + 70000 : FILE_SIZE;

	send_bytes(w, r, first, end);
}

/* A connection that is cut goes on where it ended, if nothing has changed meanwhile. */
static void
cut(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = cut_thrice;
	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->sent, FILE_SIZE);
	assert_int_equal(w->ranged, 4);
	assert_int_equal(w->if_ranged, 4);
	assert_int_equal(w->again, 0);
}

static void
cut_for_good(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	if (r->number == 0)
		send_bytes(w, r, first, 100000);
}

/* What a fetch that failed has brought, the next one need not. */
static void
kept(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = cut_for_good;
	assert_failed(w, with_hash(w), &err, "127.0.0.1");
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	w->answer = good;
	w->sent = 0;
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->sent, FILE_SIZE - 100000);
}

/* Without a hash it is the ETag that says whether the beginning is of the same file. */
static void
kept_by_etag(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = cut_for_good;
	assert_failed(w, (struct fetch_request){ 0 }, &err, "127.0.0.1");
	w->answer = good;
	w->sent = 0;
	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->sent, FILE_SIZE - 100000);

	unlink(w->path);
	w->etag = "W/\"weak\""; /* says nothing of bytes */
	w->answer = cut_for_good;
	httpd_forget(&w->httpd);
	assert_failed(w, (struct fetch_request){ 0 }, &err, "127.0.0.1");
	w->answer = good;
	w->ranged = 0;
	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->ranged, 0);
}

/* A beginning that went bad on this side is found out by the hash, and all is fetched anew. */
static void
kept_but_spoilt(void **state)
{
	struct web *w = *state;
	char *part = xasprintf("%s.part", w->path);
	struct err err;
	FILE *file;

	w->answer = cut_for_good;
	assert_failed(w, with_hash(w), &err, "127.0.0.1");
	assert_non_null(file = fopen(part, "r+"));
	fseek(file, 5000, SEEK_SET);
	fputs("spoilt", file);
	fclose(file);
	w->answer = good;
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->again, 1);
	free(part);
}

/* A .part of which nobody knows what it is of, or that is longer than the file, counts for nothing. */
static void
kept_but_unknown(void **state)
{
	struct web *w = *state;
	char *part = xasprintf("%s.part", w->path), *from = xasprintf("%s.part.from", w->path);
	struct str much = STR_INIT;
	struct err err;

	assert_true(file_write(part, SPAN("of what?"), NULL));
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->ranged, 0);
	unlink(w->path);
	str_append_repeat(&much, 'x', FILE_SIZE + 1);
	assert_true(file_write(part, str_span(&much), NULL));
	assert_true(file_write(from, SPAN("http://127.0.0.1/x\n300000\n\"one\"\n"), NULL));
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->ranged, 0);
	str_fini(&much);
	free(part);
	free(from);
}

static void
no_ranges(struct web *w, struct request *r)
{
	say(r, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: %s\r\nConnection: close\r\n\r\n",
		FILE_SIZE, w->etag);
	send_bytes(w, r, 0, r->number == 0 ? 100000 : FILE_SIZE);
}

/* A server that knows no ranges sends all again: what is here is skipped, the reader sees it once. */
static void
range_ignored(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = no_ranges;
	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->again, 0);
}

static void
changing(struct web *w, struct request *r)
{
	long first;

	w->etag = r->number == 0 ? "\"one\"" : "\"two\"";
	first = send_head(w, r);
	send_bytes(w, r, first, r->number == 0 ? 100000 : FILE_SIZE);
}

/* The file changed on the server between two requests: it begins anew, and the reader is told. */
static void
changed_meanwhile(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = changing;
	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->again, 1);
}

static void
another_range(struct web *w, struct request *r)
{
	if (r->number == 1)
		say(r,
			"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-99/%d\r\n"
			"Content-Length: 95\r\nConnection: close\r\n\r\n",
			FILE_SIZE);
	if (r->number == 1)
		send_bytes(w, r, 5, 100);
	else
		cut_for_good(w, r);
	if (r->number > 1)
		send_bytes(w, r, 0, FILE_SIZE);
}

/* A server that sends another part than was asked for is not believed. */
static void
wrong_range(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = another_range;
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->again, 1);
}

static void
no_more(struct web *w, struct request *r)
{
	if (r->first)
		say(r,
			"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */%d\r\n"
			"Content-Length: 0\r\nConnection: close\r\n\r\n",
			FILE_SIZE);
	else
		say(r, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nETag: %s\r\n\r\n", FILE_SIZE + 5,
			w->etag);
	if (!r->first)
		send_bytes(w, r, 0, FILE_SIZE);
}

/* All was here but the news that it was: "no such range" says so. */
static void
nothing_left(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = no_more;
	assert_true(fetch(w, with_hash(w), &err));
	assert_fetched(w);
}

/* ---- stalls ---- */

static void
stall_once(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	send_bytes(w, r, first, first ? FILE_SIZE : 50000);
	if (!first)
		say_nothing(r, &w->httpd);
}

/* A server that falls silent is asked again for the rest. */
static void
stalls(void **state)
{
	struct web *w = *state;
	struct fetch_request request = { .stall_ms = STALL_MS };
	struct err err;

	w->answer = stall_once;
	assert_true(fetch(w, request, &err));
	assert_fetched(w);
	assert_int_equal(w->httpd.requests, 2);
}

static void
drip(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	for (long at = first; at < FILE_SIZE; at += FILE_SIZE / 10) {
		send_bytes(w, r, at, at + FILE_SIZE / 10);
		poll(NULL, 0, STALL_MS / 3);
	}
}

/* A slow server is left its time, however long all takes. */
static void
slow(void **state)
{
	struct web *w = *state;
	struct fetch_request request = { .stall_ms = STALL_MS };
	struct err err;

	w->answer = drip;
	assert_true(fetch(w, request, &err));
	assert_fetched(w);
	assert_int_equal(w->httpd.requests, 1);
}

static void *
cancel_soon(void *arg)
{
	struct web *w = arg;

	while (!atomic_load(&w->gauge.done))
		poll(NULL, 0, 1);
	atomic_store(&w->gauge.cancel, true);
	return NULL;
}

/* Cancelled, it ends at once, also while the server says nothing, and what came is kept. */
static void
cancelled(void **state)
{
	struct web *w = *state;
	uint64_t begun = loop_clock();
	struct err err;
	pthread_t thread;

	w->answer = stall_once;
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, w), 0);
	assert_failed(w, (struct fetch_request){ 0 }, &err, "stopped");
	pthread_join(thread, NULL);
	assert_true(loop_clock() - begun < 10000000);
	w->gauge = (struct fetch_gauge)FETCH_GAUGE_INIT;
	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->ranged, 1);
}

/* ---- servers that fail ---- */

static void
by_path(struct web *w, struct request *r)
{
	if (text_is(r->path, "/good")) {
		good(w, r);
	} else if (text_is(r->path, "/circle")) {
		say(r, "HTTP/1.1 302 Found\r\nLocation: /circle\r\nContent-Length: 0\r\n\r\n");
	} else if (text_is(r->path, "/moved")) {
		say(r, "HTTP/1.1 301 Moved\r\nLocation: /good\r\nContent-Length: 3\r\n\r\nno!");
	} else if (text_is(r->path, "/ftp")) {
		say(r,
			"HTTP/1.1 302 Found\r\nLocation: ftp://127.0.0.1/x\r\nContent-Length: "
			"0\r\n\r\n");
	} else if (text_is(r->path, "/other")) {
		say(r, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother");
	} else {
		int status = atoi(r->path + 1);

		say(r, "HTTP/1.1 %d No\r\nContent-Length: 4\r\nConnection: close\r\n\r\nsad!",
			status);
	}
}

/* What each failing server's story is told as. */
static void
told(void **state)
{
	struct web *w = *state;
	static const struct {
		const char *path, *text;
		int requests; /* passing faults are asked about again */
	} cases[] = {
		{ "404", "/404: it does not have it (404)", 1 },
		{ "403", "/403: it refuses to give it (403)", 1 },
		{ "500", "/500: it has a fault (500)", 4 },
		{ "503", "/503: it has too much to do (503)", 4 },
		{ "418", "/418: it answers with status 418", 1 },
		{ "circle", "from one address to the next without end", FETCH_REDIRECTS_MAX + 1 },
		{ "ftp", "this is no address of http or https", 1 },
		{ "other",
			"its SHA-256 is "
			"d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa, "
			"expected ",
			1 },
	};

	w->answer = by_path;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *const paths[] = { cases[i].path, NULL };
		struct err err;

		httpd_forget(&w->httpd);
		assert_false(fetch_from(w, paths, with_hash(w), &err));
		assert_said(&err, cases[i].text);
		assert_int_equal(w->httpd.requests, cases[i].requests);
		assert_false(file_exists(w->path));
	}
}

/* A file that moved is found; a server that has not got it, or something else, gives way to the next;
 * when none has it, the last one's story is told. */
static void
several_servers(void **state)
{
	struct web *w = *state;
	static const char *const moved[] = { "moved", NULL };
	static const char *const third[] = { "404", "other", "good", NULL };
	static const char *const none[] = { "404", "500", "403", NULL };
	struct err err;

	w->answer = by_path;
	assert_true(fetch_from(w, moved, with_hash(w), &err));
	assert_fetched(w);
	unlink(w->path);
	assert_true(fetch_from(w, third, with_hash(w), &err));
	assert_fetched(w);
	unlink(w->path);
	assert_false(fetch_from(w, none, with_hash(w), &err));
	assert_said(&err, "none of 3 servers gave it, the last: http://");
	assert_said(&err, "/403: ");
}

static void
half_each(struct web *w, struct request *r)
{
	if (text_is(r->path, "/half"))
		cut_for_good(w, r);
	else
		good(w, r);
}

/* The second server goes on where the first one ended: the hash says whether they have the same. */
static void
second_goes_on(void **state)
{
	struct web *w = *state;
	static const char *const paths[] = { "half", "rest", NULL };
	struct err err;

	w->answer = half_each;
	assert_true(fetch_from(w, paths, with_hash(w), &err));
	assert_fetched(w);
	assert_int_equal(w->sent, FILE_SIZE);
	assert_int_equal(w->again, 0);
}

static void
too_long(struct web *w, struct request *r)
{
	say(r, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", FILE_SIZE * 2);
	send_bytes(w, r, 0, FILE_SIZE);
}

static void
too_short(struct web *w, struct request *r)
{
	say(r, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", FILE_SIZE / 2);
	send_bytes(w, r, 0, FILE_SIZE);
}

/* A length that is not true: more than comes is a cut, less is another file. */
static void
lies_about_length(void **state)
{
	struct web *w = *state;
	struct err err;

	w->answer = too_long;
	assert_failed(w, with_hash(w), &err, "file: ");
	w->answer = too_short;
	assert_failed(w, with_hash(w), &err, "its SHA-256 is ");
}

/* A file that is larger than it can be is not fetched, whether the server says so or not. */
static void
too_large(void **state)
{
	struct web *w = *state;
	struct fetch_request request = { .bytes_max = FILE_SIZE - 1 };
	struct err err;

	assert_failed(w, request, &err, "it is larger than it can be");
	assert_true(w->gauge.done == 0);
	w->answer = chunked;
	assert_failed(w, request, &err, "it is larger than it can be");
	request.bytes_max = FILE_SIZE;
	assert_true(fetch(w, request, &err));
}

/* --offline asks nobody. */
static void
offline(void **state)
{
	struct web *w = *state;
	struct fetch_request request = { .offline = true };
	struct err err;

	assert_failed(w, request, &err, "not fetched, since --offline was given");
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_int_equal(w->httpd.requests, 0);
}

/* Nobody listens, nobody has that name, or it is no address at all. */
static void
nobody(void **state)
{
	struct web *w = *state;
	static const char *const bad[][2] = { { "http://127.0.0.1:1/x", NULL },
		{ "ftp://127.0.0.1/x", NULL }, { "http://", NULL },
		{ "file:///etc/passwd", NULL } };

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct fetch_request request = { .urls = bad[i], .path = w->path, .retry_ms = 1 };
		struct err err = ERR_INIT;

		assert_false(fetch_file(&request, &w->gauge, &err));
		assert_said(&err, bad[i][0]);
		assert_false(file_exists(w->path));
	}
}

/* ---- around it ---- */

static void
as_proxy(struct web *w, struct request *r)
{
	assert_string_equal(r->path, "http://far.example/file");
	good(w, r);
}

/* The proxy that is given is asked, and so is the environment's. */
static void
proxies(void **state)
{
	struct web *w = *state;
	static const char *const urls[] = { "http://far.example/file", NULL };
	char *proxy = xasprintf("http://127.0.0.1:%d", w->httpd.port);
	struct fetch_request request = { .urls = urls, .path = w->path, .proxy = proxy };
	struct err err = ERR_INIT;

	w->answer = as_proxy;
	assert_true(fetch_file(&request, &w->gauge, &err));
	unlink(w->path);
	request.proxy = NULL;
	setenv("http_proxy", proxy, 1);
	assert_true(fetch_file(&request, &w->gauge, &err));
	unsetenv("http_proxy");
	assert_int_equal(w->httpd.requests, 2);
	free(proxy);
}

/* Two processes never write one file. */
static void
one_at_a_time(void **state)
{
	struct web *w = *state;
	char url[HTTPD_URL_SIZE];
	const char *const urls[] = { url, NULL };
	struct fetch_request request = { .urls = urls, .path = w->path };
	struct fetch_gauge other = FETCH_GAUGE_INIT;
	struct err err = ERR_INIT;
	struct fetch *f;

	w->answer = stall_once;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/file", w->httpd.port);
	assert_non_null(f = fetch_open(&request, &w->gauge, &err));
	assert_null(fetch_open(&request, &other, &err));
	assert_said(&err, "another process is fetching it");
	fetch_close(f);
}

/* A reader that makes no sense of the bytes is not believed before the hash: when they were the wrong
 * ones it is given others, when they were right it is its word that counts. */
static void
reader_in_doubt(void **state)
{
	struct web *w = *state;
	static const char *const paths[] = { "other", "good", NULL };
	struct err err;

	w->answer = by_path;
	w->refuse_at = 4;
	assert_false(fetch_from(w, paths, with_hash(w), &err));
	assert_string_equal(err.message, "makes no sense");
	assert_int_equal(w->again, 1);
	assert_true(file_exists(w->path));
}

/* A small file into memory; from which server it came; never more than it may be. */
static void
texts(void **state)
{
	struct web *w = *state;
	char bad[HTTPD_URL_SIZE], here[HTTPD_URL_SIZE];
	const char *const urls[] = { bad, here, NULL };
	const struct fetch_request request = { .urls = urls, .retry_ms = 1 };
	struct str text = STR_INIT;
	const char *url = NULL;
	struct err err = ERR_INIT;

	w->answer = by_path;
	snprintf(bad, sizeof(bad), "http://127.0.0.1:%d/404", w->httpd.port);
	snprintf(here, sizeof(here), "http://127.0.0.1:%d/other", w->httpd.port);
	assert_true(fetch_text(&request, 5, &w->gauge, &text, &url, &err));
	assert_string_equal(str_cstr(&text), "other");
	assert_ptr_equal(url, here);
	str_clear(&text);
	assert_false(fetch_text(&request, 4, &w->gauge, &text, &url, &err));
	assert_said(&err, "it is larger than it can be");
	assert_int_equal(text.len, 0);
	str_fini(&text);
}

/* Nothing can be written there: said so, not fetched into nowhere. */
static void
no_place(void **state)
{
	struct web *w = *state;
	char *dir = path_dirname(w->path);
	struct err err;

	assert_true(file_write(dir, SPAN("a file where the folder should be"), NULL));
	assert_false(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_said(&err, dir);
	assert_int_equal(w->httpd.requests, 0);
	free(dir);
}

#define WEB_TEST(test) cmocka_unit_test_setup_teardown(test, web_setup, web_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WEB_TEST(whole),
		WEB_TEST(there_already),
		WEB_TEST(unknown_size),
		WEB_TEST(cut),
		WEB_TEST(kept),
		WEB_TEST(kept_by_etag),
		WEB_TEST(kept_but_spoilt),
		WEB_TEST(kept_but_unknown),
		WEB_TEST(range_ignored),
		WEB_TEST(changed_meanwhile),
		WEB_TEST(wrong_range),
		WEB_TEST(nothing_left),
		WEB_TEST(stalls),
		WEB_TEST(slow),
		WEB_TEST(cancelled),
		WEB_TEST(told),
		WEB_TEST(several_servers),
		WEB_TEST(second_goes_on),
		WEB_TEST(lies_about_length),
		WEB_TEST(too_large),
		WEB_TEST(offline),
		WEB_TEST(nobody),
		WEB_TEST(proxies),
		WEB_TEST(one_at_a_time),
		WEB_TEST(reader_in_doubt),
		WEB_TEST(texts),
		WEB_TEST(no_place),
	};

	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
