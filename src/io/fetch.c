/* fetch: a thread runs libcurl and writes the .part; who pumps reads the .part behind it.
 *
 * `state` is what the two share: how many bytes may be read, and how often the file began anew. A
 * transfer is one request to one server; what came of it decides whether the same server is asked for
 * the rest, the next one is tried, or all is over. */
#define CURL_DISABLE_TYPECHECK
#include "io/fetch.h"
#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>
#include "base/alloc.h"
#include "io/library.h"
#include "io/loop.h"
#include "io/part.h"
#include "io/response.h"
#include "io/thread.h"

#define FUNCTIONS(X)                                                                               \
	X(curl_easy_cleanup)                                                                       \
	X(curl_easy_getinfo)                                                                       \
	X(curl_easy_init)                                                                          \
	X(curl_easy_setopt)                                                                        \
	X(curl_easy_strerror)                                                                      \
	X(curl_global_init)                                                                        \
	X(curl_multi_add_handle)                                                                   \
	X(curl_multi_cleanup)                                                                      \
	X(curl_multi_info_read)                                                                    \
	X(curl_multi_init)                                                                         \
	X(curl_multi_perform)                                                                      \
	X(curl_multi_remove_handle)                                                                \
	X(curl_multi_poll)                                                                         \
	X(curl_slist_append)                                                                       \
	X(curl_slist_free_all)

static struct {
	LIBRARY_POINTERS(FUNCTIONS)
} lib;
static const char *const names[] = { LIBRARY_NAMES(FUNCTIONS) };
static pthread_once_t initialised = PTHREAD_ONCE_INIT;

/* By number: newer headers warn of the old pair, older ones do not have the new pair, and the library
 * at run time may be either. */
#define OPTION_PROTOCOLS ((CURLoption)(CURLOPTTYPE_LONG + 181))
#define OPTION_REDIR_PROTOCOLS ((CURLoption)(CURLOPTTYPE_LONG + 182))
#define OPTION_PROTOCOLS_STR ((CURLoption)(CURLOPTTYPE_OBJECTPOINT + 318))
#define OPTION_REDIR_PROTOCOLS_STR ((CURLoption)(CURLOPTTYPE_OBJECTPOINT + 319))

#define POLL_MS 100
#define PAUSE_STEP_US 10000
#define RATE_MS 500 /* the rate is measured over pieces of this length */
#define TRIES_MAX 4 /* requests in a row to one server that brought nothing */
#define PUMP_SIZE (256u << 10)
#define RETRY_MS_MAX 8000

enum outcome {
	OUTCOME_WHOLE,
	OUTCOME_CUT,     /* the same server may give the rest */
	OUTCOME_REFUSED, /* it will not; another may */
	OUTCOME_OVER     /* nobody will: stopped, disk full */
};

struct fetch {
	char **urls; /* ends with NULL */
	char *path, *sha256, *proxy, *ca_file;
	int64_t bytes_max;
	unsigned stall_ms, retry_ms;
	bool offline;
	struct fetch_gauge *gauge;

	struct part part;
	struct str *text; /* instead of the part: a small file into memory */
	size_t text_max;

	/* One transfer, on the fetching thread only. */
	CURL *easy;
	const char *url;
	struct response response;
	bool has_begun;       /* the body's first byte was looked at */
	int64_t skip;         /* bytes of the body that are here already */
	enum outcome outcome; /* what a callback that stopped the transfer has decided */
	struct err err;       /* why, of the last transfer */
	char curl_error[CURL_ERROR_SIZE];
	uint64_t last_byte_us; /* when something last came */
	uint64_t rate_since_us;
	int64_t rate_bytes; /* since then */

	pthread_t thread;
	bool is_running;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct {
		int64_t len;     /* bytes that may be read */
		unsigned resets; /* how often it began anew */
		bool is_over;
		bool is_whole;   /* with is_over: the file has its name */
		bool is_closing; /* fetch_close waits */
	} state;
};

/* -- what the two threads share ---------------------------------------------------------------- */

