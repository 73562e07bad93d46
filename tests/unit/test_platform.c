#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/path.h"
#include "host/platform.h"
#include "io/file.h"
#include "unit/folder.h"

static char *root; /* a fresh file tree for each test */

static int
setup(void **state)
{
	root = folder_new();
	return 0;
}

static int
teardown(void **state)
{
	folder_remove(root);
	return 0;
}

static void
put(const char *name, const char *text)
{
	folder_put(root, name, text, 0644);
}

/* This machine has a triple that rustc would know, at least one processor, and memory. */
static void
this_machine(void **state)
{
	const struct platform *p = platform_get();

	assert_ptr_equal(p, platform_get());
	assert_true(p->cpus >= 1 && p->cpus <= sysconf(_SC_NPROCESSORS_CONF));
	assert_true(p->memory > 16u << 20);
	assert_int_equal(p->is_root, geteuid() == 0);
	assert_ptr_equal(strstr(p->triple, p->arch), p->triple);
#if defined(__linux__) && defined(__x86_64__) && defined(__GLIBC__)
	assert_string_equal(p->os, "linux");
	assert_string_equal(p->arch, "x86_64");
	assert_string_equal(p->triple, "x86_64-unknown-linux-gnu");
	assert_false(p->is_musl);
#endif
}

static void *
ask(void *arg)
{
	return (void *)platform_get();
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
		assert_ptr_equal(answer, platform_get());
	}
}

/* The distribution is read from os-release in all its spellings, and its absence is no error. */
static void
distributions(void **state)
{
	static const struct {
		const char *file, *text, *distribution, *pretty;
	} cases[] = {
		{ "etc/os-release",
			"NAME=x\nID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n",
			"debian", "Debian GNU/Linux 12 (bookworm)" },
		{ "etc/os-release",
			"ID=\"opensuse-tumbleweed\"\nID_LIKE=\"suse\"\nPRETTY_NAME='o S'",
			"opensuse-tumbleweed", "o S" },
		{ "etc/os-release", "# ID=wrong\n\nVERSION_ID=1\nPRETTY_NAME=\n", "", "" },
		{ "etc/os-release", "ID=\"\n=\n====\n", "\"", "" },
		{ "usr/lib/os-release", "ID=alpine\n", "alpine", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct platform p;

		put(cases[i].file, cases[i].text);
		platform_read(root, &p);
		assert_string_equal(p.distribution, cases[i].distribution);
		assert_string_equal(p.pretty, cases[i].pretty);
		assert_true(file_remove_tree(root, NULL));
	}
}

/* The host's libc is the one its shell runs on, even when the other's loader lies about. */
static void
libc_of_the_host(void **state)
{
	struct platform p;

	put("lib/ld-musl-x86_64.so.1", "");
	put("bin/sh", "\177ELF..../lib64/ld-linux-x86-64.so.2....");
	platform_read(root, &p);
	assert_false(p.is_musl);
	put("bin/sh", "\177ELF..../lib/ld-musl-x86_64.so.1....");
	platform_read(root, &p);
#ifdef __linux__
	assert_true(p.is_musl);
	assert_non_null(strstr(p.triple, "-unknown-linux-musl"));
#endif
}

/* A container's share of the processors and memory counts, not the whole machine's; the tightest of
 * the groups around us binds. */
static void
cgroups_count(void **state)
{
	int all = platform_get()->cpus;
	static const struct {
		const char *cgroup;      /* /proc/self/cgroup */
		const char *files[3][2]; /* name below /sys/fs/cgroup, text */
		int cpus;                /* 0: all */
		uint64_t memory;         /* 0: all */
	} cases[] = {
		{ "", { { NULL } }, 0, 0 },
		{ "0::/\n", { { "/cpu.max", "max 100000\n" }, { "/memory.max", "max\n" } }, 0, 0 },
		{ "0::/\n", { { "/cpu.max", "100000 100000\n" }, { "/memory.max", "5000000\n" } },
			1, 5000000 },
		{ "0::/\n", { { "/cpu.max", "20000 100000\n" } }, 1, 0 },
		{ "0::/a/b\n",
			{ { "/a/cpu.max", "150000 100000\n" }, { "/a/b/cpu.max", "max 100000\n" },
				{ "/a/memory.max", "7000000" } },
			1, 7000000 },
		{ "0::/gone/from/here\n", { { "/cpu.max", "100000 100000\n" } }, 1, 0 },
		{ "0::/../..\n", { { "/cpu.max", "100000 100000\n" } }, 1, 0 },
		{ "3:cpuset:/\n2:cpu,cpuacct:/x\n1:memory:/x\n",
			{ { "/cpu,cpuacct/x/cpu.cfs_quota_us", "100000\n" },
				{ "/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n" },
				{ "/memory/memory.limit_in_bytes", "6000000\n" } },
			1, 6000000 },
		{ "2:cpu:/\n",
			{ { "/cpu/cpu.cfs_quota_us", "-1\n" },
				{ "/cpu/cpu.cfs_period_us", "100000\n" } },
			0, 0 },
		{ "2:cpu:/\n",
			{ { "/cpu/cpu.cfs_quota_us", "1000\n" },
				{ "/cpu/cpu.cfs_period_us", "0\n" } },
			0, 0 },
		{ "nonsense\n::\n:\n\n0::\n", { { NULL } }, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct platform p;

		put("proc/self/cgroup", cases[i].cgroup);
		for (int f = 0; f < 3 && cases[i].files[f][0]; f++) {
			char *name = path_joinf("sys/fs/cgroup", "%s", cases[i].files[f][0] + 1);
			put(name, cases[i].files[f][1]);
			free(name);
		}
		platform_read(root, &p);
		assert_true(p.cpus == cases[i].cpus || (!cases[i].cpus && p.cpus >= all));
		assert_true(p.memory == cases[i].memory ||
			(!cases[i].memory && p.memory >= platform_get()->memory));
		assert_true(file_remove_tree(root, NULL));
	}
}

/* The running program can be found again. */
static void
program_path(void **state)
{
	char *path = platform_program_path();

	assert_non_null(path);
	assert_true(file_is_executable(path));
	assert_string_equal(path_basename(path), "test_platform");
	free(path);
}

#define in_root(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_machine),
		cmocka_unit_test(asked_on_threads),
		in_root(distributions),
		in_root(libc_of_the_host),
		in_root(cgroups_count),
		cmocka_unit_test(program_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
