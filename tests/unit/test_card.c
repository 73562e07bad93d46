#include "artifact/card.h"
#include "artifact/card_json.h"
#include "artifact/card_text.h"
#include "artifact/fits.h"
#include "artifact/runson.h"
#include "base/data.h"
#include "check.h"
#include "corpus.h"
#include "rust/targets.h"
#include "tests/fuzz/fuzz_elf.c"
#include "text/toml.h"
#include "text/version.h"

/* A card as it would be for a program of this kind; the caller changes what it wants. */
static struct card *
program(const char *arch, const char *os, const char *libc)
{
	struct card *card = card_new("/t/greet");

	card->format = FORMAT_ELF;
	card->kind = KIND_EXECUTABLE;
	card->arch = arch;
	card->bits = strstr(arch, "64") ? 64 : 32;
	card->endian = ENDIAN_LITTLE;
	card->os = os;
	card->libc = libc;
	card->linkage = LINKAGE_DYNAMIC;
	return card;
}

static struct card *
glibc_program(const char *arch, const char *min_glibc)
{
	struct card *card = program(arch, "linux", "glibc");

	card->min_glibc = min_glibc;
	return card;
}

/* --- where it runs --- */

static const char *
since(const struct card *card, const char *name)
{
	for (size_t i = 0; i < card->runs_on.len; i++)
		if (text_is(card->runs_on.items[i].name, name))
			return card->runs_on.items[i].since;
	return NULL;
}

/* The oldest version of each distribution that has the glibc, and has the architecture. */
static void
distributions(void **state)
{
	static const struct {
		const char *arch, *glibc, *name, *since;
	} rows[] = {
		{ "x86_64", "2.17", "Debian", "8 (jessie)" },
		{ "x86_64", "2.17", "RHEL and kin", "7" }, { "x86_64", "2.17", "Ubuntu", "14.04" },
		{ "x86_64", "2.28", "Debian", "10 (buster)" },
		{ "x86_64", "2.28", "RHEL and kin", "8" },
		{ "x86_64", "2.29", "RHEL and kin", "9" },
		{ "x86_64", "2.34", "Amazon Linux", "2023" },
		{ "x86_64", "2.36", "Debian", "12 (bookworm)" },
		{ "x86_64", "2.39", "Ubuntu", "24.04" }, { "x86_64", "2.2.5", "SUSE", "11" },
		{ "aarch64", "2.17", "RHEL and kin", "8" },
		{ "riscv64", "2.27", "Debian", "13 (trixie)" },
		{ "loongarch64", "2.36", "Debian", NULL }, { "x86_64", "9.9", "Debian", NULL },
		{ "x86_64", "2.17", "Alpine", NULL },
		{ "x86_64", "2.17", "manylinux", NULL }, /* for libraries only */
	};
	struct runson *r = runson_load(NULL);

	assert_non_null(r);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct card *card = glibc_program(rows[i].arch, rows[i].glibc);

		runson_fill(r, card);
		if (!text_is(since(card, rows[i].name), rows[i].since))
			fail_msg("%s with glibc %s: %s %s", rows[i].arch, rows[i].glibc,
				rows[i].name, since(card, rows[i].name));
		card_free(card);
	}
	runson_free(r);
}

/* Byte orders that share a name are not taken for each other. */
static void
byte_orders(void **state)
{
	struct runson *r = runson_load(NULL);
	struct card *card = glibc_program("powerpc64", "2.17");

	runson_fill(r, card);
	assert_string_equal(since(card, "RHEL and kin"), "7");
	card_free(card);
	card = glibc_program("powerpc64", "2.17");
	card->endian = ENDIAN_BIG;
	runson_fill(r, card);
	assert_null(since(card, "RHEL and kin"));
	card_free(card);
	runson_free(r);
}

static void
needs(struct card *card, const char *library, const char *version)
{
	struct card_version v = { .library = library, .name = version, .count = 1 };

	vec_push(&card->needed, library);
	if (version)
		vec_push(&card->versions, v);
}

