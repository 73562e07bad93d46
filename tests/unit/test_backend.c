/* Tests of ready/backend and of what data/backends.toml says. */
#include "unit/check.h"

#include <unistd.h>
#include "base/alloc.h"
#include "base/data.h"
#include "base/vec.h"
#include "host/packages.h"
#include "io/proc.h"
#include "ready/backend.h"
#include "rust/targets.h"
#include "text/toml.h"
#include "unit/triples.h"

#define LINUX "x86_64-unknown-linux-gnu"
#define ARM_LINUX "aarch64-unknown-linux-gnu"

static struct backends *
load(void)
{
	struct err err = ERR_INIT;
	struct backends *b = backends_load(&err);

	if (!b)
		fail_msg("%s", err.message);
	return b;
}

/* Each platform that people cross-compile for has a linker to look for, and a preferred backend. */
static void
platforms_are_known(void **state)
{
	static const struct {
		const char *host, *triple;
		const char *
			linker; /* the first to look for; "" the one of rustc; NULL: no native way */
		const char *backend;
	} cases[] = {
		{ LINUX, "aarch64-unknown-linux-gnu", "aarch64-linux-gnu-gcc", "native" },
		{ ARM_LINUX, LINUX, "x86_64-linux-gnu-gcc", "native" },
		{ LINUX, "i686-unknown-linux-gnu", "i686-linux-gnu-gcc", "native" },
		{ LINUX, "armv7-unknown-linux-gnueabihf", "arm-linux-gnueabihf-gcc", "native" },
		{ LINUX, "thumbv7neon-unknown-linux-gnueabihf", "arm-linux-gnueabihf-gcc",
			"native" },
		{ LINUX, "arm-unknown-linux-gnueabihf", "armv6-linux-gnueabihf-gcc", "zig" },
		{ LINUX, "arm-unknown-linux-gnueabi", "arm-linux-gnueabi-gcc", "native" },
		{ LINUX, "armv5te-unknown-linux-gnueabi", "arm-linux-gnueabi-gcc", "native" },
		{ LINUX, "riscv64gc-unknown-linux-gnu", "riscv64-linux-gnu-gcc", "native" },
		{ LINUX, "s390x-unknown-linux-gnu", "s390x-linux-gnu-gcc", "native" },
		{ LINUX, "powerpc-unknown-linux-gnu", "powerpc-linux-gnu-gcc", "native" },
		{ LINUX, "powerpc64-unknown-linux-gnu", "powerpc64-linux-gnu-gcc", "native" },
		{ LINUX, "powerpc64le-unknown-linux-gnu", "powerpc64le-linux-gnu-gcc", "native" },
		{ LINUX, "sparc64-unknown-linux-gnu", "sparc64-linux-gnu-gcc", "native" },
		{ LINUX, "loongarch64-unknown-linux-gnu", "loongarch64-linux-gnu-gcc", "native" },
		{ LINUX, "mips-unknown-linux-gnu", "mips-linux-gnu-gcc", "native" },
		{ LINUX, "mipsisa64r6el-unknown-linux-gnuabi64", "mipsisa64r6el-linux-gnuabi64-gcc",
			"native" },
		{ LINUX, "x86_64-unknown-linux-musl", "cc", "native" },
		{ ARM_LINUX, "aarch64-unknown-linux-musl", "cc", "native" },
		{ LINUX, "aarch64-unknown-linux-musl", "aarch64-linux-musl-gcc", "native" },
		{ LINUX, "armv7-unknown-linux-musleabihf", "arm-linux-musleabihf-gcc", "native" },
		{ LINUX, "arm-unknown-linux-musleabi", "arm-linux-musleabi-gcc", "native" },
		{ LINUX, "x86_64-pc-windows-gnu", "x86_64-w64-mingw32-gcc", "native" },
		{ LINUX, "i686-pc-windows-gnu", "i686-w64-mingw32-gcc", "native" },
		{ LINUX, "x86_64-pc-windows-gnullvm", "x86_64-w64-mingw32-clang", "native" },
		{ LINUX, "aarch64-pc-windows-gnullvm", "aarch64-w64-mingw32-clang", "native" },
		{ LINUX, "x86_64-pc-windows-msvc", NULL, "xwin" },
		{ LINUX, "aarch64-apple-darwin", NULL, "zig" },
		{ MAC, "x86_64-apple-darwin", "cc", "native" },
		{ MAC, "aarch64-apple-ios", "cc", "native" },
		{ MAC, "aarch64-unknown-linux-musl", "aarch64-linux-musl-gcc", "zig" },
		{ LINUX, "x86_64-unknown-freebsd", "clang", "native" },
		{ LINUX, "i686-unknown-freebsd", "clang", "native" },
		{ LINUX, "aarch64-unknown-freebsd", "clang", "native" },
		{ LINUX, "x86_64-unknown-netbsd", "x86_64--netbsd-gcc", "cross" },
		{ LINUX, "aarch64-linux-android", "aarch64-linux-android21-clang", "ndk" },
		{ LINUX, "armv7-linux-androideabi", "armv7a-linux-androideabi21-clang", "ndk" },
		{ LINUX, "x86_64-linux-android", "x86_64-linux-android21-clang", "ndk" },
		{ LINUX, "wasm32-unknown-unknown", "", "native" },
		{ LINUX, "wasm32-wasip1", "", "native" },
		{ LINUX, "wasm32-wasip2", "", "native" },
		{ LINUX, "thumbv7em-none-eabihf", "", "native" },
		{ LINUX, "armv7r-none-eabi", "", "native" },
		{ LINUX, "riscv32imc-unknown-none-elf", "", "native" },
		{ LINUX, "aarch64-unknown-none", "", "native" },
		{ LINUX, "x86_64-unknown-none", "", "native" },
		{ LINUX, "x86_64-unknown-uefi", "", "native" },
		{ LINUX, "aarch64-apple-ios", NULL, "native" },
	};
	struct backends *b = load();

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct backend_native *n = backends_native(b, cases[i].triple, cases[i].host);
		const struct backend_order *order =
			backends_order(b, cases[i].triple, cases[i].host);

		if ((n != NULL) != (cases[i].linker != NULL))
			fail_msg("%s from %s", cases[i].triple, cases[i].host);
		if (n && n->is_lld != !*cases[i].linker)
			fail_msg("%s: lld", cases[i].triple);
		if (n && !n->is_lld)
			assert_string_equal(n->linkers[0], cases[i].linker);
		assert_string_equal(order->backends[0], cases[i].backend);
		assert_true(strlen(order->reason) > 10);
	}
	backends_free(b);
}

