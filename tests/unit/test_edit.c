#include "tests/unit/check.h"
#include "tests/unit/dice.h"
#include "tests/unit/killed.h"
#include "tests/unit/rustbed.h"
#include "plan/edit.h"
#include "plan/undo.h"
#include "text/diff.h"

#define LINKER "\"aarch64-linux-gnu-gcc\""

static const char *const linker_path[] = { "target", "aarch64-unknown-linux-gnu", "linker", NULL };
static const char *const flags_path[] = { "target", "aarch64-unknown-linux-gnu", "rustflags",
	NULL };
static const struct step_key linker_key = { .path = linker_path, .literal = LINKER };

static struct edit *
prepare(struct bed *b, const char *path, const struct step_key *key)
{
	struct err err = ERR_INIT;
	struct edit *e = edit_prepare(b->dir, path, key, 1, false, &err);

	if (!e)
		fail_msg("%s", err.message);
	return e;
}

static void
make(struct bed *b, const struct edit *e)
{
	struct err err = ERR_INIT;

	if (!edit_make(e, b->dir, "test", &err))
		fail_msg("%s", err.message);
}

static void
edit_file(struct bed *b, const char *path, const struct step_key *key)
{
	struct edit *e = prepare(b, path, key);

	make(b, e);
	edit_free(e);
}

static void
assert_file(struct bed *b, const char *name, struct span bytes)
{
	struct str text = STR_INIT;

	assert_true(file_read(bed_path(b, name), &text, NULL));
	assert_int_equal(text.len, bytes.len);
	assert_memory_equal(str_cstr(&text), bytes.data, bytes.len);
	str_fini(&text);
}

static unsigned
newest(void)
{
	struct undo_list list;
	unsigned number;

	assert_true(undo_list_load(&list, NULL));
	number = list.len ? list.items[0].number : 0;
	undo_list_fini(&list);
	return number;
}

/* What a config looks like after the linker is set, in every manner of writing one; and putting back
 * gives the first bytes. */
static void
an_edit_is_made_and_put_back(void **state)
{
	/* clang-format off */
	static const struct { const char *before, *after; } cases[] = {
		{ NULL, "[target.aarch64-unknown-linux-gnu]\nlinker = " LINKER "\n" },
		{ "", "[target.aarch64-unknown-linux-gnu]\nlinker = " LINKER "\n" },
		{ "\xEF\xBB\xBF# mine\r\n[build]\r\njobs = 2\r\n",
			"\xEF\xBB\xBF# mine\r\n[build]\r\njobs = 2\r\n\r\n"
			"[target.aarch64-unknown-linux-gnu]\r\nlinker = " LINKER "\r\n" },
		{ "[target.aarch64-unknown-linux-gnu]\nrunner = 'qemu' # why\n\n[net]\n",
			"[target.aarch64-unknown-linux-gnu]\nrunner = 'qemu' # why\nlinker = " LINKER "\n\n[net]\n" },
		{ "target.aarch64-unknown-linux-gnu.runner = 'q'",
			"target.aarch64-unknown-linux-gnu.runner = 'q'\ntarget.aarch64-unknown-linux-gnu.linker = " LINKER "\n" },
		{ "[target]\naarch64-unknown-linux-gnu = { runner = 'q' }\n",
			"[target]\naarch64-unknown-linux-gnu = { runner = 'q', linker = " LINKER " }\n" },
		{ "[target.x]\nlinker='y'\n\n[net]\nretry = 1\n",
			"[target.x]\nlinker='y'\n\n[target.aarch64-unknown-linux-gnu]\nlinker = " LINKER "\n\n[net]\nretry = 1\n" },
	};
	/* clang-format on */
	struct bed *b = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool exists = cases[i].before != NULL;

		if (exists)
			bed_write(b, ".cargo/config.toml", cases[i].before);
		edit_file(b, ".cargo/config.toml", &linker_key);
		assert_file(b, ".cargo/config.toml", span_of(cases[i].after));
		assert_true(undo_put_back(newest(), NULL));
		if (exists)
			assert_file(b, ".cargo/config.toml", span_of(cases[i].before));
		else
			assert_false(file_exists(bed_path(b, ".cargo")));
		assert_int_equal(newest(), 0);
	}
}

