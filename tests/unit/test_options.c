/* Tests of cli/options: the command line in every form that people type it. */
#include "unit/check.h"

#include <stdio.h>
#include "base/alloc.h"
#include "base/path.h"
#include "cli/options.h"
#include "io/file.h"

#define MAX_WORDS 16

/* Words apart by blanks. */
static bool
parse(struct args *args, const char *line, struct err *err)
{
	static char text[256]; /* args point into it */
	static char *argv[MAX_WORDS];
	int argc = 0;

	snprintf(text, sizeof(text), "xtui %s", line);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	return args_parse(args, argc, argv, err);
}

static void
must_parse(struct args *args, const char *line)
{
	struct err err = ERR_INIT;

	if (!parse(args, line, &err))
		fail_msg("%s: %s", line, err.message);
}

/* An option's value is the same however it is written, and the last one counts. */
static void
forms_of_values(void **state)
{
	static const struct {
		const char *line, *value;
	} cases[] = {
		{ "build -j 4", "4" },
		{ "build -j4", "4" },
		{ "build -j=4", "4" },
		{ "build --jobs 4", "4" },
		{ "build --jobs=4", "4" },
		{ "-j 4 build", "4" },
		{ "--jobs=4 build", "4" },
		{ "build -qj4", "4" },
		{ "build -qvj 4", "4" },
		{ "build -j 2 --jobs=4", "4" },
		{ "build --jobs -4", "-4" },
		{ "build --jobs=", "" },
		{ "build --jobs=a=b", "a=b" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct args args;

		must_parse(&args, cases[i].line);
		assert_string_equal(args.command->name, "build");
		assert_string_equal(args_get(&args, OPT_JOBS, "none"), cases[i].value);
		assert_int_equal(args.positional.len, 0);
		args_fini(&args);
	}
}

/* A name that means one thing to some commands and another to others: --version is the program's, but for a
 * command that has releases; --check wants a file of rules, or none. */
static bool
is_said_otherwise(const struct command_row *c, int i)
{
	for (int k = 0; k < OPT_COUNT; k++) {
		if (k != i && text_is(option_rows[k].name, option_rows[i].name))
			return command_takes(c, (enum option_id)k) ||
				(k < OPTION_GLOBAL_END && !command_takes(c, (enum option_id)i));
	}
	return false;
}

/* Every option of every command is taken in its long form, with the argument it wants. */
static void
every_option(void **state)
{
	for (const struct command_row *c = command_rows; c->name; c++) {
		for (int i = 0; i < OPT_COUNT; i++) {
			const struct option_row *o = &option_rows[i];
			char *line =
				xasprintf("%s --%s%s", c->name, o->name, o->argument ? " x" : "");
			bool goes = i < OPTION_GLOBAL_END || command_takes(c, (enum option_id)i);
			struct args args;
			struct err err = ERR_INIT;

			assert_int_equal(o->id, i);
			if (is_said_otherwise(c, i)) {
				free(line);
				continue;
			}
			assert_int_equal(parse(&args, line, &err), goes);
			if (goes)
				assert_true(args_has(&args, o->id));
			else
				assert_int_equal(err.kind, ERR_USAGE);
			args_fini(&args);
			free(line);
		}
	}
}

/* No command takes two options of one name, and no two share a letter. */
static void
names_are_apart(void **state)
{
	for (const struct command_row *c = command_rows; c->name; c++) {
		for (int a = 0; a < OPT_COUNT; a++) {
			for (int b = a + 1; b < OPT_COUNT; b++) {
				if (command_takes(c, (enum option_id)a) &&
					command_takes(c, (enum option_id)b))
					assert_string_not_equal(
						option_rows[a].name, option_rows[b].name);
			}
		}
	}
	for (int a = 0; a < OPT_COUNT; a++) {
		for (int b = a + 1; b < OPT_COUNT; b++) {
			if (option_rows[a].letter)
				assert_int_not_equal(option_rows[a].letter, option_rows[b].letter);
		}
	}
}

/* A repeated option keeps all its values, in order. */
static void
repeated_options(void **state)
{
	struct args args;
	const char **all;
	size_t count;

	must_parse(&args, "-t one build --target=two -p core -ttwo+");
	all = args_all(&args, OPT_TARGET, &count);
	assert_int_equal(count, 3);
	assert_string_equal(all[0], "one");
	assert_string_equal(all[1], "two");
	assert_string_equal(all[2], "two+");
	assert_null(all[3]);
	free(all);
	all = args_all(&args, OPT_BIN, &count);
	assert_int_equal(count, 0);
	assert_null(all[0]);
	free(all);
	args_fini(&args);
}

/* Words that are no options are the command and its arguments; `-` is one of them. */
static void
positional_words(void **state)
{
	struct args args;

	must_parse(&args, "-q doctor one --probe two");
	assert_int_equal(args.positional.len, 2);
	assert_string_equal(args.positional.items[0], "one");
	assert_string_equal(args.positional.items[1], "two");
	args_fini(&args);
	must_parse(&args, "explain -");
	assert_string_equal(args.positional.items[0], "-");
	args_fini(&args);
	must_parse(&args, "");
	assert_null(args.command);
	args_fini(&args);
}

/* What follows `--` is cargo's, whatever it looks like. */
static void
words_for_cargo(void **state)
{
	struct args args;

	must_parse(&args, "build -t x -- --locked -- -j4 build");
	assert_int_equal(args.rest.len, 4);
	assert_string_equal(args.rest.items[0], "--locked");
	assert_string_equal(args.rest.items[1], "--");
	assert_string_equal(args.rest.items[2], "-j4");
	assert_false(args_has(&args, OPT_JOBS));
	args_fini(&args);
}

/* +TOOLCHAIN is rustup's way to say --toolchain, before the command only. */
static void
toolchain_word(void **state)
{
	struct args args;

	must_parse(&args, "+nightly targets +x");
	assert_string_equal(args_get(&args, OPT_TOOLCHAIN, ""), "nightly");
	assert_string_equal(args.positional.items[0], "+x");
	args_fini(&args);
}

/* A word that is off is named, with the nearest that is known; exit status 2. */
static void
mistakes(void **state)
{
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "bild", "unknown command \"bild\": did you mean build?" },
		{ "targest", "unknown command \"targest\": did you mean targets?" },
		{ "zzzzzz", "unknown command \"zzzzzz\": xtui --help has all there are" },
		{ "bench-pane",
			"unknown command \"bench-pane\": xtui --help has all there are" }, /* nobody is led to developers' tools */
		{ "+", "unknown command \"+\": xtui --help has all there are" },
		{ "build --tagret x", "unknown option \"--tagret\": did you mean --target?" },
		{ "build --tagret=x", "unknown option \"--tagret=x\": did you mean --target?" },
		{ "--josn targets", "unknown option \"--josn\": did you mean --json?" },
		{ "targets --jobz 4", "unknown option \"--jobz\": xtui --help has all there are" },
		{ "build -Z", "unknown option \"-Z\": xtui --help has all there are" },
		{ "build -qZ", "unknown option \"-qZ\": xtui --help has all there are" },
		{ "build --", NULL },
		{ "build --jobs", "--jobs: N is missing" },
		{ "build -j", "-j: N is missing" },
		{ "build --json=yes", "--json takes no value" },
		{ "targets --jobs 4", "--jobs does not go with \"targets\"" },
		{ "--jobs 4 targets", "--jobs does not go with \"targets\"" },
		{ "--probe", "--probe needs a command to go with" },
		{ "targets a b", "targets: unexpected \"b\"" },
		{ "disk x86_64", "disk: unexpected \"x86_64\"" },
		{ "targets -- x", "targets takes no words after --" },
		{ "-- x", "xtui without a command takes no words after --" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct args args;
		struct err err = ERR_INIT;

		assert_int_equal(parse(&args, cases[i].line, &err), !cases[i].message);
		if (cases[i].message) {
			assert_string_equal(err.message, cases[i].message);
			assert_int_equal(err_exit_code(&err), 2);
			if (text_starts(err.message, "unknown "))
				assert_string_equal(err.remedy, ""); /* one line says it all */
		}
		args_fini(&args);
	}
}

