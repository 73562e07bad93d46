/* What can go wrong while a machine is set up: xtui killed at any moment, servers that do everything wrong,
 * folders that cannot be written, no home, no network. */
#include "unit/help_httpd.h"
#include "e2e/bench_setup.h"
#include "io/loop.h"
#include "unit/dice.h"

#define SETUP "setup", ARM64, FREEBSD, "--yes"

/* ---- killed ---- */

/* Each round is killed so often before it may end. */
#define KILLS_A_ROUND 5
#define ROUNDS 3
#define ROUNDS_FULL 40

static const char project_config[] = "# mine\r\n[net]\r\nretry = 3\r\n";
static const char own_config[] = "[term]\n\tquiet = false # really\n\n# the end";

struct site {
	struct stage *stage;
	struct setting setting;
	struct dice dice;
	uint64_t whole;          /* microseconds that it takes unkilled */
	struct str files, trees; /* when all is set up */
	struct str project, own; /* the two configurations, then */
	struct str before;       /* files at first */
};

static void
take_files(struct stage *s, struct str *out)
{
	static const char *const left_out[] = { "target", NULL };

	snapshot_take(bed_path(s->bed, "greet"), left_out, out);
}

/* The record in a tree says when it was added. */
static void
take_trees(struct stage *s, struct str *out)
{
	static const char *const left_out[] = { FREEBSD "/14.4/.xtui-sysroot", NULL };

	snapshot_take(bed_path(s->bed, "data/xtui/sysroots"), left_out, out);
}

static void
read_into(struct stage *s, const char *name, struct str *out)
{
	str_clear(out);
	assert_true(file_read(bed_path(s->bed, name), out, NULL));
}

/* Back to a toolchain for this machine alone, and nothing of ours; of the state only what undoing left. */
static void
make_bare(struct site *site)
{
	static const char *const argv[] = { "rustup", "target", "remove", ARM64, FREEBSD, NULL };
	struct stage *s = site->stage;
	struct str out = STR_INIT;

	bed_run(s->bed->dir, argv, &out);
	str_fini(&out);
	assert_true(file_remove_tree(bed_path(s->bed, "data"), NULL));
	assert_true(file_remove_tree(bed_path(s->bed, "cache"), NULL));
}

static void
assert_whole(struct stage *s, const char *name, const char *before, const struct str *after)
{
	struct str now = STR_INIT;

	read_into(s, name, &now);
	if (!text_is(str_cstr(&now), before) && !span_equal(str_span(&now), str_span(after)))
		fail_msg("%s is half written: %s", name, str_cstr(&now));
	str_fini(&now);
}

/* Whatever is to be seen is whole: files are old or new, a sysroot is there or not, edits can be listed. */
static void
assert_nothing_half(struct site *site)
{
	struct stage *s = site->stage;

	assert_whole(s, "greet/.cargo/config.toml", project_config, &site->project);
	assert_whole(s, "own/cargo/config.toml", own_config, &site->own);
	if (file_exists(bed_path(s->bed, "data/xtui/sysroots/" FREEBSD "/14.4"))) {
		xtui(s, "sysroot", "verify", FREEBSD);
		assert_code(s, 0);
	}
	xtui(s, "setup", "--undo", "--json");
	assert_code(s, 0);
}

static void
assert_the_end(struct site *site, const char *when)
{
	struct stage *s = site->stage;
	struct str now = STR_INIT;

	take_files(s, &now);
	snapshot_compare(&site->files, &now, when);
	take_trees(s, &now);
	snapshot_compare(&site->trees, &now, when);
	read_into(s, "own/cargo/config.toml", &now);
	assert_string_equal(str_cstr(&now), str_cstr(&site->own));
	str_fini(&now);
	xtui(s, SETUP);
	assert_code(s, 0);
	assert_out(s, "nothing to do: all of it is ready");
}

static void
undo_and_compare(struct site *site)
{
	struct str now = STR_INIT;

	setting_undo_all(site->stage);
	take_files(site->stage, &now);
	snapshot_compare(&site->before, &now, "after undoing");
	read_into(site->stage, "own/cargo/config.toml", &now);
	assert_string_equal(str_cstr(&now), own_config);
	str_fini(&now);
}

