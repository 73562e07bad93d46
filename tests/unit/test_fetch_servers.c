/* fetch: servers that do everything wrong that servers do, and what stands between. */
#include "tests/unit/help_web.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