/* Before an edit is made it is shown as a diff, of the file as the person knows it. */
static void
an_edit_is_shown(void **state)
{
	struct bed *b = *state;
	struct edit *e = prepare(b, ".cargo/config.toml", &linker_key);

	assert_string_equal(e->diff,
		"--- /dev/null\n+++ b/.cargo/config.toml\n@@ -0,0 +1,2 @@\n"
		"+[target.aarch64-unknown-linux-gnu]\n+linker = " LINKER "\n");
	assert_false(edit_is_made(e));
	assert_false(file_exists(bed_path(b, ".cargo")));
	edit_free(e);
}

/* A value that is there is never replaced unasked: both values and the place are said. */
static void
another_value_is_a_conflict(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct edit *e;

	bed_write(b, ".cargo/config.toml",
		"\n[target.aarch64-unknown-linux-gnu]\nlinker = [ # odd\n  \"cc\"\n]\n");
	e = prepare(b, ".cargo/config.toml", &linker_key);
	assert_null(e->diff);
	assert_string_equal(e->conflict,
		"target.aarch64-unknown-linux-gnu.linker is [ # odd \"cc\" ] "
		"(.cargo/config.toml:3), "
		"not " LINKER);
	assert_false(edit_make(e, b->dir, "test", &err));
	assert_string_equal(err.message, e->conflict);
	edit_free(e);

	e = edit_prepare(b->dir, ".cargo/config.toml", &linker_key, 1, true, &err);
	assert_null(e->conflict);
	make(b, e);
	edit_free(e);
	assert_file(b, ".cargo/config.toml",
		SPAN("\n[target.aarch64-unknown-linux-gnu]\nlinker = " LINKER "\n"));
}

/* What the file says already is left as it is, however it is written. */
static void
a_file_that_says_it_is_left_alone(void **state)
{
	struct bed *b = *state;
	struct edit *e;

	bed_write(b, ".cargo/config.toml",
		"[target.aarch64-unknown-linux-gnu]\nlinker='aarch64-linux-gnu-gcc'");
	chmod(bed_path(b, ".cargo/config.toml"), 0444);
	e = prepare(b, ".cargo/config.toml", &linker_key);
	assert_true(edit_is_made(e));
	make(b, e);
	assert_int_equal(newest(), 0);
	edit_free(e);
}

/* Items are added to what is there, each once, in the array's own manner. */
static void
items_are_added_once(void **state)
{
	struct bed *b = *state;
	struct step_key key = { .path = flags_path, .literal = "'-Cb'", .item = true };
	const char *after =
		"[target.aarch64-unknown-linux-gnu]\nrustflags = [\n  \"-Ca\", # a\n  '-Cb',\n]\n";
	struct edit *e;

	bed_write(b, ".cargo/config.toml",
		"[target.aarch64-unknown-linux-gnu]\nrustflags = [\n  \"-Ca\", # a\n]\n");
	edit_file(b, ".cargo/config.toml", &key);
	assert_file(b, ".cargo/config.toml", span_of(after));
	edit_file(b, ".cargo/config.toml", &key);
	assert_file(b, ".cargo/config.toml", span_of(after));

	bed_write(b, ".cargo/config.toml",
		"[target.aarch64-unknown-linux-gnu]\nrustflags = \"-Ca\"\n");
	e = prepare(b, ".cargo/config.toml", &key);
	assert_non_null(e->conflict);
	edit_free(e);
}

/* A key can be taken out. */
static void
a_key_is_taken_out(void **state)
{
	struct bed *b = *state;
	struct step_key key = { .path = linker_path };

	bed_write(b, ".cargo/config.toml",
		"[target.aarch64-unknown-linux-gnu]\nlinker = 'x'\nrunner = 'y'\n");
	edit_file(b, ".cargo/config.toml", &key);
	assert_file(b, ".cargo/config.toml",
		SPAN("[target.aarch64-unknown-linux-gnu]\nrunner = 'y'\n"));
}

/* Where cargo reads the old name without extension, that one is edited. */
static void
the_old_name_is_used_where_it_is(void **state)
{
	struct bed *b = *state;
	struct edit *e;

	bed_write(b, ".cargo/config", "# old\n");
	bed_write(b, ".cargo/config.toml", "# not read\n");
	e = prepare(b, ".cargo/config.toml", &linker_key);
	assert_string_equal(e->shown, ".cargo/config");
	make(b, e);
	edit_free(e);
	assert_file(b, ".cargo/config.toml", SPAN("# not read\n"));
	assert_file(b, ".cargo/config",
		SPAN("# old\n\n[target.aarch64-unknown-linux-gnu]\nlinker = " LINKER "\n"));
}

