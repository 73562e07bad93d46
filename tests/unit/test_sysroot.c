/* sysroot: the store as folders on disk, and what is known of FreeBSD's releases. */
#include "tests/unit/check.h"
#include <unistd.h>
#include "base/alloc.h"
#include "base/data.h"
#include "base/path.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/unpack.h"
#include "ready/sysroot.h"
#include "text/json.h"
#include "text/version.h"
#include "unit/triples.h"

#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

struct place {
	char dir[40];
	char *store;
};

static int
place_setup(void **state)
{
	struct place *p = xcalloc(1, sizeof(*p));

	memcpy(p->dir, "/tmp/test_sysroot_XXXXXX", 25);
	assert_non_null(mkdtemp(p->dir));
	setenv("XDG_DATA_HOME", p->dir, 1);
	p->store = sysroot_store();
	*state = p;
	return 0;
}

static int
place_teardown(void **state)
{
	struct place *p = *state;

	file_remove_tree(p->dir, NULL);
	free(p->store);
	free(p);
	return 0;
}

static char *
tree_path(struct place *p, const char *triple, const char *version)
{
	return path_joinf(p->store, "%s/%s", triple, version);
}

/* A tree with a file and a link, and its record. */
static void
put_tree(struct place *p, const char *triple, const char *version)
{
	char *dir = tree_path(p, triple, version), *file = path_join(dir, "lib/a"),
	     *link = path_join(dir, "lib/b");
	struct sysroot s = { .url = (char *)"http://x/base.txz",
		.sha256 = (char *)ABC,
		.added = 5,
		.files = 1,
		.bytes = 3 };
	struct str files = STR_INIT;

	assert_true(file_write(file, SPAN("abc"), NULL));
	assert_int_equal(symlink("a", link), 0);
	sysroot_add_file(&files, &(struct unpack_member){ UNPACK_DIR, "lib", NULL, 0, NULL });
	sysroot_add_file(&files, &(struct unpack_member){ UNPACK_FILE, "lib/a", NULL, 3, ABC });
	sysroot_add_file(&files, &(struct unpack_member){ UNPACK_LINK, "lib/b", "a", 0, NULL });
	assert_true(sysroot_write_record(&s, dir, str_span(&files), NULL));
	str_fini(&files);
	free(link);
	free(file);
	free(dir);
}

/* ---- the store ---- */

/* All trees by target, then release as numbers; what begins with a dot, or is no folder, is none. */
static void
listed(void **state)
{
	struct place *p = *state;
	struct sysroot_list list;
	char *stray = path_joinf(p->store, FREEBSD "/stray");

	assert_true(sysroot_list_read(NULL, &list, NULL));
	assert_int_equal(list.count, 0);
	put_tree(p, FREEBSD, "14.10");
	put_tree(p, FREEBSD, "14.4");
	put_tree(p, FREEBSD, ".unpack-abc");
	put_tree(p, "aarch64-unknown-freebsd", "15.1");
	assert_true(file_write(stray, SPAN("x"), NULL));
	assert_true(sysroot_list_read(NULL, &list, NULL));
	assert_int_equal(list.count, 3);
	assert_string_equal(list.items[0].triple, "aarch64-unknown-freebsd");
	assert_string_equal(list.items[1].version, "14.4");
	assert_string_equal(list.items[2].version, "14.10");
	assert_string_equal(list.items[1].url, "http://x/base.txz");
	assert_string_equal(list.items[1].sha256, ABC);
	assert_int_equal(list.items[1].added, 5);
	assert_int_equal(list.items[1].files, 1);
	assert_int_equal(list.items[1].bytes, 3);
	sysroot_list_fini(&list);
	assert_true(sysroot_list_read(FREEBSD, &list, NULL));
	assert_int_equal(list.count, 2);
	sysroot_list_fini(&list);
	free(stray);
}

/* The oldest release is taken where nobody says which; a folder that somebody else put there counts. */
static void
found(void **state)
{
	struct place *p = *state;
	struct sysroot s;
	char *other = tree_path(p, FREEBSD, "13.5");

	assert_false(sysroot_find(FREEBSD, NULL, &s));
	put_tree(p, FREEBSD, "15.1");
	put_tree(p, FREEBSD, "14.10");
	assert_true(sysroot_find(FREEBSD, NULL, &s));
	assert_string_equal(s.version, "14.10");
	sysroot_fini(&s);
	assert_true(sysroot_find(FREEBSD, "15.1", &s));
	assert_string_equal(s.version, "15.1");
	sysroot_fini(&s);
	assert_false(sysroot_find(FREEBSD, "14.4", &s));
	assert_true(file_make_dirs(other, 0755, NULL));
	assert_true(sysroot_find(FREEBSD, NULL, &s));
	assert_string_equal(s.path, other);
	assert_null(s.url);
	sysroot_fini(&s);
	free(other);
}