static int64_t
len_of(const struct fetch *f)
{
	return f->text ? (int64_t)f->text->len : f->part.len;
}

static void
share(struct fetch *f, int64_t len, bool is_reset)
{
	pthread_mutex_lock(&f->lock);
	f->state.len = len;
	f->state.resets += is_reset;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	atomic_store(&f->gauge->done, len);
}

static bool
is_stopped(struct fetch *f)
{
	bool is_closing;

	pthread_mutex_lock(&f->lock);
	is_closing = f->state.is_closing;
	pthread_mutex_unlock(&f->lock);
	return is_closing || atomic_load(&f->gauge->cancel);
}

/* Said first, so that nobody reads a file that has just become shorter. */
static bool
begin_anew(struct fetch *f)
{
	share(f, 0, true);
	if (!f->text)
		return part_reset(&f->part, &f->err);
	str_clear(f->text);
	return true;
}

/* -- a response -------------------------------------------------------------------------------- */

static enum outcome
stop(struct fetch *f, enum outcome outcome, const char *why)
{
	f->outcome = outcome;
	if (why)
		err_set(&f->err, outcome == OUTCOME_CUT ? ERR_ENVIRONMENT : ERR_FAILED, "%s: %s",
			f->url, why);
	return outcome;
}

static size_t
on_header(char *bytes, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;

	f->last_byte_us = loop_clock();
	response_line(&f->response, (struct span){ bytes, size * count });
	return size * count;
}

