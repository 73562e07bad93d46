#include "tests/unit/check.h"
#include "base/err.h"
#include "base/path.h"
#include "host/remotes.h"
#include "host/settings.h"
#include "io/file.h"
#include "text/toml.h"

struct place {
	char dir[32];
	char *path;
};

static int
place_make(void **state)
{
	struct place *p = calloc(1, sizeof *p);

	*p = (struct place){ .dir = "/tmp/test_settings_XXXXXX" };
	assert_non_null(mkdtemp(p->dir));
	p->path = path_join(p->dir, "config.toml");
	unsetenv("SSH_CONNECTION");
	unsetenv("SSH_TTY");
	setenv("HOME", "/nonexistent", 1); /* so that no error says ~ */
	*state = p;
	return 0;
}

static int
place_clear(void **state)
{
	struct place *p = *state;

	file_remove_tree(p->dir, NULL);
	free(p->path);
	free(p);
	return 0;
}

static struct settings *
load(struct place *p, const char *text, struct err *err)
{
	assert_true(file_write(p->path, span_of(text), err));
	return settings_load(p->path, err);
}

/* Without a file every setting has its documented default. */
static void
absent_file_is_defaults(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;
	struct settings *s = settings_load(p->path, &err);

	assert_non_null(s);
	assert_string_equal(s->path, p->path);
	assert_string_equal(s->theme, "default");
	assert_false(s->mouse);
	assert_false(s->ascii);
	assert_int_equal(s->esc_delay_ms, 25);
	assert_int_equal(s->kill_grace_ms, 5000);
	assert_string_equal(s->notify, "no");
	assert_int_equal(s->notify_after, 30);
	assert_true(s->progress && s->title);
	assert_int_equal(s->log_keep_days, 30);
	assert_int_equal(s->log_keep_mb, 2048);
	assert_null(s->file);
	settings_free(s);
	settings_free(NULL);
}

/* Every setting of the file counts, and [keys] is left to whoever reads keys. */
static void
file_counts(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;
	struct settings *s = load(p,
		"theme = 'nord'\nmouse = true\nascii = true\nesc-delay = 1\nkill-grace = 0\n"
		"notify = 'bell'\nnotify-after = 0\nprogress = false\ntitle = false\n"
		"log-keep-days = 7\nlog-keep-mb = 64\n[keys]\nbuild = 'B'\n",
		&err);

	assert_non_null(s);
	assert_string_equal(s->theme, "nord");
	assert_true(s->mouse);
	assert_true(s->ascii);
	assert_int_equal(s->esc_delay_ms, 1);
	assert_int_equal(s->kill_grace_ms, 0);
	assert_string_equal(s->notify, "bell");
	assert_int_equal(s->notify_after, 0);
	assert_false(s->progress || s->title);
	assert_int_equal(s->log_keep_days, 7);
	assert_int_equal(s->log_keep_mb, 64);
	assert_string_equal(
		toml_string(toml_find(toml_root(s->file), "keys", "build", NULL), ""), "B");
	settings_free(s);
}

/* Over ssh a key's bytes may come late, so Esc waits longer, unless the user says otherwise. */
static void
esc_waits_longer_over_ssh(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;
	struct settings *s;

	setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22", 1);
	s = settings_load(p->path, &err);
	assert_int_equal(s->esc_delay_ms, 100);
	settings_free(s);
	s = load(p, "esc-delay = 40\n", &err);
	assert_int_equal(s->esc_delay_ms, 40);
	settings_free(s);
}

