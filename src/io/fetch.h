/* fetch: downloads over HTTP, by libcurl, each on a thread of its own.
 *
 * Bytes go to `<path>.part` as they come, with `<path>.part.from` beside it, which says what they are
 * the beginning of (url, ETag, size). The file gets its name only when it is whole and its hash is
 * right; until then a later download of the same path goes on where this one ended. Whoever wants the
 * bytes meanwhile is given them from the .part, so a slow reader never slows the network. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

/* How far a transfer is. Any thread may read it at any time, and set `cancel`. */
struct fetch_gauge {
	_Atomic int64_t done;  /* bytes that are here, those of an earlier run too */
	_Atomic int64_t total; /* -1: not known */
	_Atomic int64_t rate;  /* bytes a second, over the last seconds; 0 at first */
	_Atomic bool cancel;   /* ends it within a tenth of a second; what came so far is kept */
};
#define FETCH_GAUGE_INIT                                                                           \
	{                                                                                          \
		.total = -1                                                                        \
	}

struct fetch_request {
	const char *const
		*urls;       /* the same file at several places, tried in order; ends with NULL */
	const char *path;    /* what appears */
	const char *sha256;  /* 64 hex digits; NULL: not checked */
	int64_t bytes_max;   /* a larger file is refused; 0: FETCH_BYTES_MAX */
	const char *proxy;   /* NULL: as the environment says (https_proxy, no_proxy...) */
	const char *ca_file; /* NULL: as the environment says (CURL_CA_BUNDLE, SSL_CERT_FILE) */
	unsigned stall_ms;   /* this long without a byte counts as a cut; 0: FETCH_STALL_MS. A slow
			    * transfer is not a stall. */
	unsigned retry_ms; /* the pause after a first cut, doubled after each; 0: FETCH_RETRY_MS */
	bool offline;      /* nothing is asked of the network: what is not here is an error */
};

#define FETCH_BYTES_MAX (INT64_C(8) << 30)
#define FETCH_STALL_MS 30000
#define FETCH_RETRY_MS 500
#define FETCH_REDIRECTS_MAX 8

struct fetch;

/* Who reads along. Both are called on the thread that pumps. */
struct fetch_reader {
	/* Every byte of the file once, in order. False ends the pumping. */
	bool (*bytes)(void *arg, const void *bytes, size_t len, struct err *err);
	/* The file has changed on the server, or what was kept was not its beginning: all bytes so
	 * far are void, the first comes next. */
	bool (*again)(void *arg, struct err *err);
	void *arg;
};

/* Begins. The request's texts are copied; the gauge must live until fetch_close. NULL with err when
 * libcurl cannot be had, the .part cannot be written, or another process is at it. */
struct fetch *fetch_open(const struct fetch_request *r, struct fetch_gauge *gauge, struct err *err);
/* Hands the bytes to the reader until the file is whole or the transfer has failed, which is told by
 * fetch_finish; false when the reader said so, with its err. */
bool fetch_pump(struct fetch *f, const struct fetch_reader *reader, struct err *err);
/* Waits for the end. True: the file stands under its name and its hash is right. */
bool fetch_finish(struct fetch *f, struct err *err);
/* Stops what still runs; what came so far is kept. NULL is fine. */
void fetch_close(struct fetch *f);

/* fetch_open, fetch_finish and fetch_close; blocks. */
bool fetch_file(const struct fetch_request *r, struct fetch_gauge *gauge, struct err *err);
/* A small file into memory, at most `max` bytes; r->path and sha256 are not looked at. `url` (may be
 * NULL) is set to the place of r->urls that gave it. Blocks. */
bool fetch_text(const struct fetch_request *r, size_t max, struct fetch_gauge *gauge,
	struct str *out, const char **url, struct err *err);