/* Numbers are whole, in range and nothing else. */
static void
numbers(void **state)
{
	static const struct {
		const char *line;
		long value; /* -1: refused */
	} cases[] = {
		{ "build", 7 },
		{ "build -j 1", 1 },
		{ "build -j 64", 64 },
		{ "build -j 0", -1 },
		{ "build -j -1", -1 },
		{ "build -j 4x", -1 },
		{ "build -j 1.5", -1 },
		{ "build --jobs=", -1 },
		{ "build -j 99999999999999999999", -1 },
		{ "build -j 2 -j 3", 3 },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct args args;
		struct err err = ERR_INIT;
		long value;
		bool ok;

		must_parse(&args, cases[i].line);
		ok = args_number(&args, OPT_JOBS, 1, 7, &value, &err);
		assert_int_equal(ok, cases[i].value >= 0);
		if (ok)
			assert_int_equal(value, cases[i].value);
		else
			assert_int_equal(err.kind, ERR_USAGE);
		args_fini(&args);
	}
}

/* The help names every command and global option; a command's help, all its own options. */
static void
help_is_whole(void **state)
{
	struct str out = STR_INIT;

	options_help(&out);
	for (const struct command_row *c = command_rows; c->name; c++)
		assert_non_null(strstr(str_cstr(&out), c->help));
	for (int i = 0; i < OPTION_GLOBAL_END; i++)
		assert_non_null(strstr(str_cstr(&out), option_rows[i].help));
	assert_null(strstr(str_cstr(&out), "bench-panes"));
	for (const struct command_row *c = command_rows; c->name; c++) {
		str_clear(&out);
		options_help_command(c, &out);
		assert_non_null(strstr(str_cstr(&out), c->usage));
		for (int i = OPTION_GLOBAL_END; i < OPT_COUNT; i++)
			assert_int_equal(command_takes(c, (enum option_id)i),
				strstr(str_cstr(&out), option_rows[i].help) != NULL);
	}
	str_fini(&out);
}

