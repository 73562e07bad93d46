/* sysroot_freebsd: which releases of FreeBSD have a base archive, where, and with which hash.
 *
 * Sources: FreeBSD's port misc/freebsd-release-manifests (hashes), its release schedule (ends of support;
 * those of 14.5 and 15.1 are expected dates), rustc's platform-support/freebsd (std runs on 12 and
 * later). FreeBSD 15 has no 32-bit platforms; base.txz for armv6 and armv7 ended with 14.0. Distribution
 * sets are promised for all of 15.x. Checked 2026-11-21. */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/path.h"
#include "base/str.h"
#include "io/file.h"
#include "ready/sysroot.h"

#define OLDEST_MAJOR 12

struct freebsd_target {
	const char *triple;
	const char *folder; /* below releases/ */
	int last_major;     /* the last with this platform; 0: it goes on */
	unsigned machine;   /* e_machine of its objects */
	unsigned bits;
};

static const struct freebsd_target targets[] = {
	{ "x86_64-unknown-freebsd", "amd64/amd64", 0, 62, 64 },
	{ "aarch64-unknown-freebsd", "arm64/aarch64", 0, 183, 64 },
	{ "i686-unknown-freebsd", "i386/i386", 14, 3, 32 },
	{ "powerpc64-unknown-freebsd", "powerpc/powerpc64", 14, 21, 64 },
	{ "powerpc64le-unknown-freebsd", "powerpc/powerpc64le", 0, 21, 64 },
	{ "riscv64gc-unknown-freebsd", "riscv/riscv64", 0, 243, 64 },
};

static const struct sysroot_release releases[] = {
	{ "13.5", "2026-04-30" },
	{ "14.3", "2026-06-30" },
	{ "14.4", "2026-12-31" },
	{ "14.5", "2027-06-30" },
	{ "15.0", "2026-09-30" },
	{ "15.1", "2027-03-31" },
};
#define RELEASE_COUNT (COUNT(releases))