/* A backend is offered only for what it can build. */
static void
backends_know_their_reach(void **state)
{
	static const struct {
		const char *backend, *triple;
		bool reaches;
	} cases[] = {
		{ "zig", "aarch64-unknown-linux-gnu", true },
		{ "zig", "armv7-unknown-linux-musleabihf", true },
		{ "zig", "aarch64-apple-darwin", true },
		{ "zig", "aarch64-apple-ios", false },
		{ "zig", "x86_64-pc-windows-msvc", false },
		{ "zig", "csky-unknown-linux-gnuabiv2", false },
		{ "cross", "x86_64-unknown-netbsd", true },
		{ "cross", "aarch64-unknown-netbsd", false },
		{ "cross", "thumbv7neon-unknown-linux-gnueabihf", true },
		{ "xwin", "aarch64-pc-windows-msvc", true },
		{ "xwin", "x86_64-pc-windows-gnu", false },
		{ "ndk", "riscv64-linux-android", true },
		{ "native", "aarch64-unknown-linux-gnu", false }, /* native has its own entries */
		{ "no-such-backend", "aarch64-unknown-linux-gnu", false },
	};
	struct backends *b = load();

	for (size_t i = 0; i < COUNT(cases); i++)
		if (backends_reach(b, cases[i].backend, cases[i].triple) != cases[i].reaches)
			fail_msg("%s for %s", cases[i].backend, cases[i].triple);
	backends_free(b);
}