static long
status_of(struct fetch *f)
{
	long status = 0;

	lib.curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static int64_t
body_size(struct fetch *f)
{
	curl_off_t size = -1;

	lib.curl_easy_getinfo(f->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
	return size;
}

static bool
is_too_large(struct fetch *f, int64_t size)
{
	return size > (f->text ? (int64_t)f->text_max : f->bytes_max);
}

/* Whether a whole file that is `size` bytes (or -1) begins with the bytes that are here. */
static bool
is_same_file(struct fetch *f, int64_t size)
{
	const char *validator = response_validator(&f->response);
	const struct part *p = &f->part;

	if (size >= 0 && (size < p->len || (p->total >= 0 && size != p->total)))
		return false;
	if (text_is(f->url, p->url) && p->validator && validator)
		return text_is(validator, p->validator);
	return f->sha256 != NULL; /* the hash will tell */
}

/* The server sends all of it: from the first byte on, or past what is here. */
static enum outcome
begin_whole(struct fetch *f, int64_t *total)
{
	*total = body_size(f);
	f->skip = 0;
	if (len_of(f) == 0)
		return OUTCOME_WHOLE;
	if (!f->text && is_same_file(f, *total))
		f->skip = f->part.len;
	else if (!begin_anew(f))
		return stop(f, OUTCOME_OVER, NULL);
	return OUTCOME_WHOLE;
}

static enum outcome
begin_rest(struct fetch *f, int64_t *total)
{
	*total = f->response.range_total;
	f->skip = 0;
	if (f->response.range_first == len_of(f) &&
		(f->part.total < 0 || *total < 0 || *total == f->part.total))
		return OUTCOME_WHOLE;
	if (!begin_anew(f))
		return stop(f, OUTCOME_OVER, NULL);
	return stop(f, OUTCOME_CUT, "it sent another part of the file than was asked for");
}

/* Looks at the head before the first byte of the body is taken. OUTCOME_WHOLE: go on. */
static enum outcome
begin_body(struct fetch *f)
{
	long status = status_of(f);
	int64_t total = -1;
	enum outcome outcome;

	f->has_begun = true;
	if (status != 200 && status != 206)
		return OUTCOME_WHOLE; /* an error's page: judge_status */
	outcome = status == 206 ? begin_rest(f, &total) : begin_whole(f, &total);
	if (outcome != OUTCOME_WHOLE)
		return outcome;
	if (is_too_large(f, total))
		return stop(f, OUTCOME_REFUSED, "it is larger than it can be");
	atomic_store(&f->gauge->total, total);
	if (!f->text &&
		!part_note(&f->part, f->url, response_validator(&f->response), total, &f->err))
		return stop(f, OUTCOME_OVER, NULL);
	return OUTCOME_WHOLE;
}

static void
count_rate(struct fetch *f, size_t len)
{
	uint64_t now = loop_clock();
	int64_t rate, before;

	f->last_byte_us = now;
	f->rate_bytes += (int64_t)len;
	if (now - f->rate_since_us < RATE_MS * 1000)
		return;
	rate = (int64_t)((uint64_t)f->rate_bytes * 1000000 / (now - f->rate_since_us));
	before = atomic_load(&f->gauge->rate);
	atomic_store(&f->gauge->rate, before ? (before * 3 + rate) / 4 : rate);
	f->rate_since_us = now;
	f->rate_bytes = 0;
}

static bool
keep_bytes(struct fetch *f, const char *bytes, size_t len)
{
	if (f->text) {
		str_append_bytes(f->text, bytes, len);
	} else if (!part_append(&f->part, bytes, len, &f->err)) {
		f->outcome = OUTCOME_OVER;
		return false;
	}
	share(f, len_of(f), false);
	return true;
}

static size_t
on_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct fetch *f = arg;
	size_t len = size * count, skipped;
	long status = status_of(f);

	count_rate(f, len);
	if (!f->has_begun && begin_body(f) != OUTCOME_WHOLE)
		return 0;
	if (status != 200 && status != 206)
		return len;
	skipped = f->skip < (int64_t)len ? (size_t)f->skip : len;
	f->skip -= (int64_t)skipped;
	if (is_too_large(f, len_of(f) + (int64_t)(len - skipped))) {
		stop(f, OUTCOME_REFUSED, "it is larger than it can be");
		return 0;
	}
	return skipped == len || keep_bytes(f, bytes + skipped, len - skipped) ? len : 0;
}

/* -- a transfer -------------------------------------------------------------------------------- */

static void
allow_protocols(struct fetch *f, CURLoption by_name, CURLoption by_bits, bool with_http)
{
	const char *name = with_http ? "http,https" : "https";
	long bits = CURLPROTO_HTTPS | (with_http ? CURLPROTO_HTTP : 0);

	if (lib.curl_easy_setopt(f->easy, by_name, name) != CURLE_OK)
		lib.curl_easy_setopt(f->easy, by_bits, bits);
}

/* curl the program reads these variables, libcurl does not. */
static void
use_certificates(struct fetch *f)
{
	const char *file = f->ca_file ? f->ca_file : getenv("CURL_CA_BUNDLE");
	const char *folder = getenv("SSL_CERT_DIR");

	if (!file || !*file)
		file = getenv("SSL_CERT_FILE");
	if (file && *file)
		lib.curl_easy_setopt(f->easy, CURLOPT_CAINFO, file);
	if (folder && *folder)
		lib.curl_easy_setopt(f->easy, CURLOPT_CAPATH, folder);
}

static void
set_up(struct fetch *f)
{
	CURL *e = f->easy;
	bool is_plain = strncasecmp(f->url, "http://", 7) == 0;

	lib.curl_easy_setopt(e, CURLOPT_URL, f->url);
	lib.curl_easy_setopt(e, CURLOPT_USERAGENT, "xtui/" XTUI_VERSION);
	lib.curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	lib.curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 1L);
	lib.curl_easy_setopt(e, CURLOPT_MAXREDIRS, (long)FETCH_REDIRECTS_MAX);
	allow_protocols(f, OPTION_PROTOCOLS_STR, OPTION_PROTOCOLS, true);
	allow_protocols(f, OPTION_REDIR_PROTOCOLS_STR, OPTION_REDIR_PROTOCOLS, is_plain);
	lib.curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)f->stall_ms);
	lib.curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L);
	lib.curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 131072L);
	lib.curl_easy_setopt(e, CURLOPT_ERRORBUFFER, f->curl_error);
	lib.curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	lib.curl_easy_setopt(e, CURLOPT_HEADERDATA, f);
	lib.curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	lib.curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
	if (f->proxy)
		lib.curl_easy_setopt(e, CURLOPT_PROXY, f->proxy);
	use_certificates(f);
}