/* A mistake is named with its place and the words to put there; the file is left alone. */
static void
mistakes_are_named(void **state)
{
	static const struct {
		const char *text;
		const char *message; /* behind the path */
		const char *remedy;
	} cases[] = {
		{ "mouse = true\nthem = 'x'\n", ":2:1: there is no setting \"them\"", "theme" },
		{ "colour = 1\n", ":1:1: there is no setting \"colour\"", "xtui help config" },
		{ "mouse = 1\n", ":1:9: expected a boolean for \"mouse\", found an integer", "" },
		{ "theme = ''\n", ":1:9: \"theme\" must not be empty", "" },
		{ "theme = 'a'\n\"mouse\\u0000\" = true\n", ":2:1: there is no setting \"mouse\"",
			"mouse" },
		{ "theme = \"a\\u0000b\"\n", ":1:9: \"theme\" must not hold a NUL", "" },
		{ "theme = []\n", ":1:9: expected a string for \"theme\", found an array", "" },
		{ "\nesc-delay = 0\n", ":2:13: \"esc-delay\" must be from 1 to 600000", "" },
		{ "log-keep-mb = 9223372036854775807\n",
			":1:15: \"log-keep-mb\" must be from 1 to 1048576", "" },
		{ "notify = 'mail'\n", ":1:10: \"notify\" must be one of: no bell desktop", "" },
		{ "keys = 'vi'\n", ":1:8: expected a table for \"keys\", found a string", "" },
		{ "mouse = yes\n", ":1:9: expected a value, found \"yes\"", "" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;
		struct str bytes = STR_INIT;

		assert_null(load(p, cases[i].text, &err));
		assert_int_equal(err.kind, ERR_PARSE);
		assert_true(text_starts(err.message, p->path));
		assert_string_equal(err.message + strlen(p->path), cases[i].message);
		assert_string_equal(err.remedy, cases[i].remedy);
		assert_true(file_read(p->path, &bytes, &err));
		assert_string_equal(str_cstr(&bytes), cases[i].text);
		str_fini(&bytes);
	}
}

/* The usual place follows XDG_CONFIG_HOME. */
static void
usual_place(void **state)
{
	struct place *p = *state;
	struct err err = ERR_INIT;
	char *path = path_join(p->dir, "xtui/config.toml");
	struct settings *s;

	setenv("XDG_CONFIG_HOME", p->dir, 1);
	assert_true(file_write(path, SPAN("mouse = true\n"), &err));
	s = settings_load(NULL, &err);
	assert_non_null(s);
	assert_string_equal(s->path, path);
	assert_true(s->mouse);
	settings_free(s);
	unsetenv("XDG_CONFIG_HOME");
	free(path);
}

/* A machine that builds by ssh has sensible defaults; what ssh or a shell would take for something else
 * is refused where it stands, and so are unknown keys. */
static void
remotes_are_read(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "[remote.a]\nhost = \"-oProxyCommand=x\"\n", ":2:8: \"host\" cannot be" },
		{ "[remote.a]\nhost = \"a b\"\n", ":2:8: \"host\" cannot be" },
		{ "[remote.a]\nfolder = \"x; rm y\"\n", ":2:10: \"folder\" cannot be" },
		{ "[remote.a]\nhots = \"a\"\n", ":2:1: a remote has no key \"hots\"" },
		{ "[remote.a]\nslots = 0\n", ":2:9: \"slots\" must be from 1 to 64" },
		{ "[remote.a]\ntargets = \"x\"\n", ":2:11: expected an array" },
		{ "[remote]\na = 1\n", ":2:5: expected a table for the remote \"a\"" },
		{ "[remote.\"a b\"]\n", ": the name of a remote is made of" },
		{ "remote = 1\n", ":1:10: expected a table for \"remote\"" },
	};
	struct place *p = *state;
	char *path = path_join(p->dir, "remotes.toml");
	const struct remote *mac, *box;
	struct err err = ERR_INIT;
	struct settings *s;

	assert_true(file_write(path,
		SPAN("[remote.mac]\nhost = 'me@mac.local'\n"
		     "targets = ['*-apple-*']\nslots = 4\n[remote.box]\n"),
		NULL));
	assert_non_null(s = settings_load(path, &err));
	assert_int_equal(s->remotes->count, 2);
	assert_non_null(mac = remotes_find(s->remotes, "mac"));
	assert_string_equal(mac->host, "me@mac.local");
	assert_int_equal(mac->slots, 4);
	assert_true(remote_serves(mac, "aarch64-apple-darwin"));
	assert_false(remote_serves(mac, "x86_64-unknown-linux-gnu"));
	assert_non_null(box = remotes_find(s->remotes, "box"));
	assert_string_equal(box->host, "box");
	assert_string_equal(box->xtui, "xtui");
	assert_true(remote_serves(box, "x86_64-unknown-linux-gnu"));
	assert_null(remotes_find(s->remotes, "other"));
	settings_free(s);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_true(file_write(path, span_of(bad[i].text), NULL));
		assert_null(settings_load(path, &err));
		assert_int_equal(err.kind, ERR_PARSE);
		if (!strstr(err.message, bad[i].message))
			fail_msg("\"%s\" is not in \"%s\"", bad[i].message, err.message);
	}
	free(path);
}

/* Help names each setting with range and default, and says below what it does. */
static void
help_has_every_setting(void **state)
{
	static const char *const names[] = { "theme ", "mouse ", "ascii ", "esc-delay ",
		"kill-grace ", "notify ", "notify-after ", "progress ", "title ", "log-keep-days ",
		"log-keep-mb ", "sign ", "freebsd-mirror ", "[keys] ", "[preset.NAME] ",
		"remote.NAME.host ", "remote.NAME.folder ", "remote.NAME.xtui ",
		"remote.NAME.toolchain ", "remote.NAME.targets ", "remote.NAME.slots ",
		"remote.NAME.ssh-config " };
	struct str help = STR_INIT;
	struct span rest;

	settings_describe(&help);
	rest = str_span(&help);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_true(span_starts(span_cut(rest, '\n', &rest), names[i]));
		assert_true(span_starts(span_cut(rest, '\n', &rest), "    "));
	}
	assert_int_equal(rest.len, 0);
	assert_non_null(strstr(str_cstr(&help), "1 to 600000"));
	assert_non_null(strstr(str_cstr(&help), "\"default\""));
	str_fini(&help);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(absent_file_is_defaults, place_make, place_clear),
		cmocka_unit_test_setup_teardown(file_counts, place_make, place_clear),
		cmocka_unit_test_setup_teardown(esc_waits_longer_over_ssh, place_make, place_clear),
		cmocka_unit_test_setup_teardown(mistakes_are_named, place_make, place_clear),
		cmocka_unit_test_setup_teardown(usual_place, place_make, place_clear),
		cmocka_unit_test_setup_teardown(remotes_are_read, place_make, place_clear),
		cmocka_unit_test(help_has_every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