/* Where the store is not there, nothing is found, and that is no error. */
static void
homeless(void **state)
{
	struct sysroot_list list;
	char *home = xstrdup(getenv("HOME"));

	(void)state;
	setenv("XDG_DATA_HOME", "relative", 1);
	setenv("HOME", "/nonexistent", 1);
	assert_true(sysroot_list_read(NULL, &list, NULL));
	assert_int_equal(list.count, 0);
	setenv("HOME", home, 1);
	free(home);
}

/* ---- verifying ---- */

static void
check(struct place *p, const char *problems)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct sysroot s;

	assert_true(sysroot_find(FREEBSD, "14.4", &s));
	if (!sysroot_verify(&s, &text, &err))
		fail_msg("%s", err.message);
	assert_string_equal(str_cstr(&text), problems);
	sysroot_fini(&s);
	str_fini(&text);
	(void)p;
}

static void
put(struct place *p, const char *path, const char *text)
{
	char *full = path_joinf(p->store, FREEBSD "/14.4/%s", path);

	unlink(full);
	assert_true(file_write(full, span_of(text), NULL));
	free(full);
}

static void
point(struct place *p, const char *path, const char *target)
{
	char *full = path_joinf(p->store, FREEBSD "/14.4/%s", path);

	unlink(full);
	if (target)
		assert_int_equal(symlink(target, full), 0);
	free(full);
}

/* Files that are missing, changed, new, or of another kind are told, one line each. */
static void
verified(void **state)
{
	struct place *p = *state;

	put_tree(p, FREEBSD, "14.4");
	check(p, "");
	put(p, "lib/a", "abd");
	check(p, "lib/a: is not what it was\n");
	point(p, "lib/a", NULL);
	check(p, "lib/a: is missing\n");
	point(p, "lib/a", "b");
	check(p, "lib/a: is not what it was\n");
	put(p, "lib/a", "abc");
	point(p, "lib/b", "c");
	check(p, "lib/b: leads elsewhere than it did\n");
	put(p, "lib/b", "abc");
	check(p, "lib/b: is not what it was\n");
	point(p, "lib/b", "a");
	put(p, "usr/new", "x");
	check(p, "usr/new: was not there\n");
}

/* A tree without a record cannot be checked, and the way out is said. */
static void
no_record(void **state)
{
	struct place *p = *state;
	char *dir = tree_path(p, FREEBSD, "14.4");
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct sysroot s;

	assert_true(file_make_dirs(dir, 0755, NULL));
	assert_true(sysroot_find(FREEBSD, NULL, &s));
	assert_false(sysroot_verify(&s, &text, &err));
	assert_non_null(strstr(err.message, "it has no record"));
	assert_string_equal(err.remedy, "xtui sysroot remove " FREEBSD " --version 14.4");
	sysroot_fini(&s);
	free(dir);
}

/* ---- removing, locking ---- */

/* A removed tree is gone, the target's folder with the last one; the others stay. */
static void
removed(void **state)
{
	struct place *p = *state;
	char *home = path_join(p->store, FREEBSD);
	struct sysroot s;

	put_tree(p, FREEBSD, "14.4");
	put_tree(p, FREEBSD, "15.1");
	assert_true(sysroot_find(FREEBSD, "14.4", &s));
	assert_true(sysroot_remove(&s, NULL));
	sysroot_fini(&s);
	assert_true(sysroot_find(FREEBSD, NULL, &s));
	assert_string_equal(s.version, "15.1");
	assert_true(sysroot_remove(&s, NULL));
	sysroot_fini(&s);
	assert_false(file_exists(home));
	free(home);
}

/* While one process changes a target's trees another is refused; what killed ones left is cleared. */
static void
locked(void **state)
{
	struct place *p = *state;
	char *left = path_joinf(p->store, FREEBSD "/.unpack-dead/lib/x");
	struct err err = ERR_INIT;
	int first, second;

	assert_true(file_write(left, SPAN("x"), NULL));
	first = sysroot_lock(FREEBSD, &err);
	assert_true(first >= 0);
	assert_false(file_exists(left));
	assert_true(sysroot_lock(FREEBSD, &err) < 0);
	assert_non_null(strstr(err.message, "another xtui is changing its sysroots"));
	second = sysroot_lock("aarch64-unknown-freebsd", &err);
	assert_true(second >= 0);
	close(second);
	close(first);
	first = sysroot_lock(FREEBSD, &err);
	assert_true(first >= 0);
	close(first);
	free(left);
}

/* ---- FreeBSD ---- */

/* Each target of the table is one of rustc's; its releases stand in order, have ends that are dates, and
 * hashes that are hashes. */