/* The tag of a wheel holds for all libraries and all families of versions, or there is none. */
static void
wheels(void **state)
{
	struct runson *r = runson_load(NULL);
	struct card *card = glibc_program("x86_64", "2.5");

	card->kind = KIND_SHARED;
	needs(card, "libc.so.6", "GLIBC_2.5");
	needs(card, "libstdc++.so.6", "GLIBCXX_3.4.21");
	runson_fill(r, card);
	assert_string_equal(since(card, "manylinux"), "2_24"); /* because of the C++ library */
	needs(card, "libssl.so.3", NULL);
	vec_clear(&card->runs_on);
	runson_fill(r, card);
	assert_null(since(card, "manylinux"));
	card_free(card);
	card = program("aarch64", "linux", "musl");
	card->kind = KIND_SHARED;
	card->min_musl = "1.2.2";
	needs(card, "libc.so", NULL);
	runson_fill(r, card);
	assert_string_equal(since(card, "musllinux"), "1_2");
	assert_string_equal(since(card, "Alpine"), "3.13");
	card_free(card);
	runson_free(r);
}

/* Other systems tell by their own figures; a static program of Linux runs on any. */
static void
other_systems(void **state)
{
	struct runson *r = runson_load(NULL);
	struct card *card = program("x86_64", "freebsd", "freebsd");

	needs(card, "libc.so.7", "FBSD_1.6");
	runson_fill(r, card);
	assert_string_equal(since(card, "FreeBSD"), "13");
	card_free(card);
	card = program("aarch64", "android", "bionic");
	card->min_os = "Android API 23";
	runson_fill(r, card);
	assert_string_equal(since(card, "Android"), "6.0");
	card_free(card);
	card = program("aarch64", "macos", "libSystem");
	card->min_macos = "10.12";
	runson_fill(r, card);
	assert_string_equal(since(card, "macOS"), "11 (Big Sur)"); /* the first on ARM */
	card_free(card);
	card = program("x86_64", "windows", "ucrt");
	card->min_windows_subsystem = "6.1";
	runson_fill(r, card);
	assert_string_equal(since(card, "Windows"), "7");
	card_free(card);
	card = program("x86_64", "linux", "musl");
	card->linkage = LINKAGE_STATIC_PIE;
	runson_fill(r, card);
	assert_int_equal(card->runs_on.len, 1);
	assert_string_equal(card->runs_on.items[0].name, "any Linux");
	card_free(card);
	runson_free(r);
}

/* The table is sound: figures never fall, every version that an architecture waits for is there,
 * and every one has its day. */
static void
table_is_sound(void **state)
{
	const struct data_file *file = data_find("data/distributions.toml");
	struct toml *doc = toml_parse(file->bytes, file->len, file->name, NULL);
	const struct toml_value *systems = toml_get(toml_root(doc), "system");

	assert_true(toml_count(systems) > 8);
	for (size_t i = 0; i < toml_count(systems); i++) {
		const struct toml_value *system = toml_at(systems, i);
		const struct toml_value *versions = toml_get(system, "versions");
		const struct toml_value *arches = toml_get(system, "arches");
		const char *before = NULL;

		for (size_t v = 0; v < toml_count(versions); v++) {
			const struct toml_value *version = toml_at(versions, v);
			const char *has = toml_string(toml_get(version, "has"), NULL);

			assert_true(version_compare(before, has) <= 0);
			assert_int_equal(toml_text(toml_get(version, "released")).len, 10);
			before = has;
		}
		assert_non_null(toml_string(toml_get(arches, "x86_64"), NULL));
		for (size_t a = 0; a < toml_count(arches); a++) {
			const char *from = toml_string(toml_at(arches, a), "-");
			bool found = !*from;

			for (size_t v = 0; v < toml_count(versions); v++)
				found |= text_is(from,
					toml_string(toml_get(toml_at(versions, v), "version"), ""));
			if (!found)
				fail_msg("%s: no version %s",
					toml_string(toml_get(system, "name"), ""), from);
		}
	}
	toml_free(doc);
}

/* --- does it fit --- */

static bool
fits(struct card *card, const char *triple, const char *floor)
{
	struct target_table *table = targets_load(NULL, true);
	struct floor parsed;

	vec_clear(&card->misfits);
	if (floor)
		assert_true(floor_parse(&parsed, floor, NULL));
	if (triple)
		assert_non_null(targets_find(table, triple));
	fits_check(card, triple ? targets_find(table, triple) : NULL, floor ? &parsed : NULL);
	targets_free(table);
	assert_int_equal(card->fits == TELL_NO, card->misfits.len > 0);
	return card->fits == TELL_YES;
}