/* Asks for the rest only, when what is here can be told to be the beginning of the same file. */
static struct curl_slist *
ask_for_rest(struct fetch *f)
{
	const struct part *p = &f->part;
	struct curl_slist *headers = NULL;
	bool is_same_server = text_is(p->url, f->url);
	char *text;

	if (f->text || !p->len || (!f->sha256 && !(is_same_server && p->validator)))
		return NULL;
	text = xasprintf("%" PRId64 "-", p->len);
	lib.curl_easy_setopt(f->easy, CURLOPT_RANGE, text);
	free(text);
	if (is_same_server && p->validator) {
		text = xasprintf("If-Range: %s", p->validator);
		headers = lib.curl_slist_append(NULL, text);
		lib.curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, headers);
		free(text);
	}
	return headers;
}

/* Runs the transfer to its end, or until it is stopped or stalls. */
static enum outcome
run_transfer(struct fetch *f, CURLM *multi, CURLcode *code)
{
	int running = 1, left;
	CURLMsg *message;

	while (running) {
		if (lib.curl_multi_perform(multi, &running) != CURLM_OK)
			return stop(f, OUTCOME_REFUSED, "libcurl gives up");
		if (is_stopped(f))
			return stop(f, OUTCOME_OVER, "stopped");
		if (loop_clock() - f->last_byte_us > (uint64_t)f->stall_ms * 1000)
			return stop(f, OUTCOME_CUT, "the server sends nothing any more");
		if (running)
			lib.curl_multi_poll(multi, NULL, 0, POLL_MS, NULL);
	}
	while ((message = lib.curl_multi_info_read(multi, &left)))
		if (message->msg == CURLMSG_DONE)
			*code = message->data.result;
	return OUTCOME_WHOLE;
}

/* -- what came of it --------------------------------------------------------------------------- */

static enum outcome
judge_status(struct fetch *f, long status)
{
	char words[RESPONSE_WORDS];

	return stop(f, response_is_passing(status) ? OUTCOME_CUT : OUTCOME_REFUSED,
		response_words(status, words));
}

/* The range that was asked for is behind the end: the file is whole, or another. */
static enum outcome
judge_no_range(struct fetch *f)
{
	if (f->response.range_total == len_of(f) && len_of(f) > 0)
		return OUTCOME_WHOLE;
	if (!begin_anew(f))
		return stop(f, OUTCOME_OVER, NULL);
	return stop(f, OUTCOME_CUT, "it has less of the file than was here");
}

static enum outcome
judge_code(struct fetch *f, CURLcode code)
{
	const char *words = *f->curl_error ? f->curl_error : lib.curl_easy_strerror(code);
	bool is_https = strncasecmp(f->url, "https:", 6) == 0;

	switch (code) {
	case CURLE_UNSUPPORTED_PROTOCOL:
		return stop(f, OUTCOME_REFUSED,
			is_https ? "it leads from https to something else, which is not followed"
				 : "this is no address of http or https");
	case CURLE_TOO_MANY_REDIRECTS:
		return stop(
			f, OUTCOME_REFUSED, "it leads from one address to the next without end");
	case CURLE_URL_MALFORMAT: return stop(f, OUTCOME_REFUSED, "this is no address");
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
		stop(f, OUTCOME_REFUSED, words);
		f->err.kind = ERR_ENVIRONMENT;
		return OUTCOME_REFUSED;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		stop(f, OUTCOME_REFUSED, words);
		err_try(&f->err, "set SSL_CERT_FILE to the certificates of your network");
		return OUTCOME_REFUSED;
	default: return stop(f, OUTCOME_CUT, words);
	}
}