/* Every backend that an order names is described, and can build something of what it is named for. */
static void
orders_name_known_backends(void **state)
{
	struct backends *b = load();
	struct target_table *table = targets_load(NULL, true);

	for (size_t i = 0; i < table->len; i++) {
		const struct backend_order *order =
			backends_order(b, table->items[i].triple, LINUX);

		for (const char *const *name = order->backends; *name; name++)
			if (!text_is(*name, "native"))
				assert_non_null(backends_tools(b, *name));
	}
	assert_null(backends_tools(b, "native"));
	targets_free(table);
	backends_free(b);
}

/* ---- the data file, entry by entry ---- */

static struct toml *
data(void)
{
	const struct data_file *file = data_find("data/backends.toml");
	struct err err = ERR_INIT;
	struct toml *doc = toml_parse(file->bytes, file->len, file->name, &err);

	if (!doc)
		fail_msg("%s", err.message);
	return doc;
}

/* No pattern stands for nothing, but for Alpine's own triples, which only its rustc knows. */
static void
patterns_fit_targets(void **state)
{
	static const char *const lists[] = { "native", "order", "backend" };
	struct target_table *table = targets_load(NULL, true);
	struct toml *doc = data();

	for (size_t l = 0; l < COUNT(lists); l++) {
		const struct toml_value *entries = toml_get(toml_root(doc), lists[l]);

		assert_true(toml_count(entries) > 0);
		for (size_t i = 0; i < toml_count(entries); i++) {
			const struct toml_value *globs = toml_get(toml_at(entries, i), "targets");

			for (size_t g = 0; g < toml_count(globs); g++) {
				const char *glob = toml_string(toml_at(globs, g), "");
				bool fits = strstr(glob, "-alpine-") != NULL;

				for (size_t t = 0; t < table->len && !fits; t++)
					fits = text_fits(table->items[t].triple, glob);
				if (!fits)
					fail_msg("%s fits no target", glob);
			}
		}
	}
	toml_free(doc);
	targets_free(table);
}

static bool
has_package(const char *program)
{
	for (int pm = PM_APT; pm <= PM_PYPI; pm++)
		if (packages_for((enum package_manager)pm, program).package)
			return true;
	return false;
}

/* What no package manager brings: each is known to be so. */
static const char *const unpackaged[] = {
	"aarch64-w64-mingw32-clang",
	"armv6-linux-gnueabihf-gcc",
	"i686-linux-musl-gcc",
	"i686-w64-mingw32-clang",
	"link.exe",
	"loongarch64-linux-musl-gcc",
	"loongarch64-unknown-linux-gnu-gcc",
	"powerpc-linux-gnuspe-gcc",
	"powerpc64-linux-musl-gcc",
	"powerpc64le-linux-musl-gcc",
	"riscv32-linux-gnu-gcc",
	"riscv64-linux-musl-gcc",
	"rust-lld", /* comes with rustc */
	"x86_64--netbsd-gcc",
	"x86_64-w64-mingw32-clang",
};

static bool
is_unpackaged(const char *program)
{
	for (size_t i = 0; i < COUNT(unpackaged); i++)
		if (text_is(unpackaged[i], program))
			return true;
	return false;
}

static void
check_programs(const struct toml_value *list, unsigned *seen)
{
	for (size_t i = 0; i < toml_count(list); i++) {
		const char *program = toml_string(toml_at(list, i), NULL);

		if (!program) { /* rows of names, of which one is wanted */
			check_programs(toml_at(list, i), seen);
			continue;
		}
		if (has_package(program) == is_unpackaged(program))
			fail_msg("%s: %s", program,
				has_package(program) ? "has a package" : "no package brings it");
		for (size_t u = 0; u < COUNT(unpackaged); u++)
			seen[u] += text_is(unpackaged[u], program);
	}
}

/* Whatever is missing can be installed: for each linker, compiler, tool and runner a package is known,
 * or it is known that there is none. */