/* Once without being disturbed: how long it takes, and what is there then. */
static void
run_undisturbed(struct site *site)
{
	struct stage *s = site->stage;
	uint64_t begun = loop_clock();

	take_files(s, &site->before);
	xtui(s, SETUP);
	assert_code(s, 0);
	site->whole = loop_clock() - begun;
	take_files(s, &site->files);
	take_trees(s, &site->trees);
	read_into(s, "greet/.cargo/config.toml", &site->project);
	read_into(s, "own/cargo/config.toml", &site->own);
	undo_and_compare(site);
}

static void
run_round(struct site *site, int round)
{
	struct stage *s = site->stage;
	const char *when = arena_printf(&s->bed->arena, "after round %d", round);

	make_bare(site);
	for (int i = 0; i < KILLS_A_ROUND; i++) {
		stage_kill_after(s, (const char *const[]){ SETUP, NULL },
			dice_below(&site->dice, site->whole * 2 / 3));
		assert_nothing_half(site);
	}
	xtui(s, SETUP);
	if (s->code)
		fail_msg("%s: %s\n%s", when, str_cstr(&s->err), str_cstr(&s->out));
	assert_the_end(site, when);
	undo_and_compare(site);
}

static void
site_fini(struct site *site)
{
	setting_close(&site->setting);
	str_fini(&site->files);
	str_fini(&site->trees);
	str_fini(&site->project);
	str_fini(&site->own);
	str_fini(&site->before);
}

/* Killed with KILL at moments nobody chose, in rustup, in a download, an edit or a probe, and begun again: the
 * end is always the same, nothing is half there at any time, and undoing gives the first bytes. */
static void
killed_at_any_moment(void **state)
{
	struct stage *s = *state;
	struct site site = { .stage = s, .dice = { 5 } };
	int rounds = getenv("XTUI_FULL") ? ROUNDS_FULL : ROUNDS;
	const char *why;

	stage_show(s, "clang");
	stage_show(s, "ld.lld");
	stage_greet(s);
	if (!setting_open(&site.setting, s, true, &why))
		bed_skip(why);
	setenv("XDG_DATA_HOME", bed_path(s->bed, "data"), 1);
	bed_write(s->bed, "greet/.cargo/config.toml", project_config);
	bed_write(s->bed, "own/cargo/config.toml", own_config);
	run_undisturbed(&site);
	for (int round = 0; round < rounds; round++)
		run_round(&site, round);
	if (rounds < ROUNDS_FULL)
		print_message("# killed %d times; XTUI_FULL=1 makes it %d\n",
			rounds * KILLS_A_ROUND, ROUNDS_FULL * KILLS_A_ROUND);
	site_fini(&site);
}

/* ---- servers ---- */

/* What a server answers for MANIFEST and for base.txz. */
struct web {
	const char *manifest; /* NULL: the right one */
	const char *head;     /* of base.txz; NULL: 200 with its length */
	size_t lacks;         /* bytes of it that are not sent */
	bool spoils;          /* one byte is another */
	struct str base, right;
};

static void
answer_base(struct request *r, struct web *web)
{
	size_t first = (size_t)r->first, len = web->base.len;

	if (web->head) {
		say(r, "%s", web->head);
		return;
	}
	if (first)
		say(r, "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes %zu-%zu/%zu\r\n",
			first, len - 1, len);
	else
		say(r, "HTTP/1.1 200 OK\r\n");
	say(r, "ETag: \"one\"\r\nContent-Length: %zu\r\n\r\n", len - first);
	if (len - first > web->lacks)
		say_bytes(r, web->base.data + first, len - first - web->lacks);
}

static void
answer(struct request *r, void *arg)
{
	struct web *web = arg;
	const char *manifest = web->manifest ? web->manifest : str_cstr(&web->right);

	if (strstr(r->path, "base.txz"))
		answer_base(r, web);
	else if (strstr(r->path, "MANIFEST"))
		say(r, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(manifest),
			manifest);
	else
		say(r,
			"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: "
			"/again/base.txz\r\nContent-Length: "
			"0\r\n\r\n");
}