static enum outcome
judge(struct fetch *f, CURLcode code)
{
	long status = status_of(f);

	if (code == CURLE_WRITE_ERROR && f->outcome != OUTCOME_WHOLE)
		return f->outcome; /* a callback has decided */
	if (code != CURLE_OK)
		return judge_code(f, code);
	if (status == 416)
		return judge_no_range(f);
	if (status != 200 && status != 206)
		return judge_status(f, status);
	if (!f->has_begun && begin_body(f) != OUTCOME_WHOLE) /* an empty body */
		return f->outcome;
	if (f->skip > 0 || (!f->text && f->part.total >= 0 && f->part.len < f->part.total))
		return stop(f, OUTCOME_CUT, "the connection was cut");
	return OUTCOME_WHOLE;
}

static enum outcome
transfer(struct fetch *f, const char *url)
{
	CURLM *multi = lib.curl_multi_init();
	CURLcode code = CURLE_OK;
	struct curl_slist *headers;
	enum outcome outcome;

	f->url = url;
	f->easy = lib.curl_easy_init();
	if (!multi || !f->easy)
		die("libcurl cannot be used");
	response_fini(&f->response);
	f->err = ERR_INIT;
	f->has_begun = false;
	f->skip = 0;
	f->outcome = OUTCOME_WHOLE;
	*f->curl_error = '\0';
	f->last_byte_us = f->rate_since_us = loop_clock();
	f->rate_bytes = 0;
	set_up(f);
	headers = ask_for_rest(f);
	lib.curl_multi_add_handle(multi, f->easy);
	outcome = run_transfer(f, multi, &code);
	if (outcome == OUTCOME_WHOLE)
		outcome = judge(f, code);
	lib.curl_multi_remove_handle(multi, f->easy);
	lib.curl_easy_cleanup(f->easy);
	lib.curl_multi_cleanup(multi);
	lib.curl_slist_free_all(headers);
	f->easy = NULL;
	return outcome;
}

/* -- several transfers ------------------------------------------------------------------------- */

/* False: it was stopped meanwhile. */
static bool
wait_before_retry(struct fetch *f, unsigned ms)
{
	uint64_t until = loop_clock() + (uint64_t)ms * 1000;

	while (loop_clock() < until) {
		if (is_stopped(f))
			return false;
		usleep(PAUSE_STEP_US);
	}
	return !is_stopped(f);
}

/* All that one server gives. */
static enum outcome
ask_server(struct fetch *f, const char *url)
{
	unsigned tries = 0, pause = f->retry_ms;
	enum outcome outcome;

	for (;;) {
		int64_t before = len_of(f);

		outcome = transfer(f, url);
		if (outcome != OUTCOME_CUT)
			return outcome;
		if (len_of(f) > before) {
			tries = 0;
			pause = f->retry_ms;
		}
		if (++tries >= TRIES_MAX)
			return OUTCOME_REFUSED;
		if (!wait_before_retry(f, pause))
			return stop(f, OUTCOME_OVER, "stopped");
		pause = pause * 2 < RETRY_MS_MAX ? pause * 2 : RETRY_MS_MAX;
	}
}

/* A file whose hash is wrong begins anew: once more from the same server when some of it was kept from
 * before, else from the next. */
static enum outcome
ask_for_file(struct fetch *f, const char *url)
{
	bool was_mixed, is_other = false;
	enum outcome outcome;

	do {
		was_mixed = f->part.kept > 0;
		outcome = ask_server(f, url);
		if (outcome != OUTCOME_WHOLE)
			return outcome;
		if (part_finish(&f->part, f->sha256, &is_other, &f->err))
			return OUTCOME_WHOLE;
		if (!is_other)
			return OUTCOME_OVER;
		err_prefix(&f->err, "%s", url);
		if (!begin_anew(f))
			return OUTCOME_OVER;
	} while (was_mixed);
	return OUTCOME_REFUSED;
}

static bool
ask_all(struct fetch *f)
{
	size_t count = 0;

	for (char **url = f->urls; *url; url++, count++) {
		enum outcome outcome = f->text ? ask_server(f, *url) : ask_for_file(f, *url);

		if (outcome == OUTCOME_WHOLE)
			return true;
		if (outcome == OUTCOME_OVER)
			return false;
		if (f->text)
			str_clear(f->text);
		f->part.kept = f->part.len; /* the next server continues another's */
	}
	if (count > 1)
		err_prefix(&f->err, "none of %zu servers gave it, the last", count);
	return false;
}