static void
table_holds(void **state)
{
	const struct data_file *file = data_find("data/targets.json");
	struct str text = STR_INIT;
	const char *triple;

	(void)state;
	str_append_bytes(&text, file->bytes, file->len);
	for (size_t i = 0; (triple = sysroot_target_at(i)); i++) {
		const struct sysroot_release *list;
		size_t count = sysroot_releases(triple, &list);

		assert_non_null(strstr(str_cstr(&text), triple));
		assert_true(sysroot_is_for(triple));
		assert_true(count > 0);
		for (size_t n = 0; n < count; n++) {
			const char *hash = sysroot_known_sha256(triple, list[n].version);

			assert_true(version_is(list[n].version));
			assert_int_equal(strlen(list[n].ends), 10);
			assert_true(!hash || digest_is_hex(hash));
			assert_true(
				!n || version_compare(list[n - 1].version, list[n].version) < 0);
			assert_true(sysroot_check_version(triple, list[n].version, NULL));
		}
	}
	assert_false(sysroot_is_for("x86_64-unknown-linux-gnu"));
	str_fini(&text);
}

/* The oldest release that has support on the day; when all have ended, the newest there is. */
static void
default_by_day(void **state)
{
	static const struct {
		const char *triple, *day, *version;
	} cases[] = {
		{ FREEBSD, "2026-01-01", "13.5" },
		{ FREEBSD, "2026-04-30", "13.5" },
		{ FREEBSD, "2026-05-01", "14.3" },
		{ FREEBSD, "2026-11-21", "14.4" },
		{ FREEBSD, "2027-01-01", "14.5" },
		{ FREEBSD, "2040-01-01", "15.1" },
		{ "i686-unknown-freebsd", "2040-01-01", "14.5" },
		{ "x86_64-unknown-linux-gnu", "2026-11-21", NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *version = sysroot_version_on(cases[i].triple, cases[i].day);

		if (!text_is(version, cases[i].version))
			fail_msg("%s on %s: %s", cases[i].triple, cases[i].day, version);
	}
}

/* Releases newer than those that are known can be asked for; those that cannot be are told apart. */
static void
versions(void **state)
{
	static const struct {
		const char *triple, *version, *text; /* NULL: it can be */
	} cases[] = {
		{ FREEBSD, "14.4", NULL },
		{ FREEBSD, "16.0", NULL },
		{ FREEBSD, "12.4", NULL },
		{ FREEBSD, "11.4", "FreeBSD 11.4: Rust's std needs 12 or later" },
		{ FREEBSD, "14", "\"14\" is no release of FreeBSD" },
		{ FREEBSD, "../14.4", "is no release of FreeBSD" },
		{ FREEBSD, "14.4/..", "is no release of FreeBSD" },
		{ FREEBSD, "14.4.1", "is no release of FreeBSD" },
		{ FREEBSD, "", "is no release of FreeBSD" },
		{ "i686-unknown-freebsd", "14.4", NULL },
		{ "i686-unknown-freebsd", "15.0",
			"FreeBSD 15.0 is not made for i686-unknown-freebsd, 14.x is the last" },
		{ "x86_64-unknown-netbsd", "10.0", "no sysroot is known for it" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = ERR_INIT;
		bool ok = sysroot_check_version(cases[i].triple, cases[i].version, &err);

		if (ok != !cases[i].text || (!ok && !strstr(err.message, cases[i].text)))
			fail_msg("%s %s: %s", cases[i].triple, cases[i].version, err.message);
	}
}

/* Where servers keep a release, and what clang calls it. */
static void
addresses(void **state)
{
	(void)state;
	assert_text(sysroot_remote_dir(FREEBSD, "14.4", false), "amd64/amd64/14.4-RELEASE");
	assert_text(sysroot_remote_dir(FREEBSD, "14.4", true), "amd64/14.4-RELEASE");
	assert_text(sysroot_remote_dir("powerpc64le-unknown-freebsd", "15.1", false),
		"powerpc/powerpc64le/15.1-RELEASE");
	assert_null(sysroot_remote_dir("x86_64-unknown-netbsd", "10.0", false));
	assert_text(sysroot_clang_target(FREEBSD, "14.4"), "x86_64-unknown-freebsd14");
	assert_text(sysroot_clang_target("riscv64gc-unknown-freebsd", "15.1"),
		"riscv64-unknown-freebsd15");
}

#define PLACE_TEST(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(listed),
		PLACE_TEST(found),
		PLACE_TEST(homeless),
		PLACE_TEST(verified),
		PLACE_TEST(no_record),
		PLACE_TEST(removed),
		PLACE_TEST(locked),
		cmocka_unit_test(table_holds),
		cmocka_unit_test(default_by_day),
		cmocka_unit_test(versions),
		cmocka_unit_test(addresses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