static void
read_release(struct stage *s, struct web *web)
{
	static const char release[] = "freebsd/releases/amd64/amd64/14.4-RELEASE";
	struct arena *arena = &s->bed->arena;

	assert_true(file_read(
		arena_printf(arena, "%s/%s/base.txz", s->fixture, release), &web->base, NULL));
	assert_true(file_read(
		arena_printf(arena, "%s/%s/MANIFEST", s->fixture, release), &web->right, NULL));
}

#define ANSWER(text) "HTTP/1.1 " text "\r\nContent-Length: 0\r\n\r\n"
#define NO_HASH "base.txz\tnothing\t1\tbase\t\"Base\"\ton\n"
#define OTHER_HASH                                                                                 \
	"base.txz\t0000000000000000000000000000000000000000000000000000000000000000\t1\tbase\t"    \
	"\"Base\"\ton\n"

static const struct bad_server {
	const char *manifest, *head;
	bool spoils;
	size_t lacks;
	const char *said;
} bad_servers[] = {
	{ "<html>welcome</html>", NULL, false, 0, "no line for base.txz" },
	{ NO_HASH, NULL, false, 0, "no line for base.txz" },
	{ OTHER_HASH, NULL, false, 0, "SHA-256" },
	{ NULL, ANSWER("404 Not Found"), false, 0, "404" },
	{ NULL, ANSWER("500 Internal Server Error"), false, 0, "500" },
	{ NULL,
		"HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: base.txz\r\nContent-Length: "
		"0\r\n\r\n",
		false, 0, "from one address to the next without end" },
	{ NULL, NULL, true, 0, "SHA-256" },
	{ NULL, NULL, false, 1, "base.txz" },
};

/* One line that says what the server did, an exit status for it, and nothing in the store. */
static void
assert_told(struct stage *s, const struct bad_server *bad)
{
	const char *said = str_cstr(&s->err);

	if (!strstr(said, bad->said) || !text_starts(said, "xtui: ") || s->signal ||
		(s->code != 1 && s->code != 3))
		fail_msg("\"%s\" was expected, exit %d: %s", bad->said, s->code, said);
	assert_false(file_exists(bed_path(s->bed, "data/xtui/sysroots/" FREEBSD "/14.4")));
}

/* Whatever the server does wrong, the command says which, leaves nothing, and the next time, when all is well,
 * goes through; setup says the same of its step. */
static void
servers_that_do_everything_wrong(void **state)
{
	struct stage *s = *state;
	struct web web = { 0 };
	struct httpd httpd;

	if (!file_is_dir(arena_printf(&s->bed->arena, "%s/freebsd/releases", s->fixture)))
		bed_skip("no mirror of FreeBSD below build/fixture");
	read_release(s, &web);
	httpd_start(&httpd, answer, &web);
	setenv("XTUI_FREEBSD_MIRROR",
		arena_printf(&s->bed->arena, "http://127.0.0.1:%d", httpd.port), 1);
	setenv("XDG_DATA_HOME", bed_path(s->bed, "data"), 1);
	unsetenv("http_proxy");
	for (size_t i = 0; i < COUNT(bad_servers); i++) {
		web.manifest = bad_servers[i].manifest;
		web.head = bad_servers[i].head;
		web.lacks = bad_servers[i].lacks;
		web.base.data[web.base.len / 2] ^= bad_servers[i].spoils;
		xtui(s, "sysroot", "add", FREEBSD, "--version", "14.4");
		web.base.data[web.base.len / 2] ^= bad_servers[i].spoils;
		assert_told(s, &bad_servers[i]);
	}
	web.manifest = web.head = NULL;
	web.lacks = 0;
	xtui(s, "sysroot", "add", FREEBSD, "--version", "14.4");
	assert_code(s, 0);
	xtui(s, "sysroot", "verify", FREEBSD);
	assert_code(s, 0);
	httpd_stop(&httpd);
	unsetenv("XTUI_FREEBSD_MIRROR");
	str_fini(&web.base);
	str_fini(&web.right);
}

/* ---- machines ---- */

