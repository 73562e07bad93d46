/* platform: uname, os-release, cgroups, and what only one system has. */
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __linux__
#include <sched.h>
#endif
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif
#if defined(__APPLE__) || defined(__FreeBSD__)
#include <sys/sysctl.h>
#endif
#include "base/alloc.h"
#include "base/count.h"
#include "base/str.h"
#include "host/platform.h"
#include "io/file.h"

#define NO_LIMIT UINT64_MAX

static void
set(char *field, size_t size, struct span value)
{
	snprintf(field, size, "%.*s", (int)value.len, value.data);
}

#define set_field(field, value) set((field), sizeof(field), (value))

/* Names of systems: uname's, ours, and what stands behind the processor in a triple. */
static const struct system {
	const char *uname, *os, *triple;
	bool has_libcs; /* the triple goes on with the libc */
} systems[] = {
	{ "Linux", "linux", "unknown-linux", true },
	{ "Darwin", "macos", "apple-darwin" },
	{ "FreeBSD", "freebsd", "unknown-freebsd" },
	{ "NetBSD", "netbsd", "unknown-netbsd" },
	{ "OpenBSD", "openbsd", "unknown-openbsd" },
	{ "DragonFly", "dragonfly", "unknown-dragonfly" },
};

/* Names of processors: uname's, then as in a triple. */
static const struct {
	const char *machine, *arch;
} machines[] = {
	{ "amd64", "x86_64" },
	{ "arm64", "aarch64" },
	{ "i386", "i686" },
	{ "i586", "i686" },
	{ "armv7l", "armv7" },
	{ "armv8l", "armv7" },
	{ "armv6l", "arm" },
	{ "ppc64le", "powerpc64le" },
	{ "ppc64", "powerpc64" },
	{ "ppc", "powerpc" },
	{ "riscv64", "riscv64gc" },
};

/* What this program was made for: under a 64-bit kernel the system's programs may be 32-bit ones. */
static const char *
own_machine(const char *machine)
{
#if defined(__i386__)
	return "i686";
#elif defined(__arm__)
	return strcmp(machine, "armv6l") ? "armv7l" : machine;
#else
	return machine;
#endif
}

static const char *
arch_name(const char *machine)
{
	for (size_t i = 0; i < COUNT(machines); i++)
		if (text_is(machines[i].machine, machine))
			return machines[i].arch;
	return machine;
}

/* The first bytes of a file below root; empty when it cannot be read. Caller: str_fini. */
static struct str
read_below(const char *root, const char *name)
{
	char *path = xasprintf("%s%s", root, name);
	struct str text = STR_INIT;

	file_read(path, &text, NULL);
	free(path);
	return text;
}

/* musl is the libc when the shell asks for musl's loader: a Debian may have musl's as well. */
static bool
has_musl(const char *root)
{
	struct str shell = read_below(root, "/bin/sh");
	struct span head = { shell.data, shell.len < 4096 ? shell.len : 4096 };
	bool musl = head.len && span_find(head, SPAN("/ld-musl-")) >= 0;

	str_fini(&shell);
	return musl;
}

static struct span
unquoted(struct span value)
{
	bool quoted = value.len >= 2 && (value.data[0] == '"' || value.data[0] == '\'') &&
		value.data[value.len - 1] == value.data[0];

	return quoted ? (struct span){ value.data + 1, value.len - 2 } : value;
}

static void
read_os_release(const char *root, struct platform *p)
{
	struct str text = read_below(root, "/etc/os-release");
	struct span rest, line, key, value;

	if (!text.len) {
		str_fini(&text);
		text = read_below(root, "/usr/lib/os-release");
	}
	for (rest = str_span(&text); rest.len;) {
		line = span_cut(rest, '\n', &rest);
		key = span_cut(line, '=', &value);
		value = unquoted(span_trim(value));
		if (span_is(key, "ID"))
			set_field(p->distribution, value);
		else if (span_is(key, "PRETTY_NAME"))
			set_field(p->pretty, value);
	}
	str_fini(&text);
}

static const struct system *
find_system(const char *uname)
{
	for (size_t i = 0; i < COUNT(systems); i++)
		if (text_is(systems[i].uname, uname))
			return &systems[i];
	return &systems[0];
}

static void
set_triple(struct platform *p, const struct system *system)
{
	bool is_arm = text_is(p->arch, "armv7") || text_is(p->arch, "arm");
	struct str triple = STR_INIT;

	str_appendf(&triple, "%s-%s", p->arch, system->triple);
	if (system->has_libcs)
		str_append(&triple, p->is_musl ? "-musl" : "-gnu");
	if (system->has_libcs && is_arm)
		str_append(&triple, "eabihf");
	set_field(p->triple, str_span(&triple));
	str_fini(&triple);
}

static void
read_names(const char *root, struct platform *p)
{
	const struct system *system;
	struct utsname name;

	uname(&name);
	system = find_system(name.sysname);
	set_field(p->os, span_of(system->os));
	set_field(p->arch, span_of(arch_name(own_machine(name.machine))));
	p->is_musl = system->has_libcs && has_musl(root);
	set_triple(p, system);
}

static int
affinity_cpus(void)
{
	long online = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 0)
		return CPU_COUNT(&set);
#endif
	return online > 0 ? (int)online : 1;
}

static uint64_t
physical_memory(void)
{
#ifdef __APPLE__
	uint64_t bytes = 0;
	size_t size = sizeof(bytes);

	sysctlbyname("hw.memsize", &bytes, &size, NULL, 0);
	return bytes;
#else
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
#endif
}

