/* fetch: a file that comes in pieces: cut, resumed, changed meanwhile, stalled. */
#include "tests/unit/help_web.h"
#include "io/loop.h"

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
	assert_true(w->httpd.requests >= 2); /* a server without a CPU is silent, too */
}

#define DRIP_MS 220 /* ten of them are more than one stall, and far less each */
#define DRIP_STALL_MS 2000

static void
drip(struct web *w, struct request *r)
{
	long first = send_head(w, r);

	for (long at = first; at < FILE_SIZE; at += FILE_SIZE / 10) {
		send_bytes(w, r, at, at + FILE_SIZE / 10);
		poll(NULL, 0, DRIP_MS);
	}
}

/* A slow server is left its time, however long all takes. */
static void
slow(void **state)
{
	struct web *w = *state;
	struct fetch_request request = { .stall_ms = DRIP_STALL_MS };
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

	for (uint64_t end = loop_clock() + WAIT_US; !atomic_load(&w->gauge.done) && wait_more(end);)
		;
	atomic_store(&w->gauge.cancel, true);
	return NULL;
}

/* Cancelled, it ends at once, also while the server says nothing, and what came is kept. */
static void
cancelled(void **state)
{
	struct fetch_request patient = { .stall_ms = 2 * WAIT_US / 1000 };
	struct web *w = *state;
	uint64_t begun = loop_clock();
	struct err err;
	pthread_t thread;

	w->answer = stall_once;
	assert_int_equal(pthread_create(&thread, NULL, cancel_soon, w), 0);
	assert_failed(w, patient, &err, "stopped");
	pthread_join(thread, NULL);
	assert_true(loop_clock() - begun < WAIT_US);
	w->gauge = (struct fetch_gauge)FETCH_GAUGE_INIT;
	assert_true(fetch(w, (struct fetch_request){ 0 }, &err));
	assert_fetched(w);
	assert_int_equal(w->ranged, 1);
}

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
	};

	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
