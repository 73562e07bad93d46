/* sysroot (plan): a release comes from a server, or a file, and appears only when it is right. */
#include "tests/unit/help_httpd.h"
#include "tests/unit/help_tar.h"
#include <sys/stat.h>
#include "base/path.h"
#include "host/settings.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/loop.h"
#include "plan/sysroot.h"
#include "unit/triples.h"

#define FOLDER "/releases/amd64/amd64/14.4-RELEASE"

struct mirror {
	struct httpd httpd;
	char dir[48];
	char url[HTTPD_URL_SIZE];
	const char *mirrors[3];
	struct str base;
	char sha256[DIGEST_HEX_LEN + 1];
	struct sysroot_progress progress;
	void (*answer)(struct mirror *m, struct request *r);
	char *tree;     /* what is to appear */
	bool was_early; /* it was there before the last byte had been sent */
	size_t sent;
};

static void
answer_as_told(struct request *r, void *arg)
{
	struct mirror *m = arg;

	m->answer(m, r);
}

static void
send_manifest(struct request *r, const char *sha256)
{
	char text[256];

	snprintf(text, sizeof(text),
		"base-dbg.txz\t%064d\t1\tbase_dbg\t\"Debugging\"\toff\n"
		"base.txz\t%s\t29572\tbase\t\"Base system (MANDATORY)\"\ton\n",
		0, sha256);
	say(r, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(text), text);
}

/* The archive from where it was asked for to `end`. */
static void
send_base(struct mirror *m, struct request *r, size_t end)
{
	size_t first = (size_t)r->first;

	if (first)
		say(r, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %zu-%zu/%zu\r\n",
			first, m->base.len - 1, m->base.len);
	else
		say(r, "HTTP/1.1 200 OK\r\n");
	say(r, "ETag: \"base\"\r\nContent-Length: %zu\r\n\r\n", m->base.len - first);
	if (end > first) {
		say_bytes(r, m->base.data + first, end - first - 1);
		m->was_early |= file_exists(m->tree);
		say_bytes(r, m->base.data + end - 1, 1);
		m->sent += end - first;
	}
}