static bool
refuse_offline(struct fetch *f)
{
	err_set(&f->err, ERR_ENVIRONMENT, "%s: not fetched, since --offline was given",
		*f->urls ? *f->urls : f->path);
	return false;
}

static void *
run(void *arg)
{
	struct fetch *f = arg;
	bool ok = part_hash_kept(&f->part, &f->err);

	atomic_store(&f->gauge->total, f->part.total);
	if (ok)
		share(f, len_of(f), false);
	ok = ok && (f->offline ? refuse_offline(f) : ask_all(f));
	pthread_mutex_lock(&f->lock);
	f->state.is_over = true;
	f->state.is_whole = ok;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	return NULL;
}

/* -- opening and closing ----------------------------------------------------------------------- */

static void
initialise(void)
{
	lib.curl_global_init(CURL_GLOBAL_DEFAULT);
}

static char **
copy_urls(const char *const *urls)
{
	size_t count = 0;
	char **copy;

	while (urls[count])
		count++;
	copy = xcalloc(count + 1, sizeof(*copy));
	for (size_t i = 0; i < count; i++)
		copy[i] = xstrdup(urls[i]);
	return copy;
}

static struct fetch *
fetch_new(const struct fetch_request *r, struct fetch_gauge *gauge, struct err *err)
{
	struct fetch *f;

	if (!library_load(LIBRARY_CURL, names, &lib, sizeof(lib), err))
		return NULL;
	pthread_once(&initialised, initialise);
	f = xcalloc(1, sizeof(*f));
	f->urls = copy_urls(r->urls);
	f->path = xstrdup(r->path);
	f->sha256 = xstrdup(r->sha256);
	f->proxy = xstrdup(r->proxy);
	f->ca_file = xstrdup(r->ca_file);
	f->bytes_max = r->bytes_max ? r->bytes_max : FETCH_BYTES_MAX;
	f->stall_ms = r->stall_ms ? r->stall_ms : FETCH_STALL_MS;
	f->retry_ms = r->retry_ms ? r->retry_ms : FETCH_RETRY_MS;
	f->offline = r->offline;
	f->gauge = gauge;
	f->part = (struct part){ .fd = -1, .total = -1 };
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	return f;
}