static bool
says(const struct card *card, const char *text)
{
	for (size_t i = 0; i < card->misfits.len; i++)
		if (strstr(card->misfits.items[i], text))
			return true;
	return false;
}

/* A file fits the target that it was built for, and no other; the reason is said. */
static void
targets(void **state)
{
	static const struct {
		const char *triple, *why; /* NULL: fits */
	} rows[] = {
		{ "x86_64-unknown-linux-gnu", NULL },
		{ "x86_64-unknown-linux-musl", "has musl" },
		{ "aarch64-unknown-linux-gnu", "is aarch64" },
		{ "i686-unknown-linux-gnu", "is x86" },
		{ "x86_64-unknown-linux-gnux32", "has 32" },
		{ "x86_64-unknown-freebsd", "is freebsd" },
		{ "x86_64-pc-windows-gnu", "wants pe" },
		{ "x86_64-apple-darwin", "wants mach-o" },
		{ "wasm32-wasip1", "wants wasm" },
	};
	struct card *card = glibc_program("x86_64", "2.28");

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(fits(card, rows[i].triple, NULL), rows[i].why == NULL);
		if (rows[i].why && !says(card, rows[i].why))
			fail_msg("%s: %s", rows[i].triple, card->misfits.items[0]);
	}
	fits_check(card, NULL, NULL);
	card->linkage = LINKAGE_STATIC; /* brings its own */
	card->libc = "musl";
	assert_true(fits(card, "x86_64-unknown-linux-gnu", NULL));
	card->endian = ENDIAN_BIG;
	assert_false(fits(card, "x86_64-unknown-linux-gnu", NULL));
	card_free(card);
}

/* ARM's float ABIs and versions, which share a name, are told apart. */
static void
arms(void **state)
{
	struct card *card = program("arm", "linux", "glibc");

	card->arch_note = "ARMv7-A, hard float";
	card_add_detail(card, "float_abi", "float ABI", "hard");
	assert_true(fits(card, "armv7-unknown-linux-gnueabihf", NULL));
	assert_false(fits(card, "armv7-unknown-linux-gnueabi", NULL));
	assert_true(says(card, "soft float"));
	assert_false(fits(card, "arm-unknown-linux-gnueabihf", NULL));
	assert_true(says(card, "ARMv7"));
	card->arch_note = "ARMv6, hard float";
	assert_true(fits(card, "armv7-unknown-linux-gnueabihf", NULL));
	card_free(card);
}

/* A floor that does not hold names each version above it and a symbol that asks for it. */
static void
floors(void **state)
{
	struct card *card = glibc_program("x86_64", "2.34");
	struct card_version rows[] = { { "libc.so.6", "GLIBC_2.2.5", "puts", NULL, 30, false },
		{ "libc.so.6", "GLIBC_2.34", "pthread_join", "std (std::thread::join)", 3, false },
		{ "libm.so.6", "GLIBC_2.29", "exp", NULL, 1, false },
		{ "libc.so.6", "GLIBC_2.38", "strlcpy", NULL, 1, true } };

	for (size_t i = 0; i < COUNT(rows); i++)
		vec_push(&card->versions, rows[i]);
	assert_true(fits(card, NULL, "glibc-2.34"));
	assert_true(fits(card, NULL, "glibc-2.100"));
	assert_false(fits(card, "x86_64-unknown-linux-gnu", "glibc-2.17"));
	assert_int_equal(card->misfits.len, 3);
	assert_true(says(card,
		"pthread_join and 2 more of libc.so.6 ask for GLIBC_2.34; used by std "
		"(std::thread::join)"));
	assert_true(says(card, "exp of libm.so.6 asks for GLIBC_2.29"));
	assert_false(fits(card, NULL, "macos-11.0"));
	assert_true(says(card, "not for macOS"));
	card_free(card);
	card = program("x86_64", "freebsd", "freebsd");
	card->min_os = "FreeBSD 14.1";
	assert_true(fits(card, NULL, "freebsd-14.1"));
	assert_false(fits(card, NULL, "freebsd-13"));
	card_free(card);
}