static void
not_found(struct request *r)
{
	say(r, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
}

static void
good(struct mirror *m, struct request *r)
{
	if (text_is(r->path, FOLDER "/MANIFEST"))
		send_manifest(r, m->sha256);
	else if (text_is(r->path, FOLDER "/base.txz"))
		send_base(m, r, m->base.len);
	else
		not_found(r);
}

/* An object's head as far as it says for which machine it is. */
static void
add_object(struct str *tar, const char *name, char machine)
{
	char object[64] = "\177ELF\2\1\1";

	object[18] = machine;
	tar_header(tar, name, TAR_FILE, NULL, 0644, sizeof(object));
	tar_bytes(tar, object, sizeof(object));
}

static void
fill_base(struct str *tar, char machine, const char *version)
{
	char *param = xasprintf("/* param */\n#define __FreeBSD_version %s /* x */\n", version);

	str_clear(tar);
	tar_add(tar, "./bin/sh", TAR_FILE, NULL, 0755, "sh");
	tar_add(tar, "./lib/libc.so.7", TAR_FILE, NULL, 0444, "libc");
	add_object(tar, "./usr/lib/crt1.o", machine);
	tar_add(tar, "./usr/lib/libc.so", TAR_LINK, "/lib/libc.so.7", 0777, NULL);
	tar_add(tar, "./usr/lib/sh", TAR_HARD_LINK, "./bin/sh", 0755, NULL);
	tar_add(tar, "./usr/include/sys/param.h", TAR_FILE, NULL, 0644, param);
	tar_header(tar, "./usr/lib/large.a", TAR_FILE, NULL, 0644, 300000);
	str_append_repeat(tar, 'x', 300000);
	str_append_repeat(tar, '\0', 512 - 300000 % 512);
	tar_end(tar);
	packed_by("gzip", tar);
	free(param);
}

static void
hash_base(struct mirror *m)
{
	struct digest *d = digest_new(NULL);

	digest_add(d, m->base.data, m->base.len);
	digest_take(d, m->sha256);
	digest_free(d);
}

static int
mirror_setup(void **state)
{
	struct mirror *m = xcalloc(1, sizeof(*m));
	char *store;

	memcpy(m->dir, "/tmp/test_sysroot_add_XXXXXX", 29);
	assert_non_null(mkdtemp(m->dir));
	setenv("XDG_DATA_HOME", m->dir, 1);
	setenv("XDG_CACHE_HOME", m->dir, 1);
	store = sysroot_store();
	m->tree = path_join(store, FREEBSD "/14.4");
	free(store);
	fill_base(&m->base, 62, "1404000");
	hash_base(m);
	m->answer = good;
	m->progress = (struct sysroot_progress)SYSROOT_PROGRESS_INIT;
	httpd_start(&m->httpd, answer_as_told, m);
	snprintf(m->url, sizeof(m->url), "http://127.0.0.1:%d", m->httpd.port);
	m->mirrors[0] = m->url;
	*state = m;
	return 0;
}

static int
mirror_teardown(void **state)
{
	struct mirror *m = *state;

	httpd_stop(&m->httpd);
	file_remove_tree(m->dir, NULL);
	str_fini(&m->base);
	free(m->tree);
	free(m);
	return 0;
}

static bool
add(struct mirror *m, struct sysroot_request request, struct err *err)
{
	struct sysroot added;
	bool ok;

	request.triple = request.triple ? request.triple : FREEBSD;
	request.version = request.version || request.from ? request.version : "14.4";
	request.mirrors = m->mirrors;
	request.retry_ms = 1;
	*err = ERR_INIT;
	ok = sysroot_add(&request, &m->progress, &added, err);
	httpd_settle(&m->httpd);
	if (ok)
		assert_true(file_is_dir(added.path));
	else
		assert_true(*err->message);
	sysroot_fini(&added);
	return ok;
}

static void
must_add(struct mirror *m)
{
	struct err err;

	if (!add(m, (struct sysroot_request){ 0 }, &err))
		fail_msg("%s", err.message);
}

/* What was added is whole, by its own record, and nothing is left beside it. */
static void
assert_added(struct mirror *m)
{
	struct str problems = STR_INIT;
	char *downloads = path_join(m->dir, "xtui/downloads"), *shell = path_join(m->tree, "bin"),
	     *home = path_dirname(m->tree), **names;
	struct sysroot s;
	size_t count;

	assert_true(sysroot_find(FREEBSD, "14.4", &s));
	assert_true(sysroot_verify(&s, &problems, NULL));
	assert_string_equal(str_cstr(&problems), "");
	assert_string_equal(s.sha256, m->sha256);
	assert_int_equal(s.files, 5);
	assert_false(file_exists(shell));
	assert_true(file_list(downloads, &names, &count, NULL));
	assert_int_equal(count, 0);
	file_list_free(names, count);
	assert_true(file_list(home, &names, &count, NULL));
	assert_int_equal(count, 1);
	file_list_free(names, count);
	sysroot_fini(&s);
	str_fini(&problems);
	free(downloads);
	free(shell);
	free(home);
}

static void
must_fail(struct mirror *m, struct sysroot_request request, const char *text)
{
	struct sysroot_list list;
	struct err err;

	assert_false(add(m, request, &err));
	if (!strstr(err.message, text))
		fail_msg("\"%s\" is not in \"%s\"", text, err.message);
	assert_true(sysroot_list_read(NULL, &list, NULL));
	assert_int_equal(list.count, 0);
}

/* ---- from a server ---- */

/* MANIFEST, then the archive, in one go; the tree is not there before the last byte has come. A second
 * time nothing is asked. */
static void
added(void **state)
{
	struct mirror *m = *state;

	must_add(m);
	assert_added(m);
	assert_false(m->was_early);
	assert_int_equal(m->httpd.requests, 2);
	assert_int_equal(m->progress.gauge.done, m->base.len);
	assert_int_equal(m->progress.stage, SYSROOT_FINISHING);
	must_add(m);
	assert_int_equal(m->httpd.requests, 2);
}

static void
only_short(struct mirror *m, struct request *r)
{
	if (text_is(r->path, "/releases/amd64/14.4-RELEASE/MANIFEST"))
		send_manifest(r, m->sha256);
	else if (text_is(r->path, "/releases/amd64/14.4-RELEASE/base.txz"))
		send_base(m, r, m->base.len);
	else
		not_found(r);
}

/* Mirrors that know the folder by its shorter name only; a mirror's url may end with a slash, or be the
 * folder of releases itself. */
static void
shapes_of_mirrors(void **state)
{
	struct mirror *m = *state;
	static const char *const tails[] = { "", "/", "/releases", "/releases/" };

	m->answer = only_short;
	for (size_t i = 0; i < COUNT(tails); i++) {
		snprintf(m->url, sizeof(m->url), "http://127.0.0.1:%d%s", m->httpd.port, tails[i]);
		must_add(m);
		assert_added(m);
		assert_true(file_remove_tree(m->tree, NULL));
	}
}

/* A release by its full name; the version that is kept is the number. */
static void
full_name(void **state)
{
	struct mirror *m = *state;
	struct sysroot_request request = { .version = "14.4-RELEASE" };
	struct err err;

	assert_true(add(m, request, &err));
	assert_added(m);
}

static void
wrong_hash(struct mirror *m, struct request *r)
{
	if (text_is(r->path, FOLDER "/MANIFEST"))
		send_manifest(
			r, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	else
		good(m, r);
}

static void
no_hash(struct mirror *m, struct request *r)
{
	(void)m;
	if (text_is(r->path, FOLDER "/MANIFEST"))
		say(r,
			"HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n<html>Please log in to go "
			"on.</html>");
	else
		not_found(r);
}

static void
nothing_there(struct mirror *m, struct request *r)
{
	(void)m;
	not_found(r);
}

static void
page_for_archive(struct mirror *m, struct request *r)
{
	if (text_is(r->path, FOLDER "/base.txz"))
		say(r, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n<html>sorry</html>  ");
	else
		good(m, r);
}

/* A hash that is another, a MANIFEST that is none, nothing at all, a page in the archive's place: said as
 * what it is, and no tree. */
static void
wrong(void **state)
{
	struct mirror *m = *state;
	const struct sysroot_request plain = { 0 };

	m->answer = wrong_hash;
	must_fail(m, plain, "base.txz: its SHA-256 is ");
	m->answer = no_hash;
	must_fail(m, plain, "MANIFEST: it has no line for base.txz with a SHA-256");
	m->answer = nothing_there;
	must_fail(m, plain, "FreeBSD 14.4 for " FREEBSD ": http://127.0.0.1");
	m->answer = page_for_archive;
	must_fail(m, plain, "its SHA-256 is ");
	m->answer = good;
	must_add(m);
	assert_added(m);
}

/* The second mirror serves where the first one has it not, or another. */
static void
second_mirror(void **state)
{
	struct mirror *m = *state;

	m->mirrors[0] = "http://127.0.0.1:1";
	m->mirrors[1] = m->url;
	must_add(m);
	assert_added(m);
}

static void
cut_in_the_middle(struct mirror *m, struct request *r)
{
	if (!text_is(r->path, FOLDER "/base.txz"))
		good(m, r);
	else if (!r->first)
		send_base(m, r, m->base.len / 2);
	else
		not_found(r);
}

/* What a failed attempt has brought is not fetched again. */
static void
goes_on(void **state)
{
	struct mirror *m = *state;

	m->answer = cut_in_the_middle;
	must_fail(m, (struct sysroot_request){ 0 }, "it does not have it (404)");
	assert_int_equal(m->sent, m->base.len / 2);
	m->answer = good;
	must_add(m);
	assert_added(m);
	assert_int_equal(m->sent, m->base.len);
}

static void
stop_in_the_middle(struct mirror *m, struct request *r)
{
	if (!text_is(r->path, FOLDER "/base.txz")) {
		good(m, r);
		return;
	}
	send_base(m, r, m->base.len / 2);
	atomic_store(&m->progress.gauge.cancel, true);
	say_nothing(r, &m->httpd);
}

/* Cancelled, it ends soon and leaves no tree, but what came. */
static void
cancelled(void **state)
{
	struct mirror *m = *state;
	uint64_t begun = loop_clock();

	m->answer = stop_in_the_middle;
	must_fail(m, (struct sysroot_request){ .stall_ms = 2 * WAIT_US / 1000 }, "stopped");
	assert_true(loop_clock() - begun < WAIT_US);
	m->progress = (struct sysroot_progress)SYSROOT_PROGRESS_INIT;
	m->answer = good;
	m->sent = 0;
	must_add(m);
	assert_added(m);
	assert_true(m->sent < m->base.len);
}

/* --offline asks nobody, and says what would have been asked. */
static void
offline(void **state)
{
	struct mirror *m = *state;

	must_fail(m, (struct sysroot_request){ .offline = true }, "since --offline was given");
	assert_int_equal(m->httpd.requests, 0);
}

/* With the hash known beforehand no MANIFEST is asked for. */
static void
hash_known(void **state)
{
	struct mirror *m = *state;
	struct sysroot_request request = { .sha256 = m->sha256 };
	struct err err;

	assert_true(add(m, request, &err));
	assert_added(m);
	assert_int_equal(m->httpd.requests, 1);
	request.sha256 = "abc";
	request.version = "15.1";
	assert_false(add(m, request, &err));
	assert_non_null(strstr(err.message, "\"abc\" is no SHA-256"));
}

/* An archive of another machine, or of no system at all, is not kept although its hash is right. */
static void
other_machine(void **state)
{
	struct mirror *m = *state;

	fill_base(&m->base, (char)183, "1404000");
	hash_base(m);
	must_fail(m, (struct sysroot_request){ 0 }, "usr/lib/crt1.o is not for " FREEBSD);
	str_clear(&m->base);
	tar_add(&m->base, "./lib/x", TAR_FILE, NULL, 0644, "x");
	tar_end(&m->base);
	hash_base(m);
	must_fail(m, (struct sysroot_request){ 0 }, "there is no usr/lib/crt1.o in it");
}

/* ---- from a file ---- */

static char *
put_archive(struct mirror *m, const char *manifest)
{
	char *path = path_join(m->dir, "usb/base.txz"), *beside = path_join(m->dir, "usb/MANIFEST");

	assert_true(file_write(path, str_span(&m->base), NULL));
	unlink(beside);
	if (manifest) {
		char *text = xasprintf("base.txz\t%s\t5\tbase\t\"Base\"\ton\n", manifest);

		assert_true(file_write(beside, span_of(text), NULL));
		free(text);
	}
	free(beside);
	return path;
}

/* An archive that is here says itself which release it is; a MANIFEST beside it is heeded; no server is
 * asked. */
static void
from_file(void **state)
{
	struct mirror *m = *state;
	char *path = put_archive(m, NULL);
	struct sysroot_request request = { .from = path, .offline = true };
	struct err err;

	if (!add(m, request, &err))
		fail_msg("%s", err.message);
	assert_added(m);
	assert_true(file_exists(path));
	assert_true(file_remove_tree(m->tree, NULL));
	free(put_archive(m, m->sha256));
	assert_true(add(m, request, &err));
	assert_added(m);
	assert_true(add(m, request, &err)); /* there already */
	assert_int_equal(m->httpd.requests, 0);
	free(path);
}

/* A file that is another release than was said, another machine's, not what its MANIFEST says, no archive
 * or not there. */
static void
wrong_file(void **state)
{
	struct mirror *m = *state;
	char *path = put_archive(m, NULL);
	struct sysroot_request request = { .from = path, .version = "15.1" };

	must_fail(m, request, "base.txz: it is FreeBSD 14.4, not 15.1");
	request.version = NULL;
	request.triple = "aarch64-unknown-freebsd";
	must_fail(m, request, "usr/lib/crt1.o is not for aarch64-unknown-freebsd");
	request.triple = NULL;
	free(put_archive(m, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	must_fail(m, request, "its MANIFEST says e3b0c4");
	fill_base(&m->base, 62, "sixteen");
	free(put_archive(m, NULL));
	must_fail(m, request, "it does not say which release it is");
	str_clear(&m->base);
	str_append(&m->base, "no archive");
	free(put_archive(m, NULL));
	must_fail(m, request, "base.txz: the archive cannot be read");
	unlink(path);
	must_fail(m, request, "usb/base.txz");
	free(path);
}

/* ---- what is asked for ---- */

/* Releases and targets that cannot be are refused before anything is asked. */
static void
refused(void **state)
{
	struct mirror *m = *state;

	must_fail(m, (struct sysroot_request){ .version = "11.4" }, "Rust's std needs 12 or later");
	must_fail(m, (struct sysroot_request){ .version = "latest" }, "is no release of FreeBSD");
	must_fail(m,
		(struct sysroot_request){ .triple = "i686-unknown-freebsd", .version = "15.0" },
		"14.x is the last");
	must_fail(m, (struct sysroot_request){ .triple = "x86_64-unknown-linux-gnu" },
		"no sysroot is known for it");
	assert_int_equal(m->httpd.requests, 0);
}

/* The environment's mirrors win over the user's settings, and those over FreeBSD's own servers. */
static void
mirrors(void **state)
{
	struct mirror *m = *state;
	char *path = path_join(m->dir, "config.toml"), *url;
	struct sysroot_request request = { .triple = FREEBSD, .version = "14.4" };
	struct settings *settings;
	const char **list;

	assert_true(file_write(
		path, SPAN("freebsd-mirror = 'https://a.example/ftp  https://b.example'\n"), NULL));
	settings = settings_load(path, NULL);
	unsetenv("XTUI_FREEBSD_MIRROR");
	list = sysroot_mirrors(NULL);
	request.mirrors = list;
	url = sysroot_url(&request);
	assert_string_equal(
		url, "https://download.freebsd.org/releases/amd64/amd64/14.4-RELEASE/base.txz");
	free(url);
	free(list);
	list = sysroot_mirrors(settings);
	assert_string_equal(list[0], "https://a.example/ftp");
	assert_string_equal(list[1], "https://b.example");
	assert_null(list[2]);
	free(list);
	setenv("XTUI_FREEBSD_MIRROR", "http://c.example", 1);
	list = sysroot_mirrors(settings);
	request.mirrors = list;
	url = sysroot_url(&request);
	assert_string_equal(url, "http://c.example/releases/amd64/amd64/14.4-RELEASE/base.txz");
	free(url);
	assert_null(list[1]);
	free(list);
	setenv("XTUI_FREEBSD_MIRROR", "  ", 1);
	list = sysroot_mirrors(NULL);
	assert_string_equal(list[0], "https://download.freebsd.org/releases");
	free(list);
	unsetenv("XTUI_FREEBSD_MIRROR");
	settings_free(settings);
	free(path);
}

#define MIRROR_TEST(test) cmocka_unit_test_setup_teardown(test, mirror_setup, mirror_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		MIRROR_TEST(added),
		MIRROR_TEST(shapes_of_mirrors),
		MIRROR_TEST(full_name),
		MIRROR_TEST(wrong),
		MIRROR_TEST(second_mirror),
		MIRROR_TEST(goes_on),
		MIRROR_TEST(cancelled),
		MIRROR_TEST(offline),
		MIRROR_TEST(hash_known),
		MIRROR_TEST(other_machine),
		MIRROR_TEST(from_file),
		MIRROR_TEST(wrong_file),
		MIRROR_TEST(refused),
		MIRROR_TEST(mirrors),
	};

	unsetenv("http_proxy");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