/* How many options the manual has in the section of a command. */
static int
listed_in_manual(const struct str *page, const char *command)
{
	char *title = xasprintf("\n.Ss %s\n", command);
	const char *section = strstr(str_cstr(page), title);
	int count = 0;

	if (!section)
		fail_msg("%s is not in the manual", command);
	for (struct span rest = span_of(section + strlen(title)), line; rest.len;) {
		line = span_cut(rest, '\n', &rest);
		if (span_starts(line, ".S"))
			break;
		count += span_starts(line, ".It ");
	}
	free(title);
	return count;
}

/* The manual lists under each command the options that it takes, and no others. */
static void
manual_is_whole(void **state)
{
	const char *source = getenv("XTUI_SOURCE");
	char *path = path_join(source ? source : ".", "man/xtui.1");
	struct str page = STR_INIT;
	struct err err = ERR_INIT;

	assert_true(file_read(path, &page, &err));
	for (const struct command_row *c = command_rows; c->name; c++) {
		int taken = 0;

		for (int i = 0; i < OPT_COUNT; i++)
			taken += command_takes(c, (enum option_id)i);
		if (listed_in_manual(&page, c->name) != taken)
			fail_msg("%s: it takes %d options, the manual has others", c->name, taken);
	}
	str_fini(&page);
	free(path);
}

/* Help fits a terminal of 80 columns. */
static void
help_fits(void **state)
{
	struct str out = STR_INIT;
	struct span rest;

	options_help(&out);
	for (const struct command_row *c = command_rows; c->name; c++)
		options_help_command(c, &out);
	rest = str_span(&out);
	while (rest.len) {
		struct span line = span_cut(rest, '\n', &rest);

		if (line.len > 80)
			fail_msg("%.*s", (int)line.len, line.data);
	}
	str_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_of_values),
		cmocka_unit_test(every_option),
		cmocka_unit_test(names_are_apart),
		cmocka_unit_test(repeated_options),
		cmocka_unit_test(positional_words),
		cmocka_unit_test(words_for_cargo),
		cmocka_unit_test(toolchain_word),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(numbers),
		cmocka_unit_test(help_is_whole),
		cmocka_unit_test(manual_is_whole),
		cmocka_unit_test(help_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
