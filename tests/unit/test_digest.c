/* digest, library: what libcrypto says, and what is said where a library lacks something. */
#include "tests/unit/check.h"
#include "io/digest.h"
#include "io/file.h"
#include "io/library.h"
#include <unistd.h>

/* The vectors of FIPS 180-2, and one digest after the other from the same struct. */
static void
vectors(void **state)
{
	static const struct {
		const char *text;
		int times;
		const char *hex;
	} cases[] = {
		{ "", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
			"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "aaaaaaaaaa", 100000,
			"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0" },
	};
	struct err err = ERR_INIT;
	struct digest *d = digest_new(&err);
	char hex[DIGEST_HEX_LEN + 1];

	assert_non_null(d);
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int n = 0; n < cases[i].times; n++)
			digest_add(d, cases[i].text, strlen(cases[i].text));
		digest_take(d, hex);
		assert_string_equal(hex, cases[i].hex);
		assert_true(digest_is_hex(hex));
	}
	digest_free(d);
	digest_free(NULL);
}

/* A file's digest is that of its bytes; one that cannot be read is named. */
static void
files(void **state)
{
	char path[] = "/tmp/test_digest_XXXXXX", hex[DIGEST_HEX_LEN + 1];
	struct err err = ERR_INIT;

	close(mkstemp(path));
	assert_true(file_write(path, SPAN("abc"), &err));
	assert_true(digest_file(path, hex, &err));
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	unlink(path);
	assert_false(digest_file(path, hex, &err));
	assert_non_null(strstr(err.message, path));
}

/* Only 64 hex digits are a SHA-256. */
static void
hex_digits(void **state)
{
	static const char *const bad[] = { "", "abc",
		"g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550" };

	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(digest_is_hex(bad[i]));
	assert_false(digest_is_hex(NULL));
	assert_true(
		digest_is_hex("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"));
}

/* A library that lacks a function is too old, and what to install is said; loading twice is one. */
static void
old_library(void **state)
{
	static const char *const good[] = { "EVP_sha256", "EVP_MD_CTX_new" };
	static const char *const bad[] = { "EVP_sha256", "EVP_of_tomorrow" };
	void *table[2] = { NULL }, *again[2];
	struct err err = ERR_INIT;

	assert_false(library_load(LIBRARY_CRYPTO, bad, table, sizeof(table), &err));
	assert_non_null(strstr(err.message, "libcrypto: the one on this machine is too old"));
	assert_non_null(strstr(err.message, "EVP_of_tomorrow"));
	assert_non_null(strstr(err.remedy, "libssl3"));
	assert_int_equal(err.kind, ERR_ENVIRONMENT);
	memset(table, 0, sizeof(table));
	assert_true(library_load(LIBRARY_CRYPTO, good, table, sizeof(table), &err));
	memcpy(again, table, sizeof(table));
	assert_true(library_load(LIBRARY_CRYPTO, good, table, sizeof(table), &err));
	assert_memory_equal(again, table, sizeof(table));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(files),
		cmocka_unit_test(hex_digits),
		cmocka_unit_test(old_library),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