static void
programs_have_packages(void **state)
{
	static const char *const lists[] = { "linkers", "cc", "tools", "runner" };
	unsigned seen[COUNT(unpackaged)] = { 0 };
	struct toml *doc = data();
	const struct toml_value *native = toml_get(toml_root(doc), "native");
	const struct toml_value *backend = toml_get(toml_root(doc), "backend");

	for (size_t i = 0; i < toml_count(native); i++)
		for (size_t l = 0; l < COUNT(lists); l++)
			check_programs(toml_get(toml_at(native, i), lists[l]), seen);
	for (size_t i = 0; i < toml_count(backend); i++)
		check_programs(toml_get(toml_at(backend, i), "tools"), seen);
	for (size_t u = 0; u < COUNT(unpackaged); u++)
		if (!seen[u])
			fail_msg("%s is not looked for", unpackaged[u]);
	toml_free(doc);
}

/* What goes with a linker goes with every target of its entry: a sysroot is put into the arguments
 * that ask for it, and only qemu gets one for its runner. */
static void
entries_are_whole(void **state)
{
	struct toml *doc = data();
	const struct toml_value *native = toml_get(toml_root(doc), "native");

	for (size_t i = 0; i < toml_count(native); i++) {
		const struct toml_value *e = toml_at(native, i), *args = toml_get(e, "link-args");
		const char *runner = toml_string(toml_at(toml_get(e, "runner"), 0), "");
		bool wants_sysroot = false;

		for (size_t a = 0; a < toml_count(args); a++)
			wants_sysroot |=
				strstr(toml_string(toml_at(args, a), ""), "{sysroot}") != NULL;
		if (wants_sysroot != (toml_get(e, "sysroot") != NULL))
			fail_msg("line %d: sysroot", toml_line(e));
		if (toml_get(e, "runner-sysroot") && !text_starts(runner, "qemu-"))
			fail_msg("line %d: runner-sysroot", toml_line(e));
	}
	toml_free(doc);
}

/* A module that imports proc_exit and whose _start calls it with 7. */
static const unsigned char ends_with_seven[] = { 0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 2, 96, 1, 127,
	0, 96, 0, 0, 2, 36, 1, 22, 119, 97, 115, 105, 95, 115, 110, 97, 112, 115, 104, 111, 116, 95,
	112, 114, 101, 118, 105, 101, 119, 49, 9, 112, 114, 111, 99, 95, 101, 120, 105, 116, 0, 0,
	3, 2, 1, 1, 5, 3, 1, 0, 1, 7, 19, 2, 6, 109, 101, 109, 111, 114, 121, 2, 0, 6, 95, 115, 116,
	97, 114, 116, 0, 1, 10, 8, 1, 6, 0, 65, 7, 16, 0, 11 };

/* Where node is the runner of wasip1, programs run under it and end with their own status. */
static void
node_runs_wasi(void **state)
{
	char path[] = "/tmp/test_backend_XXXXXX", *node = proc_find_program("node");
	struct backends *b = load();
	const char *script = backends_native(b, "wasm32-wasip1", LINUX)->runner_node;
	const char *const argv[] = { "node", "--no-warnings", "-e", script, path, NULL };
	struct proc_spec spec = { .argv = argv };
	struct proc_result result = { 0 };
	int fd = mkstemp(path);

	assert_true(write(fd, ends_with_seven, sizeof(ends_with_seven)) == sizeof(ends_with_seven));
	close(fd);
	if (node) {
		assert_true(proc_capture(&spec, 65536, 60000, &result, NULL));
		assert_string_equal(str_cstr(&result.err), "");
		assert_int_equal(result.end.exit_code, 7);
	}
	proc_result_fini(&result);
	unlink(path);
	backends_free(b);
	if (!node) {
		print_message("SKIPPED node_runs_wasi: no node\n");
		skip();
	}
	free(node);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(platforms_are_known),
		cmocka_unit_test(backends_know_their_reach),
		cmocka_unit_test(orders_name_known_backends),
		cmocka_unit_test(patterns_fit_targets),
		cmocka_unit_test(programs_have_packages),
		cmocka_unit_test(entries_are_whole),
		cmocka_unit_test(node_runs_wasi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