static void
fetch_free(struct fetch *f)
{
	part_close(&f->part);
	response_fini(&f->response);
	for (char **url = f->urls; *url; url++)
		free(*url);
	free(f->urls);
	free(f->path);
	free(f->sha256);
	free(f->proxy);
	free(f->ca_file);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

/* The file is there, whole: nothing is to be done but to let it be read. */
static bool
is_here(struct fetch *f)
{
	if (f->sha256 && part_open_whole(&f->part, f->path, f->sha256)) {
		f->state.is_over = f->state.is_whole = true;
		share(f, len_of(f), false);
		atomic_store(&f->gauge->total, f->part.len);
		return true;
	}
	part_close(&f->part);
	return false;
}

struct fetch *
fetch_open(const struct fetch_request *r, struct fetch_gauge *gauge, struct err *err)
{
	struct fetch *f = fetch_new(r, gauge, err);

	if (!f || is_here(f))
		return f;
	if (part_open(&f->part, f->path, err) && thread_start(&f->thread, run, f, err)) {
		f->is_running = true;
		return f;
	}
	fetch_free(f);
	return NULL;
}

bool
fetch_finish(struct fetch *f, struct err *err)
{
	if (f->is_running)
		pthread_join(f->thread, NULL);
	f->is_running = false;
	if (!f->state.is_whole && err)
		*err = f->err;
	return f->state.is_whole;
}

void
fetch_close(struct fetch *f)
{
	if (!f)
		return;
	pthread_mutex_lock(&f->lock);
	f->state.is_closing = true;
	pthread_mutex_unlock(&f->lock);
	fetch_finish(f, NULL);
	fetch_free(f);
}

/* -- reading along ----------------------------------------------------------------------------- */

struct pump {
	const struct fetch_reader *reader;
	char *buffer;
	int64_t at, end; /* what is read, what may be read */
	unsigned resets;
	bool is_sulking; /* the reader cannot make sense of the bytes: are they the right ones? */
	struct err err;
};

enum pump_turn { PUMP_BYTES, PUMP_AGAIN, PUMP_END };

static enum pump_turn
wait_turn(struct fetch *f, struct pump *p)
{
	enum pump_turn turn = PUMP_BYTES;

	pthread_mutex_lock(&f->lock);
	for (;;) {
		if (f->state.is_over && !f->state.is_whole)
			turn = PUMP_END;
		else if (f->state.resets != p->resets)
			turn = PUMP_AGAIN;
		else if (p->is_sulking || f->state.len <= p->at)
			turn = f->state.is_over ? PUMP_END : PUMP_BYTES;
		if (turn != PUMP_BYTES || (!p->is_sulking && f->state.len > p->at))
			break;
		pthread_cond_wait(&f->changed, &f->lock);
	}
	p->resets = f->state.resets;
	p->end = f->state.len;
	pthread_mutex_unlock(&f->lock);
	return turn;
}

static bool
is_begun_anew(struct fetch *f, const struct pump *p)
{
	bool is_anew;

	pthread_mutex_lock(&f->lock);
	is_anew = f->state.resets != p->resets;
	pthread_mutex_unlock(&f->lock);
	return is_anew;
}

static bool
pump_bytes(struct fetch *f, struct pump *p)
{
	int64_t left = p->end - p->at;
	ssize_t got = pread(
		f->part.fd, p->buffer, left < PUMP_SIZE ? (size_t)left : PUMP_SIZE, (off_t)p->at);

	if (got < 0 && errno == EINTR)
		return true;
	if (got < 0)
		return err_errno(&p->err, "%s: cannot be read", f->path);
	if (got == 0)
		return is_begun_anew(f, p) ||
			err_set(&p->err, ERR_ENVIRONMENT, "%s: somebody else has made it shorter",
				f->part.part_path);
	if (p->reader->bytes(p->reader->arg, p->buffer, (size_t)got, &p->err)) {
		p->at += got;
		return true;
	}
	p->is_sulking = p->err.kind == ERR_FAILED;
	return p->is_sulking;
}

bool
fetch_pump(struct fetch *f, const struct fetch_reader *reader, struct err *err)
{
	struct pump p = { .reader = reader, .buffer = xmalloc(PUMP_SIZE) };
	enum pump_turn turn;
	bool ok = true;

	while (ok && (turn = wait_turn(f, &p)) != PUMP_END) {
		if (turn == PUMP_BYTES) {
			ok = pump_bytes(f, &p);
			continue;
		}
		p.at = 0;
		p.is_sulking = false;
		p.err = ERR_INIT;
		ok = reader->again(reader->arg, &p.err);
	}
	if (ok && p.is_sulking && f->state.is_whole)
		ok = false;
	if (!ok && err)
		*err = p.err;
	free(p.buffer);
	return ok;
}

/* -- at once ----------------------------------------------------------------------------------- */

bool
fetch_file(const struct fetch_request *r, struct fetch_gauge *gauge, struct err *err)
{
	struct fetch *f = fetch_open(r, gauge, err);
	bool ok = f && fetch_finish(f, err);

	fetch_close(f);
	return ok;
}

bool
fetch_text(const struct fetch_request *r, size_t max, struct fetch_gauge *gauge, struct str *out,
	const char **url, struct err *err)
{
	struct fetch *f = fetch_new(r, gauge, err);
	struct str text = STR_INIT;
	bool ok;

	if (!f)
		return false;
	f->text = &text;
	f->text_max = max;
	ok = f->offline ? refuse_offline(f) : ask_all(f);
	if (ok)
		str_append_span(out, str_span(&text));
	else if (err)
		*err = f->err;
	for (size_t i = 0; ok && url && r->urls[i]; i++)
		if (text_is(r->urls[i], f->url))
			*url = r->urls[i];
	str_fini(&text);
	fetch_free(f);
	return ok;
}