/* Behind a symbolic link the file that it names is edited, and the link stays; one that leads nowhere
 * yet, too. */
static void
links_are_followed_and_kept(void **state)
{
	struct bed *b = *state;
	struct stat st;

	bed_dirs(b, ".cargo");
	bed_dirs(b, "dot");
	assert_int_equal(symlink("../dot/cargo.toml", bed_path(b, ".cargo/config.toml")), 0);
	for (int round = 0; round < 2; round++) {
		if (round)
			bed_write(b, "dot/cargo.toml", "# mine\n");
		edit_file(b, ".cargo/config.toml", &linker_key);
		assert_int_equal(lstat(bed_path(b, ".cargo/config.toml"), &st), 0);
		assert_true(S_ISLNK(st.st_mode));
		assert_int_equal(lstat(bed_path(b, "dot/cargo.toml"), &st), 0);
		assert_true(S_ISREG(st.st_mode));
		assert_true(undo_put_back(newest(), NULL));
		assert_int_equal(file_exists(bed_path(b, "dot/cargo.toml")), round);
	}
	assert_int_equal(lstat(bed_path(b, ".cargo/config.toml"), &st), 0);
}

/* What cannot be edited rightly is refused in one line that names the file, and left as it is. */
static void
what_cannot_be_edited_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *why;
	} cases[] = {
		{ "a = \"\xff\"\n", 7, ".cargo/config.toml:1:6: " },
		{ "\xff\xfe[\0t\0]\0", 8, ".cargo/config.toml:1:1: " },
		{ "[target\n", 8, ".cargo/config.toml:1:8: " },
		{ "target = 1\n", 11, "cannot be changed: a value that is no table is on the way" },
	};
	struct bed *b = *state;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span bytes = { cases[i].bytes, cases[i].len };

		assert_true(file_write(bed_path(b, ".cargo/config.toml"), bytes, NULL));
		assert_null(
			edit_prepare(b->dir, ".cargo/config.toml", &linker_key, 1, false, &err));
		assert_int_equal(err.kind, ERR_PARSE);
		if (!strstr(err.message, cases[i].why))
			fail_msg("%s", err.message);
		assert_file(b, ".cargo/config.toml", bytes);
	}
	unlink(bed_path(b, ".cargo/config.toml"));
	bed_dirs(b, ".cargo/config.toml");
	assert_null(edit_prepare(b->dir, ".cargo/config.toml", &linker_key, 1, false, &err));
	assert_string_equal(err.message, ".cargo/config.toml: is a folder, not a file");
}

/* A file marked read-only stays so, also for root; its mode outlives an edit. */
static void
modes_are_respected(void **state)
{
	struct bed *b = *state;
	char *file = bed_path(b, ".cargo/config.toml");
	struct err err = ERR_INIT;
	struct stat st;

	bed_write(b, ".cargo/config.toml", "# mine\n");
	chmod(file, 0444);
	assert_null(edit_prepare(b->dir, ".cargo/config.toml", &linker_key, 1, false, &err));
	assert_string_equal(err.message, ".cargo/config.toml: is read-only");
	assert_non_null(strstr(err.remedy, "chmod u+w"));
	chmod(file, 0600);
	edit_file(b, ".cargo/config.toml", &linker_key);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_true(undo_put_back(newest(), NULL));
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* The tests' folders are closed to others. */
static void
open_the_way(const char *dir)
{
	char *parent = path_dirname(dir);

	if (path_is_below(parent, "/tmp") && !text_is(parent, "/tmp")) {
		chmod(parent, 0711);
		open_the_way(parent);
	}
	free(parent);
}

/* Of somebody else's file root keeps the owner, and nobody else takes it over. */
static void
owners_are_respected(void **state)
{
	struct bed *b = *state;
	char *file = bed_path(b, ".cargo/config.toml");
	struct err err = ERR_INIT;
	struct stat st;

	if (geteuid() != 0)
		bed_skip("only root can give files away");
	bed_write(b, ".cargo/config.toml", "# mine\n");
	chmod(file, 0666);
	assert_int_equal(chown(file, 12345, 12345), 0);
	edit_file(b, ".cargo/config.toml", &linker_key);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_uid, 12345);
	assert_true(undo_put_back(newest(), NULL));

	open_the_way(b->dir);
	chmod(bed_path(b, ".cargo"), 0777);
	chmod(b->dir, 0777);
	assert_int_equal(seteuid(54321), 0);
	struct edit *e = edit_prepare(b->dir, ".cargo/config.toml", &linker_key, 1, false, &err);
	assert_int_equal(seteuid(0), 0);
	assert_null(e);
	if (!strstr(err.message, "belongs to another user (12345)"))
		fail_msg("%s", err.message);
}