/* SHA-256 of base.txz. */
static const struct {
	const char *folder, *version, *sha256;
} hashes[] = {
	{ "amd64/amd64", "13.5",
		"5307c7699365834c9dd66216b774197af34c62b68fa9f526651c7081d8e1c5a5" },
	{ "amd64/amd64", "14.3",
		"e38b5cf756d60086a6c2f736eff19cc7685f7e2313e31d14342fc8df57200a92" },
	{ "amd64/amd64", "14.4",
		"769f60a6eea2938ad6b7943cfbcc17dfaf7d1f7ba59a32b869a00349302df853" },
	{ "amd64/amd64", "14.5",
		"d16b68fe0e9e136ce67ab1084042c848bbffecd1eb295f206bd1c6785deb45a4" },
	{ "amd64/amd64", "15.0",
		"ac0c933cc02ee8af4da793f551e4a9a15cdcf0e67851290b1e8c19dd6d30bba8" },
	{ "amd64/amd64", "15.1",
		"3768988b151c20f965679062b065c63a977d6bbb9f47fd83695ec2c40790c18f" },
	{ "arm64/aarch64", "13.5",
		"5accbba73bcaedd43b2628ad8c2997b6bee02503854098e08c83890559bd2bdf" },
	{ "arm64/aarch64", "14.3",
		"f83e824cb7a20dbadb2888a8bd253e6a1ac35024cc6dc8af9f3e229f75ec7129" },
	{ "arm64/aarch64", "14.4",
		"c456bf75ee3d0b4da0b0b527402b0a9e61497f02756b2cc5801b51e80b3f90c4" },
	{ "arm64/aarch64", "14.5",
		"4b7a61ed4ddbd598b5048d5800898ba0d43dcba4cdb12ba58302e0202eaa26aa" },
	{ "arm64/aarch64", "15.0",
		"d63d5c5bd01a1e2d8b990102abd5077a26e8232bb1d02234deaed420e71f1343" },
	{ "arm64/aarch64", "15.1",
		"5b7a46a0abfbe23a1d4454b5600e2efcfce16b705bc7e9c851c37470c035ef98" },
	{ "i386/i386", "13.5", "a9ba8b48662e148e60e97a3b530d877feb51681c7da7e237efc2611116cf76d6" },
	{ "i386/i386", "14.3", "7b7994fb8e574a4a157b75c47025377c7a7cba3e79d7381c088f98058f5688e5" },
	{ "i386/i386", "14.4", "ebf70c34b274fcb3fed3d4b3a07bda0f4d630bd296314869d10780effbe9b928" },
	{ "i386/i386", "14.5", "df050ced51cf418072e601b297a24dce9dc872f834d3a64bbacc4b13167d9c66" },
	{ "powerpc/powerpc64", "14.4",
		"eebd82d4e38df1459cbee5a1a5310065b2844dc8491d9624ab4f3a11d21636de" },
	{ "powerpc/powerpc64", "14.5",
		"8fd7610d1a2f0521c609e2a1f9c34b1c437d0a02354e5937700c27828a863da4" },
	{ "powerpc/powerpc64le", "14.4",
		"1ad047e7e2b724021e290860b85aa9f21dd6ac51220c66089524792856d2845a" },
	{ "powerpc/powerpc64le", "14.5",
		"9aa1bc878bef02efb16371edcd8b9845d0f7c3eb2879af796afd012ef76c8e1a" },
	{ "powerpc/powerpc64le", "15.0",
		"ffb0ae63503e3db73dfedbaa5c38db4958314535ad5aa2077e13c231b38a48bf" },
	{ "powerpc/powerpc64le", "15.1",
		"0726f197b48d9b7aced73bb3a179bb2dffa312f302527e92cb995b44d517cfce" },
	{ "riscv/riscv64", "14.4",
		"89b88a03130cf09fcf28ce811180a923d359bbda68254a14584cc006a9b91b48" },
	{ "riscv/riscv64", "14.5",
		"c2765dc6ff076740873390ef5ca43f937181343ff292dfce8ba8a449a5037b1e" },
	{ "riscv/riscv64", "15.0",
		"04c0fc3a2ce38c1249e43e4614a4a53509aa563af340e2af59c3263051a80fc2" },
	{ "riscv/riscv64", "15.1",
		"2a655295d3536848fb1c07c4ab55142ea15043b928490f4be098a984d12e6828" },
};

static const struct freebsd_target *
find_target(const char *triple)
{
	for (size_t i = 0; i < COUNT(targets); i++)
		if (text_is(targets[i].triple, triple))
			return &targets[i];
	return NULL;
}

static bool
has_platform(const struct freebsd_target *t, const char *version)
{
	return !t->last_major || atoi(version) <= t->last_major;
}

bool
sysroot_is_for(const char *triple)
{
	return find_target(triple) != NULL;
}

const char *
sysroot_target_at(size_t i)
{
	return i < COUNT(targets) ? targets[i].triple : NULL;
}

size_t
sysroot_releases(const char *triple, const struct sysroot_release **list)
{
	const struct freebsd_target *t = find_target(triple);
	size_t count = 0;

	*list = releases;
	while (t && count < RELEASE_COUNT && has_platform(t, releases[count].version))
		count++;
	return count;
}

const char *
sysroot_version_on(const char *triple, const char *day)
{
	const struct sysroot_release *list;
	size_t count = sysroot_releases(triple, &list);

	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].ends, day) >= 0)
			return list[i].version;
	return count ? list[count - 1].version : NULL;
}

const char *
sysroot_today(char day[SYSROOT_DAY_SIZE])
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(day, SYSROOT_DAY_SIZE, "%Y-%m-%d", gmtime_r(&now, &tm));
	return day;
}

const char *
sysroot_default_version(const char *triple)
{
	char day[SYSROOT_DAY_SIZE];

	return sysroot_version_on(triple, sysroot_today(day));
}

static bool
is_number(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] < '0' || s.data[i] > '9')
			return false;
	return s.len > 0 && s.len < 4;
}