/* Nothing answers and nothing is cached: said by each command that needs it, and at once by --offline. */
static void
no_network(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	setenv("XTUI_FREEBSD_MIRROR", "http://127.0.0.1:9", 1);
	setenv("XDG_DATA_HOME", bed_path(s->bed, "data"), 1);
	xtui(s, "sysroot", "add", FREEBSD);
	assert_refused(s, 3, "127.0.0.1");
	xtui(s, "sysroot", "add", FREEBSD, "--offline");
	assert_refused(s, 3, "offline");
	stage_show(s, "clang");
	stage_show(s, "ld.lld");
	xtui(s, "setup", FREEBSD, "--yes", "--offline", "--json");
	unsetenv("XTUI_FREEBSD_MIRROR");
	assert_code(s, 3);
	assert_int_equal(stage_events_of(s, "SETUP_EVENT", "step_finished", "state", "failed"), 1);
}

/* As a user without an entry in the password file, in an environment of this alone; words end with NULL. */
static void
as_nobody(struct stage *s, const char *home, const char *const *words)
{
	struct arena *arena = &s->bed->arena;
	const char *argv[20] = { "/usr/bin/setpriv", "--reuid=54321", "--regid=54321",
		"--clear-groups", "/usr/bin/env", "-i",
		arena_printf(arena, "PATH=%s", getenv("PATH")),
		arena_printf(arena, "RUSTUP_HOME=%s", getenv("RUSTUP_HOME")),
		arena_printf(arena, "CARGO_HOME=%s", getenv("CARGO_HOME")),
		home ? arena_printf(arena, "HOME=%s", home) : "XTUI_NO_HOME=1", s->program };
	struct proc_spec spec = { .argv = argv, .dir = s->dir };
	struct proc_result result = { 0 };
	struct err err = ERR_INIT;

	for (size_t i = 0; words[i]; i++)
		argv[11 + i] = words[i];
	if (!proc_capture(&spec, 1 << 20, 60000, &result, &err))
		fail_msg("%s", err.message);
	str_clear(&s->out);
	str_clear(&s->err);
	str_append_span(&s->out, str_span(&result.out));
	str_append_span(&s->err, str_span(&result.err));
	s->code = result.end.exit_code;
	proc_result_fini(&result);
}
#define as_nobody(s, home, ...) as_nobody(s, home, (const char *const[]){ __VA_ARGS__, NULL })

static bool
can_be_nobody(struct stage *s)
{
	if (geteuid() != 0 || !file_is_executable("/usr/bin/setpriv"))
		return false;
	chmod(s->bed->dir, 0755);
	as_nobody(s, NULL, "--version");
	return s->code == 0;
}

/* Without a home what needs one says so, what needs none works. */
static void
no_home(void **state)
{
	struct stage *s = *state;

	stage_greet(s);
	if (!can_be_nobody(s))
		bed_skip("only root can become somebody without a home");
	as_nobody(s, NULL, "sysroot", "add", FREEBSD);
	assert_refused(s, 3, "no home folder to keep sysroots in\n  try: set HOME");
	as_nobody(s, NULL, "setup", "--undo", "1", "--yes");
	assert_refused(s, 3, "no home folder");
	as_nobody(s, NULL, "sysroot", "list");
	assert_code(s, 0);
	as_nobody(s, NULL, "doctor", HOST);
	assert_out(s, "Linkers");
}

/* A home that may not be written in: the folder and the reason in one line, and doctor warns of it. */
static void
a_home_that_may_not_be_written_in(void **state)
{
	struct stage *s = *state;
	const char *home = bed_path(s->bed, "home");

	stage_greet(s);
	bed_dirs(s->bed, "home");
	if (!can_be_nobody(s))
		bed_skip("only root has a home that others may not write in");
	as_nobody(s, home, "sysroot", "add", FREEBSD);
	assert_refused(s, 3, "home/.local: cannot be made: Permission denied");
	as_nobody(s, home, "setup", HOST, "--yes");
	assert_refused(s, 3, "what is done cannot be kept: ");
	assert_non_null(strstr(str_cstr(&s->err), "Permission denied"));
	as_nobody(s, home, "doctor", HOST);
	assert_out(s, "it may not be written in");
	assert_false(file_exists(bed_path(s->bed, "greet/.cargo")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STAGE_TEST(killed_at_any_moment),
		STAGE_TEST(servers_that_do_everything_wrong),
		STAGE_TEST(no_network),
		STAGE_TEST(no_home),
		STAGE_TEST(a_home_that_may_not_be_written_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
