#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/data.h"
#include "base/path.h"
#include "host/packages.h"
#include "host/platform.h"
#include "host/tool.h"
#include "io/file.h"
#include "text/toml.h"
#include "unit/folder.h"

static const struct data_file *
built_in(void)
{
	const struct data_file *file = data_find("data/packages.toml");

	assert_non_null(file);
	return file;
}

/* The table that ships is without mistakes. */
static void
built_in_is_sound(void **state)
{
	struct span bytes = { built_in()->bytes, built_in()->len };
	struct err err = ERR_INIT;

	if (!packages_check(bytes, "packages.toml", &err))
		fail_msg("%s", err.message);
}

/* A mistake in such a table is named with its line. */
static void
mistakes_are_named(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "[[need]]\nprograms = []\n", "expected a list of programs" },
		{ "[[need]]\nprograms = [1]\n", "t:2:13: expected a program" },
		{ "[[need]]\nprograms = ['a', 'a']\n", "t:2:18: a: named twice" },
		{ "[[need]]\nprograms = ['a']\nport = {}\n",
			"t:3:8: no such package manager: port" },
		{ "[[need]]\nprograms = ['a']\napt = 'b'\n", "t:3:7: expected a package" },
		{ "[[need]]\nprograms = ['a']\napt = { package = 'b', source = 's' }\n",
			"expected a source" },
		{ "[[need]\n", "t:1:" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_false(packages_check(span_of(cases[i].text), "t", &err));
		assert_int_equal(err.kind, ERR_PARSE);
		if (!strstr(err.message, cases[i].message))
			fail_msg("%s, not %s", err.message, cases[i].message);
	}
	assert_true(packages_check(SPAN("[source.s]\n[[need]]\nprograms = ['a']\n"
					"apt = { package = 'b', source = 's' }\n"),
		"t", NULL));
}

/* What a missing program's package is called where the person is; tried ones are marked. */
static void
answers(void **state)
{
	static const struct {
		enum package_manager pm;
		const char *need, *package;
		bool verified, has_note;
	} cases[] = {
		{ PM_APT, "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu", true, false },
		{ PM_APT, "arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf", true, true },
		{ PM_APT, "riscv64-linux-gnu-g++", "g++-riscv64-linux-gnu", true, false },
		{ PM_APT, "loongarch64-linux-gnu-gcc", "gcc-loongarch64-linux-gnu", false, true },
		{ PM_APT, "musl-gcc", "musl-tools", true, false },
		{ PM_APT, "aarch64-linux-musl-gcc", NULL, false, true },
		{ PM_APT, "x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64", true, false },
		{ PM_APT, "i686-w64-mingw32-dlltool", "binutils-mingw-w64-i686", true, false },
		{ PM_APT, "qemu-aarch64-static", "qemu-user-static", true, true },
		{ PM_APT, "qemu-aarch64", "qemu-user", true, true },
		{ PM_APT, "cargo", "cargo", true, true },
		{ PM_APT, "cross", NULL, false, true },
		{ PM_CARGO, "cross", "cross", true, true },
		{ PM_CARGO, "wasmtime", "wasmtime-cli", false, true },
		{ PM_PYPI, "python-zig", "ziglang", true, true },
		{ PM_PYPI, "cross", NULL, false, true },
		{ PM_APT, "zig", NULL, false, true },
		{ PM_DNF, "aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu", false, true },
		{ PM_DNF, "rustc", "rust", false, true },
		{ PM_PACMAN, "aarch64-linux-gnu-gcc", "aarch64-linux-gnu-gcc", false, false },
		{ PM_APK, "qemu-aarch64", "qemu-aarch64", false, true },
		{ PM_ZYPPER, "protoc", "protobuf-devel", false, false },
		{ PM_ZYPPER, "aarch64-linux-gnu-gcc", NULL, false, false },
		{ PM_BREW, "aarch64-linux-gnu-gcc",
			"messense/macos-cross-toolchains/aarch64-unknown-linux-gnu", false, false },
		{ PM_NONE, "cmake", NULL, false, false },
		{ PM_APT, "xtui-no-such-tool", NULL, false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct package_answer a = packages_for(cases[i].pm, cases[i].need);

		if (cases[i].package)
			assert_string_equal(a.package, cases[i].package);
		else
			assert_null(a.package);
		assert_int_equal(a.verified, cases[i].verified);
		assert_int_equal(a.note != NULL, cases[i].has_note);
	}
}

/* Every program that data/backends.toml looks for has a package or a note somewhere. */
static void
backends_are_covered(void **state)
{
	static const char *const keys[] = { "linkers", "cc", "tools", "runner" };
	const struct data_file *file = data_find("data/backends.toml");
	struct toml *doc = file ? toml_parse(file->bytes, file->len, file->name, NULL) : NULL;
	const struct toml_value *natives = doc ? toml_get(toml_root(doc), "native") : NULL;

	for (size_t i = 0; i < toml_count(natives); i++)
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			const struct toml_value *names = toml_get(toml_at(natives, i), keys[k]);
			bool any = toml_count(names) == 0;

			for (size_t n = 0; n < toml_count(names); n++) {
				const char *name = toml_string(toml_at(names, n), "");
				struct package_answer a = packages_for(PM_APT, name);
				any = any || a.package || a.note || !strcmp(name, "rust-lld");
			}
			if (!any)
				fail_msg("%s: no package, no note",
					toml_string(toml_at(names, 0), ""));
		}
	toml_free(doc);
}