/* A file that changed between the preview and the writing is left alone. */
static void
a_changed_file_is_left_alone(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct edit *e;

	bed_write(b, ".cargo/config.toml", "# mine\n");
	e = prepare(b, ".cargo/config.toml", &linker_key);
	bed_write(b, ".cargo/config.toml", "# mine, and more\n");
	assert_false(edit_make(e, b->dir, "test", &err));
	assert_non_null(strstr(err.message, "has changed since"));
	assert_file(b, ".cargo/config.toml", SPAN("# mine, and more\n"));
	unlink(bed_path(b, ".cargo/config.toml"));
	assert_false(edit_make(e, b->dir, "test", &err));
	assert_false(file_exists(bed_path(b, ".cargo/config.toml")));
	assert_int_equal(newest(), 0);
	edit_free(e);
}

/* Without a place for the old file nothing is written. */
static void
no_place_for_the_old_file(void **state)
{
	struct bed *b = *state;
	struct err err = ERR_INIT;
	struct edit *e;

	bed_write(b, "state", "a file, no folder");
	setenv("XDG_STATE_HOME", bed_path(b, "state"), 1);
	bed_write(b, ".cargo/config.toml", "# mine\n");
	e = prepare(b, ".cargo/config.toml", &linker_key);
	assert_false(edit_make(e, b->dir, "test", &err));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	assert_file(b, ".cargo/config.toml", SPAN("# mine\n"));
	edit_free(e);
}

/* Several keys of one file are one edit. */
static void
keys_go_together(void **state)
{
	struct bed *b = *state;
	struct step_key keys[] = { linker_key, { .path = flags_path, .literal = "[\"-Ca\"]" } };
	struct edit *e = edit_prepare(b->dir, ".cargo/config.toml", keys, 2, false, NULL);

	make(b, e);
	assert_file(b, ".cargo/config.toml",
		SPAN("[target.aarch64-unknown-linux-gnu]\nlinker = " LINKER
		     "\nrustflags = [\"-Ca\"]\n"));
	edit_free(e);
}

/* ---- killed at any moment ---- */

static const char first_text[] = "# mine\r\n[net]\r\nretry = 3\r\n";
static const char last_text[] = "# mine\r\n[net]\r\nretry = 3\r\n\r\n"
				"[target.aarch64-unknown-linux-gnu]\r\nlinker = " LINKER "\r\n";

static void
edit_once(void *arg)
{
	struct bed *b = arg;
	struct edit *e = edit_prepare(b->dir, ".cargo/config.toml", &linker_key, 1, false, NULL);

	if (!e || !edit_make(e, b->dir, "test", NULL))
		_exit(1);
	edit_free(e);
}

static void
undo_once(void *arg)
{
	struct undo_list list;

	if (!undo_list_load(&list, NULL) ||
		(list.len && !undo_put_back(list.items[0].number, NULL)))
		_exit(1);
	undo_list_fini(&list);
}

/* Old or new, whole. */
static void
assert_old_or_new(struct bed *b, const char *old)
{
	char *file = bed_path(b, ".cargo/config.toml");
	struct str text = STR_INIT;

	if (!file_exists(file)) {
		assert_null(old);
		return;
	}
	assert_true(file_read(file, &text, NULL));
	if ((!old || !text_is(str_cstr(&text), old)) &&
		!span_ends(str_span(&text), LINKER "\r\n") &&
		!span_ends(str_span(&text), LINKER "\n"))
		fail_msg("half written: %s", str_cstr(&text));
	str_fini(&text);
}

static void
assert_nothing_left_over(struct bed *b, const char *dir, size_t expected)
{
	char **names;
	size_t count;

	assert_true(file_list(bed_path(b, dir), &names, &count, NULL));
	if (count != expected)
		fail_msg("%s: %s", dir, names[0]);
	file_list_free(names, count);
}

/* Edits and undoings that are killed at random moments, then done again: the file is old or new at any
 * time, and at the end it is as it was, with nothing left over. */