/* The number in a file of the cgroup; NO_LIMIT when there is none ("max", -1, no file). */
static uint64_t
cgroup_number(const char *dir, const char *name)
{
	struct str text = read_below(dir, name);
	uint64_t number = NO_LIMIT;

	if (text.len && text.data[0] >= '0' && text.data[0] <= '9')
		number = strtoull(text.data, NULL, 10);
	str_fini(&text);
	return number;
}

/* Whole processors, at least one. */
static uint64_t
quota_cpus(uint64_t quota, uint64_t period)
{
	if (quota == NO_LIMIT || period == NO_LIMIT || period == 0)
		return NO_LIMIT;
	return quota >= period ? quota / period : 1;
}

static uint64_t
cgroup_cpus(const char *dir)
{
	struct str max = read_below(dir, "/cpu.max");
	uint64_t quota, period, cpus = NO_LIMIT;

	if (sscanf(str_cstr(&max), "%" SCNu64 " %" SCNu64, &quota, &period) == 2)
		cpus = quota_cpus(quota, period);
	else
		cpus = quota_cpus(cgroup_number(dir, "/cpu.cfs_quota_us"),
			cgroup_number(dir, "/cpu.cfs_period_us"));
	str_fini(&max);
	return cpus;
}

static uint64_t
cgroup_memory(const char *dir)
{
	uint64_t now = cgroup_number(dir, "/memory.max");
	uint64_t old = cgroup_number(dir, "/memory.limit_in_bytes");

	return now < old ? now : old;
}

/* The least limit from a cgroup up to the top: each one binds those below it. */
static uint64_t
least_upwards(const char *top, struct span group, uint64_t (*limit_of)(const char *dir))
{
	uint64_t least = NO_LIMIT, limit;
	char *dir = xasprintf("%s%.*s", top, (int)group.len, group.data);
	size_t top_len = strlen(top);

	for (;;) {
		limit = limit_of(dir);
		least = limit < least ? limit : least;
		if (strlen(dir) <= top_len)
			break;
		*strrchr(dir, '/') = '\0';
	}
	free(dir);
	return least;
}

static bool
list_has(struct span list, const char *word)
{
	while (list.len)
		if (span_is(span_cut(list, ',', &list), word))
			return true;
	return false;
}

/* The least limit of `controller` over the cgroups this process is in. A line of the file is
 * "<number>:<controllers>:<group>", without controllers for version 2. */
static uint64_t
cgroup_limit(const char *root, const char *controller, uint64_t (*limit_of)(const char *dir))
{
	struct str text = read_below(root, "/proc/self/cgroup");
	struct span rest = str_span(&text), line, controllers, group;
	uint64_t least = NO_LIMIT, limit;

	while (rest.len) {
		line = span_cut(rest, '\n', &rest);
		span_cut(line, ':', &line);
		controllers = span_cut(line, ':', &group);
		if (controllers.len && !list_has(controllers, controller))
			continue;
		char *top = xasprintf("%s/sys/fs/cgroup%s%.*s", root, controllers.len ? "/" : "",
			(int)controllers.len, controllers.data);
		limit = least_upwards(top, group, limit_of);
		least = limit < least ? limit : least;
		free(top);
	}
	str_fini(&text);
	return least;
}

#ifdef __APPLE__
static void
read_macos(struct platform *p)
{
	char version[32] = "";
	size_t size = sizeof(version);

	sysctlbyname("kern.osproductversion", version, &size, NULL, 0);
	set_field(p->distribution, SPAN("macos"));
	snprintf(p->pretty, sizeof(p->pretty), "macOS %s", version);
}
#endif

void
platform_read(const char *root, struct platform *p)
{
	uint64_t cpus, memory;

	*p = (struct platform){ 0 };
	read_names(root, p);
#ifdef __APPLE__
	read_macos(p);
#else
	read_os_release(root, p);
#endif
	cpus = cgroup_limit(root, "cpu", cgroup_cpus);
	p->cpus = affinity_cpus();
	p->cpus = cpus < (uint64_t)p->cpus ? (int)cpus : p->cpus;
	memory = cgroup_limit(root, "memory", cgroup_memory);
	p->memory = physical_memory();
	p->memory = memory < p->memory ? memory : p->memory;
	p->is_root = geteuid() == 0;
}

static struct platform here; /* written once, by platform_get */

static void
read_glibc(struct platform *p)
{
#ifdef _CS_GNU_LIBC_VERSION
	char text[32] = ""; /* "glibc 2.36" */

	if (confstr(_CS_GNU_LIBC_VERSION, text, sizeof(text)) && text_starts(text, "glibc "))
		set_field(p->glibc, span_of(text + strlen("glibc ")));
#endif
}

static void
read_here(void)
{
	platform_read("", &here);
	read_glibc(&here);
}

const struct platform *
platform_get(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, read_here);
	return &here;
}

#if defined(__linux__)
/* A program that was replaced while it runs is "<path> (deleted)": the new one is at <path>. */
char *
platform_program_path(void)
{
	static const char deleted[] = " (deleted)";
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len < 0)
		return NULL;
	path[len] = '\0';
	if (!file_exists(path) && text_ends(path, deleted))
		path[(size_t)len - strlen(deleted)] = '\0';
	return file_exists(path) ? xstrdup(path) : NULL;
}
#elif defined(__APPLE__)
char *
platform_program_path(void)
{
	char path[PATH_MAX];
	uint32_t size = sizeof(path);

	return _NSGetExecutablePath(path, &size) == 0 ? file_real_path(path) : NULL;
}
#elif defined(__FreeBSD__)
char *
platform_program_path(void)
{
	int name[] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
	char path[PATH_MAX];
	size_t size = sizeof(path);

	return sysctl(name, 4, path, &size, NULL, 0) == 0 ? xstrdup(path) : NULL;
}
#else
char *
platform_program_path(void)
{
	return file_real_path("/proc/curproc/exe");
}
#endif