static void *
ask(void *arg)
{
	return (void *)packages_for(PM_APT, "cmake").package;
}

/* It may be asked on every thread. */
static void
asked_on_threads(void **state)
{
	pthread_t threads[4];
	void *answer;

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask, NULL), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &answer);
		assert_string_equal(answer, "cmake");
	}
}

/* Managers go by their names, both ways. */
static void
names(void **state)
{
	enum package_manager pm;

	for (int i = PM_APT; i <= PM_PYPI; i++) {
		assert_true(packages_manager_parse(
			packages_manager_name((enum package_manager)i), &pm));
		assert_int_equal(pm, i);
	}
	assert_string_equal(packages_manager_name(PM_NONE), "");
	assert_false(packages_manager_parse("", &pm));
	assert_false(packages_manager_parse("port", &pm));
}

/* The manager is the distribution's own; where that is unknown or absent, the first one found. */
static void
manager_of_the_machine(void **state)
{
	static const struct {
		const char *programs[3];
		const char *distribution;
		enum package_manager pm;
	} cases[] = {
		{ { NULL }, "debian", PM_NONE },
		{ { "apt-get" }, "debian", PM_APT },
		{ { "apt-get", "pacman" }, "arch", PM_PACMAN },
		{ { "apt-get", "dnf" }, "somebodys-own", PM_APT },
		{ { "apk", "brew" }, "", PM_APK },
		{ { "brew" }, "fedora", PM_BREW },
		{ { "zypper", "dnf" }, "opensuse-leap", PM_ZYPPER },
		{ { "apt-get", "brew" }, "macos", PM_BREW },
		{ { "apt-get", "dnf" }, "ora", PM_APT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *dir = folder_new();

		for (int k = 0; k < 3 && cases[i].programs[k]; k++)
			folder_put(dir, cases[i].programs[k], "", 0755);
		struct tool_index *tools = tool_index_new(dir);
		assert_int_equal(packages_manager_of(cases[i].distribution, tools), cases[i].pm);
		tool_index_free(tools);
		folder_remove(dir);
	}
	assert_true(packages_manager() <= PM_BREW);
}

/* The command is one that can be pasted: sudo only where it is needed, each package once. */
static void
commands(void **state)
{
	static const char *const list[] = { "a", "b", "a" };
	static const struct {
		enum package_manager pm;
		const char *command;
		bool root;
	} cases[] = {
		{ PM_APT, "apt-get install -y a b", true },
		{ PM_DNF, "dnf install -y a b", true },
		{ PM_PACMAN, "pacman -S --needed --noconfirm a b", true },
		{ PM_APK, "apk add a b", true },
		{ PM_ZYPPER, "zypper --non-interactive install a b", true },
		{ PM_BREW, "brew install a b", false },
		{ PM_CARGO, "cargo install --locked a b", false },
		{ PM_PYPI, "pipx install a b", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool sudo = cases[i].root && !platform_get()->is_root;
		char *expected = xasprintf("%s%s", sudo ? "sudo " : "", cases[i].command);
		char *command = packages_install_command(cases[i].pm, list, 3);

		assert_string_equal(command, expected);
		free(command);
		free(expected);
	}
	assert_false(packages_need_root(PM_CARGO));
	assert_null(packages_install_command(PM_NONE, list, 3));
	assert_null(packages_install_command(PM_APT, list, 0));
}

/* A fresh container has no list of packages: it is fetched first; where there is one, nothing is. */
static void
lists_of_packages(void **state)
{
	static const struct {
		enum package_manager pm;
		const char *file, *command;
	} cases[] = {
		{ PM_APT, "var/lib/apt/lists/x_main_binary-amd64_Packages.lz4", "apt-get update" },
		{ PM_PACMAN, "var/lib/pacman/sync/core.db", "pacman -Sy --noconfirm" },
		{ PM_APK, "var/cache/apk/APKINDEX.1.tar.gz", "apk update" },
		{ PM_DNF, NULL, NULL },
		{ PM_BREW, NULL, NULL },
	};
	char *root = folder_new();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *command = packages_index_command(cases[i].pm, root);

		if (!cases[i].command) {
			assert_null(command);
			continue;
		}
		assert_string_equal(command, cases[i].command);
		folder_put(root, cases[i].file, "x", 0644);
		assert_null(packages_index_command(cases[i].pm, root));
	}
	folder_remove(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(built_in_is_sound),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(answers),
		cmocka_unit_test(backends_are_covered),
		cmocka_unit_test(asked_on_threads),
		cmocka_unit_test(names),
		cmocka_unit_test(manager_of_the_machine),
		cmocka_unit_test(commands),
		cmocka_unit_test(lists_of_packages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