static void
killed_at_any_moment(void **state)
{
	struct bed *b = *state;
	struct dice dice = { .state = 11 };
	long edit_ns, undo_ns;
	int killed = 0;

	bed_write(b, ".cargo/config.toml", first_text);
	edit_ns = time_of(edit_once, undo_once, b);
	undo_ns = time_of(undo_once, edit_once, b);
	for (int round = 0; round < 200; round++) {
		const char *old = round % 2 ? first_text : NULL;

		if (old)
			bed_write(b, ".cargo/config.toml", old);
		else
			file_remove_tree(bed_path(b, ".cargo"), NULL);
		killed += killed_after(1 + (long)dice_below(&dice, (size_t)edit_ns), edit_once, b);
		assert_old_or_new(b, old);
		edit_once(b);
		if (old)
			assert_file(b, ".cargo/config.toml", span_of(last_text));
		assert_true(newest() > 0);
		killed += killed_after(1 + (long)dice_below(&dice, (size_t)undo_ns), undo_once, b);
		assert_old_or_new(b, old);
		undo_once(b);
		if (old)
			assert_file(b, ".cargo/config.toml", span_of(old));
		else
			assert_false(file_exists(bed_path(b, ".cargo")));
		assert_int_equal(newest(), 0);
		assert_nothing_left_over(b, ".cargo", old != NULL);
		assert_nothing_left_over(b, ".local/state/xtui/undo", 1);
	}
	assert_in_range(killed, 40, 400);
}

/* ---- properties ---- */

static void
roll_config(struct dice *d, struct str *out)
{
	/* clang-format off */
	static const char *const pieces[] = {
		"[net]\nretry = 1\n", "\n", "# about\n", "[target.a]\nlinker = 'x' # c\n",
		"[target.a.env]\n  x = '1'\n", "[target.'cfg(unix)']\nrunner = [\n 'q',\n]\n",
		"[profile.release]\nlto = true\n# opt = 3\n", "[target.b]\n\trustflags = [\"-Ca\"]\n",
	};
	/* clang-format on */
	const char *newline = dice_below(d, 2) ? "\r\n" : "\n";
	unsigned used = 0;

	str_append(out, dice_below(d, 4) ? "" : "\xEF\xBB\xBF");
	for (size_t i = dice_below(d, 9); i > 0; i--) {
		size_t n = dice_below(d, COUNT(pieces));

		if (pieces[n][0] == '[' && (used & (1u << n)))
			continue;
		used |= 1u << n;
		for (const char *p = pieces[n]; *p; p++)
			*p == '\n' ? str_append(out, newline) : str_append_char(out, *p);
	}
	if (span_ends(str_span(out), newline) && !dice_below(d, 4))
		str_truncate(out, out->len - strlen(newline));
}

/* Whatever stands in a file: an edit only adds its own lines, and undone gives the first bytes. */
static void
edits_change_only_their_lines(void **state)
{
	struct bed *b = *state;
	struct dice dice = { .state = 29 };

	for (int round = 0; round < 300; round++) {
		struct str text = STR_INIT;
		size_t added, removed;
		struct edit *e;

		roll_config(&dice, &text);
		bed_write(b, ".cargo/config.toml", str_cstr(&text));
		e = prepare(b, ".cargo/config.toml", &linker_key);
		diff_count(span_of(e->diff), &added, &removed);
		/* header, key, an empty line before; a last line without end gets one */
		assert_in_range(added, 1, 4);
		assert_in_range(removed, 0, 1);
		make(b, e);
		edit_free(e);
		assert_true(undo_put_back(newest(), NULL));
		assert_file(b, ".cargo/config.toml", str_span(&text));
		str_fini(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define BED(test) cmocka_unit_test_setup_teardown(test, bed_setup, bed_teardown)
		BED(an_edit_is_made_and_put_back),
		BED(an_edit_is_shown),
		BED(another_value_is_a_conflict),
		BED(a_file_that_says_it_is_left_alone),
		BED(items_are_added_once),
		BED(a_key_is_taken_out),
		BED(the_old_name_is_used_where_it_is),
		BED(links_are_followed_and_kept),
		BED(what_cannot_be_edited_is_refused),
		BED(modes_are_respected),
		BED(owners_are_respected),
		BED(a_changed_file_is_left_alone),
		BED(no_place_for_the_old_file),
		BED(keys_go_together),
		BED(killed_at_any_moment),
		BED(edits_change_only_their_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
