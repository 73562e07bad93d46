/* sysroot, as a person uses it: a FreeBSD program out of nothing but a mirror, clang and lld; and what is
 * left when it is killed, or the disk is full. */
#include "unit/help_httpd.h"
#include "e2e/bench_cli.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include "io/loop.h"
#include "text/json.h"
#include "unit/dice.h"

#define BASE "/releases/amd64/amd64/14.4-RELEASE/base.txz"
#define KILLS 40

struct site {
	struct stage *stage;
	struct httpd httpd;
	char *mirror; /* of the fixture */
	struct str base, manifest;
	bool cuts; /* each answer ends in the middle */
};

static void
answer(struct request *r, void *arg)
{
	struct site *site = arg;
	bool is_base = text_is(r->path, BASE);
	const struct str *file = is_base ? &site->base : &site->manifest;
	size_t first = (size_t)r->first, end = file->len;

	if (!is_base && !strstr(r->path, "14.4-RELEASE/MANIFEST")) {
		say(r, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
		return;
	}
	if (first)
		say(r, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %zu-%zu/%zu\r\n",
			first, file->len - 1, file->len);
	else
		say(r, "HTTP/1.1 200 OK\r\n");
	say(r, "ETag: \"base\"\r\nContent-Length: %zu\r\n\r\n", file->len - first);
	if (is_base && site->cuts)
		end = first + (file->len - first) / 2;
	say_bytes(r, file->data + first, end - first);
}

static int
site_setup(void **state)
{
	struct site *site = xcalloc(1, sizeof(*site));
	char *path, url[HTTPD_URL_SIZE];

	if (stage_setup((void **)&site->stage) < 0)
		return -1;
	site->mirror = path_join(site->stage->fixture, "freebsd");
	path = xasprintf("%s" BASE, site->mirror);
	file_read(path, &site->base, NULL);
	free(path);
	path = xasprintf("%s/releases/amd64/amd64/14.4-RELEASE/MANIFEST", site->mirror);
	file_read(path, &site->manifest, NULL);
	free(path);
	httpd_start(&site->httpd, answer, site);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", site->httpd.port);
	setenv("XTUI_FREEBSD_MIRROR", url, 1);
	setenv("XDG_DATA_HOME", bed_path(site->stage->bed, "data"), 1);
	setenv("XDG_CACHE_HOME", bed_path(site->stage->bed, "cache"), 1);
	unsetenv("http_proxy");
	unsetenv("CURL_CA_BUNDLE");
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	*state = site;
	return 0;
}

static int
site_teardown(void **state)
{
	struct site *site = *state;
	int status;

	httpd_stop(&site->httpd);
	unsetenv("XTUI_FREEBSD_MIRROR");
	str_fini(&site->base);
	str_fini(&site->manifest);
	free(site->mirror);
	status = stage_teardown((void **)&site->stage);
	free(site);
	return status;
}

#define NEED_MIRROR(site)                                                                          \
	if (!(site)->base.len)                                                                     \
	bed_skip("no mirror of FreeBSD below build/fixture/freebsd")
#define ADD "sysroot", "add", FREEBSD, "--version", "14.4"

static const char *
store(struct site *site, const char *below)
{
	return bed_path(site->stage->bed,
		arena_printf(&site->stage->bed->arena, "data/xtui/sysroots/" FREEBSD "%s", below));
}

static size_t
count_in(const char *dir)
{
	char **names;
	size_t count;

	assert_true(file_list(dir, &names, &count, NULL));
	file_list_free(names, count);
	return count;
}

/* ---- from nothing to a program ---- */

static bool
has_clang(struct stage *s)
{
	static const char *const names[] = { "clang", "ld.lld", "llvm-ar" };

	for (size_t i = 0; i < COUNT(names) - 1; i++)
		if (!stage_show(s, names[i]))
			return false;
	stage_show(s, names[2]);
	return true;
}

/* A program with a C part, whose build script does as the cc crate does. */
static void
write_program(struct stage *s)
{
	bed_write(s->bed, "prog/Cargo.toml",
		"[package]\nname = \"prog\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
	bed_write(s->bed, "prog/build.rs",
		"use std::{env, process::Command};\nfn main() {\n"
		"    let under = env::var(\"TARGET\").unwrap().replace('-', \"_\");\n"
		"    let of = |n: &str| env::var(format!(\"{n}_{under}\")).unwrap_or_default();\n"
		"    let o = env::var(\"OUT_DIR\").unwrap() + \"/c.o\";\n"
		"    assert!(Command::new(of(\"CC\")).args(of(\"CFLAGS\").split(' '))\n"
		"        .args([\"-fPIC\", \"-c\", \"c.c\", \"-o\", "
		"&o]).status().unwrap().success());\n"
		"    println!(\"cargo:rustc-link-arg={o}\");\n}\n");
	bed_write(s->bed, "prog/c.c",
		"#include <sys/param.h>\n#include <ctype.h>\n#ifndef __FreeBSD__\n#error not "
		"FreeBSD\n#endif\nint release(int c) { return isalpha(c) ? __FreeBSD_version : 0; "
		"}\n");
	bed_write(s->bed, "prog/src/main.rs",
		"extern \"C\" { fn release(c: i32) -> i32; }\n"
		"fn main() { println!(\"{}\", unsafe { release(65) }); }\n");
	free(s->dir);
	s->dir = xstrdup(bed_path(s->bed, "prog"));
}

/* A target that lacks its sysroot says so and how to get it; once it is there the probe links, and so do
 * a build, with its C code, and the line that does the same without xtui. */
static void
program_for_freebsd(void **state)
{
	struct site *site = *state;
	struct stage *s = site->stage;
	const char *program = bed_path(s->bed, "prog/target/" FREEBSD "/release/prog");
	struct str bytes = STR_INIT;

	if (!file_exists(s->fixture))
		bed_skip("no Rust fixture below build/fixture");
	NEED_MIRROR(site);
	if (!has_clang(s))
		bed_skip("no clang and lld on this machine");
	write_program(s);
	xtui(s, "doctor", FREEBSD);
	assert_code(s, 1);
	assert_out(s, "try: xtui sysroot add " FREEBSD);
	xtui(s, ADD);
	assert_code(s, 0);
	assert_out(s, "FreeBSD 14.4 for " FREEBSD);
	xtui(s, "doctor", FREEBSD, "--probe");
	assert_out(s, FREEBSD "  ready");
	assert_out(s, "14.4, in the sysroot store");
	xtui(s, "build", "-t", FREEBSD);
	assert_code(s, 0);
	assert_true(file_read(program, &bytes, NULL));
	assert_memory_equal(bytes.data, "\177ELF", 4);
	assert_non_null(memmem(bytes.data, bytes.len, "libc.so.7", 9));

	unlink(program);
	xtui(s, "build", "-t", FREEBSD, "--dry-run");
	bed_script(s->bed, "line", str_cstr(&s->out));
	str_clear(&bytes);
	assert_int_equal(
		bed_run(s->dir, (const char *const[]){ "sh", bed_path(s->bed, "line"), NULL },
			&bytes),
		0);
	assert_true(file_exists(program));
	str_fini(&bytes);
}

/* ---- the verbs ---- */

/* list, add, verify, remove as text and as JSON of the documented shape. */
static void
verbs(void **state)
{
	struct site *site = *state;
	struct stage *s = site->stage;
	struct json *doc;

	NEED_MIRROR(site);
	xtui(s, "sysroot", "list", "--json");
	doc = stage_json(s, "SYSROOTS");
	assert_int_equal(json_count(json_get(doc, "sysroots")), 0);
	assert_true(json_count(json_get(doc, "available")) >= 5);
	json_free(doc);
	xtui(s, ADD, "--json");
	assert_code(s, 0);
	doc = stage_json(s, "SYSROOT_CHANGED");
	json_free(doc);
	xtui(s, "sysroot", "list", FREEBSD, "--json");
	doc = stage_json(s, "SYSROOTS");
	assert_int_equal(json_count(json_get(doc, "sysroots")), 1);
	assert_int_equal(json_count(json_get(doc, "available")), 1);
	json_free(doc);
	xtui(s, "sysroot");
	assert_out(s, FREEBSD "  14.4");
	assert_out(s, "can be added for");
	xtui(s, "sysroot", "verify");
	assert_code(s, 0);
	assert_out(s, FREEBSD " 14.4: as it was added\n");
	assert_true(file_write(store(site, "/14.4/usr/lib/crt1.o"), SPAN("x"), NULL));
	xtui(s, "sysroot", "verify", FREEBSD);
	assert_code(s, 1);
	assert_out(s, "usr/lib/crt1.o: is not what it was\n");
	xtui(s, "sysroot", "verify", "--json");
	assert_code(s, 1);
	doc = stage_json(s, "SYSROOTS_VERIFIED");
	json_free(doc);
	xtui(s, "sysroot", "remove", FREEBSD, "--json");
	assert_code(s, 0);
	doc = stage_json(s, "SYSROOT_CHANGED");
	json_free(doc);
	assert_false(file_exists(store(site, "")));
}

/* Mistakes are named, with what was meant. */
static void
mistakes(void **state)
{
	struct site *site = *state;
	struct stage *s = site->stage;

	xtui(s, "sysroot", "ad", FREEBSD);
	assert_refused(s, 2, "sysroot: unknown verb \"ad\"");
	xtui(s, "sysroot", "add");
	assert_refused(s, 2, "sysroot add: which target?");
	xtui(s, "sysroot", "add", "x86_64-unknown-fredbsd");
	assert_refused(s, 2, "no sysroot is known for it");
	assert_non_null(strstr(str_cstr(&s->err), "try: xtui sysroot add " FREEBSD));
	xtui(s, "sysroot", "add", FREEBSD, "--version", "9.3");
	assert_refused(s, 2, "Rust's std needs 12 or later");
	xtui(s, "sysroot", "verify", FREEBSD);
	assert_refused(s, 1, FREEBSD ": no such sysroot is here");
	xtui(s, "sysroot", "remove", FREEBSD, "--version", "14.4");
	assert_refused(s, 1, FREEBSD " 14.4: no such sysroot is here");
	xtui(s, "--offline", ADD);
	assert_refused(s, 3, "since --offline was given");
	xtui(s, "sysroot", "add", FREEBSD, "--version", "14.99");
	assert_refused(s, 1, "FreeBSD 14.99 for " FREEBSD);
	xtui(s, "sysroot", "add", FREEBSD, "--from", "/nonexistent/base.txz");
	assert_refused(s, 2, "/nonexistent/base.txz: there is no such file");
	xtui(s, "--version");
	assert_out(s, "xtui ");
}

/* For a machine without a network: a file that was brought says itself what it is. */
static void
from_file(void **state)
{
	struct site *site = *state;
	struct stage *s = site->stage;
	char *path = xasprintf("%s" BASE, site->mirror);

	NEED_MIRROR(site);
	xtui(s, "--offline", "sysroot", "add", FREEBSD, "--from", path);
	assert_code(s, 0);
	assert_out(s, "FreeBSD 14.4 for " FREEBSD);
	assert_int_equal(site->httpd.requests, 0);
	free(path);
}

/* ---- killed ---- */

/* Either no tree, or a whole one. */
static void
assert_none_or_whole(struct site *site)
{
	struct stage *s = site->stage;

	if (!file_exists(store(site, "/14.4")))
		return;
	xtui(s, "sysroot", "verify", FREEBSD);
	assert_code(s, 0);
}

/* kill -9 at any moment leaves no tree or the whole one; the next run needs no help, and clears away what
 * was left. */
static void
killed(void **state)
{
	struct site *site = *state;
	struct stage *s = site->stage;
	struct dice dice = { 3 };
	uint64_t begun;
	unsigned whole;

	NEED_MIRROR(site);
	begun = loop_clock();
	xtui(s, ADD);
	assert_code(s, 0);
	whole = (unsigned)(loop_clock() - begun);
	for (int i = 0; i < KILLS; i++) {
		if (file_exists(store(site, "/14.4")))
			xtui(s, "sysroot", "remove", FREEBSD);
		site->cuts = i % 4 == 0;
		stage_kill_after(s, (const char *const[]){ ADD, "--quiet", NULL },
			dice_below(&dice, whole + whole / 4));
		assert_none_or_whole(site);
	}
	site->cuts = false;
	xtui(s, ADD);
	assert_code(s, 0);
	assert_none_or_whole(site);
	assert_int_equal(count_in(store(site, "")), 1);
	assert_int_equal(count_in(bed_path(s->bed, "cache/xtui/downloads")), 0);
}

/* Ctrl-C ends it as such, with what came so far kept. */
static void
interrupted(void **state)
{
	struct site *site = *state;
	struct stage *s = site->stage;
	struct running *r;

	NEED_MIRROR(site);
	site->cuts = true;
	r = stage_start(s, (const char *const[]){ ADD, NULL }, "");
	stage_wait_file(r,
		bed_path(s->bed,
			"cache/xtui/downloads/freebsd-14.4-" FREEBSD "-base.txz.part.from"));
	stage_signal(r, SIGINT);
	stage_wait(r);
	assert_int_equal(s->signal, SIGINT);
	assert_false(file_exists(store(site, "/14.4")));
	site->cuts = false;
	xtui(s, ADD);
	assert_code(s, 0);
	assert_none_or_whole(site);
}

/* ---- no room ---- */

/* A disk that is full, for the download or for the tree: said so, nothing half is left, and with room it
 * goes on. Only root can make a small disk. */
static void
disk_full(void **state)
{
	static const char script[] =
		"#!/bin/sh\nset -e\nmount -t tmpfs -o size=$1 tmpfs '%s'\n"
		"XDG_CACHE_HOME=\"$3\" XDG_DATA_HOME=\"$2\" '%s' sysroot add " FREEBSD
		" --version 14.4 2>&1 && exit 90\n"
		"[ -z \"$(ls -A \"$2/xtui/sysroots/" FREEBSD
		"\" 2>/dev/null)\" ] || { ls -laR \"$2\"; exit 91; }\n"
		"mount -o remount,size=200m '%s'\n"
		"XDG_CACHE_HOME=\"$3\" XDG_DATA_HOME=\"$2\" '%s' sysroot add " FREEBSD
		" --version 14.4 2>&1\n";
	struct site *site = *state;
	struct stage *s = site->stage;
	const char *disk = bed_path(s->bed, "disk"), *other = bed_path(s->bed, "other");

	NEED_MIRROR(site);
	if (geteuid() != 0 || !stage_show(s, "unshare") || !stage_show(s, "mount"))
		bed_skip("only root makes a small disk, with unshare and mount");
	stage_show(s, "ls");
	bed_dirs(s->bed, "disk");
	bed_script(s->bed, "full",
		arena_printf(&s->bed->arena, script, disk, s->program, disk, s->program));
	for (int i = 0; i < 2; i++) {
		const char *const argv[] = { "unshare", "-m", bed_path(s->bed, "full"),
			i ? "1m" : "4m", i ? other : disk, i ? disk : other, NULL };
		struct proc_spec spec = { .argv = argv, .dir = s->dir };
		struct proc_result result = { 0 };

		bed_dirs(s->bed, "other");
		assert_true(proc_capture(&spec, 1u << 20, 60000, &result, NULL));
		if (strstr(str_cstr(&result.err), "unshare failed"))
			bed_skip("this machine lets nobody mount");
		if (result.end.exit_code != 0 ||
			!strstr(str_cstr(&result.out), "No space left on device"))
			fail_msg("%d: %s%s", result.end.exit_code, str_cstr(&result.out),
				str_cstr(&result.err));
		proc_result_fini(&result);
		assert_true(file_remove_tree(other, NULL));
	}
}

/* ---- https ---- */

struct tls {
	pid_t pid;
	int port;
};

/* openssl answers with files that hold whole answers. */
static struct tls
tls_start(const char *dir, const char *cert, const char *key)
{
	struct tls t = { 0 };
	char line[256];
	int ends[2];
	FILE *out;

	assert_int_equal(pipe(ends), 0);
	t.pid = fork();
	assert_true(t.pid >= 0);
	if (t.pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		if (chdir(dir) == 0)
			execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
				cert, "-key", key, "-HTTP", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	out = fdopen(ends[0], "r");
	while (!t.port && fgets(line, sizeof(line), out))
		sscanf(line, "ACCEPT %*[^:]:%d", &t.port);
	assert_true(t.port > 0);
	fclose(out);
	return t;
}

static void
tls_stop(struct tls *t)
{
	int status;

	kill(t->pid, SIGKILL);
	waitpid(t->pid, &status, 0);
}

static void
make_certificate(struct stage *s, const char *cert, const char *key)
{
	const char *const argv[] = { "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
		"-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
		"subjectAltName=IP:127.0.0.1", NULL };
	struct str out = STR_INIT;

	bed_run(s->dir, argv, &out);
	str_fini(&out);
}

/* A server that leads from https to http is not followed; certificates that nobody knows are refused, and
 * those that the environment names are known. */
static void
no_way_down(void **state)
{
	struct site *site = *state;
	struct stage *s = site->stage;
	const char *cert = bed_path(s->bed, "cert"), *key = bed_path(s->bed, "key");
	char url[HTTPD_URL_SIZE];
	struct tls tls;

	NEED_MIRROR(site);
	if (!stage_show(s, "openssl"))
		bed_skip("no openssl on this machine");
	make_certificate(s, cert, key);
	bed_write(s->bed, "tls/releases/amd64/amd64/14.4-RELEASE/MANIFEST",
		arena_printf(&s->bed->arena,
			"HTTP/1.0 302 Found\r\nLocation: "
			"http://127.0.0.1:%d/releases/amd64/amd64/14.4-RELEASE/MANIFEST\r\n\r\n",
			site->httpd.port));
	tls = tls_start(bed_path(s->bed, "tls"), cert, key);
	snprintf(url, sizeof(url), "https://127.0.0.1:%d", tls.port);
	setenv("XTUI_FREEBSD_MIRROR", url, 1);
	xtui(s, ADD);
	assert_int_equal(s->code, 1);
	assert_non_null(strstr(str_cstr(&s->err), "set SSL_CERT_FILE"));
	setenv("SSL_CERT_FILE", cert, 1);
	xtui(s, ADD);
	unsetenv("SSL_CERT_FILE");
	tls_stop(&tls);
	assert_refused(s, 1, "it leads from https to something else, which is not followed");
	assert_int_equal(site->httpd.requests, 0);
}

#define SITE_TEST(test) cmocka_unit_test_setup_teardown(test, site_setup, site_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SITE_TEST(program_for_freebsd),
		SITE_TEST(verbs),
		SITE_TEST(mistakes),
		SITE_TEST(from_file),
		SITE_TEST(killed),
		SITE_TEST(interrupted),
		SITE_TEST(disk_full),
		SITE_TEST(no_way_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