bool
sysroot_check_version(const char *triple, const char *version, struct err *err)
{
	const struct freebsd_target *t = find_target(triple);
	struct span minor, major = span_cut(span_of(version), '.', &minor);

	if (!t) {
		err_set(err, ERR_FAILED, "%s: no sysroot is known for it", triple);
		return err_try(err, "xtui sysroot list");
	}
	if (!is_number(major) || !is_number(minor)) {
		err_set(err, ERR_USAGE, "\"%s\" is no release of FreeBSD", version);
		return err_try(err, "--version 14.4");
	}
	if (atoi(version) < OLDEST_MAJOR)
		return err_set(err, ERR_USAGE, "FreeBSD %s: Rust's std needs %d or later", version,
			OLDEST_MAJOR);
	if (!has_platform(t, version))
		return err_set(err, ERR_USAGE, "FreeBSD %s is not made for %s, %d.x is the last",
			version, triple, t->last_major);
	return true;
}

const char *
sysroot_known_sha256(const char *triple, const char *version)
{
	const struct freebsd_target *t = find_target(triple);

	for (size_t i = 0; t && i < COUNT(hashes); i++)
		if (text_is(hashes[i].folder, t->folder) && text_is(hashes[i].version, version))
			return hashes[i].sha256;
	return NULL;
}

char *
sysroot_remote_dir(const char *triple, const char *version, bool is_short)
{
	const struct freebsd_target *t = find_target(triple);
	struct span rest, first;

	if (!t)
		return NULL;
	first = span_cut(span_of(t->folder), '/', &rest);
	if (!is_short)
		return xasprintf("%s/%s-RELEASE", t->folder, version);
	return xasprintf("%.*s/%s-RELEASE", (int)first.len, first.data, version);
}

char *
sysroot_clang_target(const char *triple, const char *version)
{
	/* clang has no sub-architecture in this name: the letters are the default set. */
	bool is_riscv = text_starts(triple, "riscv64gc-");

	return xasprintf(
		"%s%s%d", is_riscv ? "riscv64" : "", triple + (is_riscv ? 9 : 0), atoi(version));
}

/* -- what a tree holds ------------------------------------------------------------------------- */

/* Class, byte order and machine, as they stand at the beginning of an object. */
static bool
is_object_for(const struct freebsd_target *t, const struct str *object)
{
	const unsigned char *bytes = (const unsigned char *)object->data;
	bool is_big;
	unsigned machine;

	if (object->len < 20 || memcmp(bytes, "\177ELF", 4) != 0)
		return false;
	is_big = bytes[5] == 2;
	machine = is_big ? bytes[18] << 8 | bytes[19] : bytes[19] << 8 | bytes[18];
	return bytes[4] == (t->bits == 64 ? 2 : 1) && machine == t->machine &&
		is_big == text_is(t->triple, "powerpc64-unknown-freebsd");
}

bool
sysroot_check_tree(const char *triple, const char *dir, struct err *err)
{
	const struct freebsd_target *t = find_target(triple);
	char *path = path_join(dir, "usr/lib/crt1.o");
	struct str object = STR_INIT;
	bool ok = true;

	if (!file_read(path, &object, NULL))
		ok = err_set(err, ERR_FAILED, "there is no usr/lib/crt1.o in it: no FreeBSD base");
	else if (!is_object_for(t, &object))
		ok = err_set(err, ERR_FAILED, "usr/lib/crt1.o is not for %s", triple);
	str_fini(&object);
	free(path);
	return ok;
}

/* __FreeBSD_version is 1403000 for 14.3, and counts on from there. */
char *
sysroot_tree_version(const char *dir)
{
	static const char define[] = "\n#define __FreeBSD_version ";
	char *path = path_join(dir, "usr/include/sys/param.h"), *version = NULL;
	struct str text = STR_INIT;
	long number = 0, place;

	if (file_read(path, &text, NULL)) {
		place = span_find(str_span(&text), span_of(define));
		if (place >= 0)
			number = strtol(text.data + place + sizeof(define) - 1, NULL, 10);
	}
	if (number >= 1000000)
		version = xasprintf("%ld.%ld", number / 100000, number / 1000 % 100);
	str_fini(&text);
	free(path);
	return version;
}