/* Floors are read strictly. */
static void
floor_words(void **state)
{
	static const char *const wrong[] = { "", "glibc", "glibc-", "glibc-2.", "glibc-x", "2.17",
		"libc-2.17", "glibc-2.17 ", "glibc-1.2.3.4.5.6.7.8.9.10.11.12.13" };
	struct err err = ERR_INIT;
	struct floor floor;

	for (size_t i = 0; i < COUNT(wrong); i++) {
		assert_false(floor_parse(&floor, wrong[i], &err));
		assert_int_equal(err_exit_code(&err), 2);
	}
	assert_true(floor_parse(&floor, "android-21", &err));
	assert_int_equal(floor.kind, FLOOR_ANDROID);
	assert_string_equal(floor.version, "21");
}

/* A fat file fits a target when a slice does, and a floor when all do. */
static void
slices(void **state)
{
	struct card *card = card_new("fat"), *part;
	static const char *const arches[] = { "x86_64", "aarch64" };
	static const char *const floors[] = { "10.12", "11.0" };

	card->format = FORMAT_MACHO;
	for (size_t i = 0; i < 2; i++) {
		part = program(arches[i], "macos", "libSystem");
		part->format = FORMAT_MACHO;
		part->min_macos = floors[i];
		vec_push(&card->parts, part);
	}
	assert_true(fits(card, "aarch64-apple-darwin", NULL));
	for (size_t i = 0; i < 2; i++)
		vec_clear(&card->parts.items[i]->misfits);
	assert_false(fits(card, "x86_64-unknown-linux-gnu", NULL));
	for (size_t i = 0; i < 2; i++)
		vec_clear(&card->parts.items[i]->misfits);
	assert_false(fits(card, NULL, "macos-10.15"));
	assert_true(says(card, "aarch64"));
	card_free(card);
}

/* --- in words --- */

/* One line says what a file is, and what it runs on. */
static void
lines(void **state)
{
	struct card *card = glibc_program("x86_64", "2.17");
	struct str text = STR_INIT;

	card_title(card, &text);
	assert_string_equal(text.data, "executable for x86_64 Linux, dynamic");
	str_clear(&text);
	card_floor(card, "≥", &text);
	assert_string_equal(text.data, "glibc ≥ 2.17");
	card->kind = KIND_OBJECT;
	str_clear(&text);
	card_floor(card, "≥", &text);
	assert_int_equal(text.len, 0);
	card->kind = KIND_EXECUTABLE;
	card->min_glibc = NULL;
	card->linkage = LINKAGE_STATIC;
	card_floor(card, ">=", &text);
	assert_string_equal(text.data, "any Linux x86_64");
	str_fini(&text);
	card_free(card);
}

/* Nothing of a file's reaches the terminal but its letters. */
static void
cleaned(void **state)
{
	struct card *card = glibc_program("x86_64", "2.17");
	struct card_rows rows = { 0 };

	needs(card, "lib\x1b]52;c;aGk=\x07.so\r\n\xff", "GLIBC_\x1b[31m");
	card->soname = "a\tb";
	card_add_detail(card, "d", "d", "%s",
		"\x9b"
		"31m");
	card_add_problem(card, true, "p", "%s", "bell\a");
	card_rows_fill(&rows, card, true);
	for (size_t i = 0; i < rows.list.len; i++)
		for (const char *p = rows.list.items[i].text; *p; p++)
			assert_true((unsigned char)*p >= ' ' && *p != 127);
	card_rows_fini(&rows);
	card_free(card);
}

/* What the fuzzer has learnt stays learnt. */
static void
corpus(void **state)
{
	corpus_replay("tests/corpus/elf");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distributions),
		cmocka_unit_test(byte_orders),
		cmocka_unit_test(wheels),
		cmocka_unit_test(other_systems),
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(targets),
		cmocka_unit_test(arms),
		cmocka_unit_test(floors),
		cmocka_unit_test(floor_words),
		cmocka_unit_test(slices),
		cmocka_unit_test(lines),
		cmocka_unit_test(cleaned),
		cmocka_unit_test(corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
