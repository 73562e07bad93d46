/* toolchain: see toolchain.h.
 *
 * First the programs are found (files only), then rustc's own account of itself is recalled from
 * the cache or asked for. A cache file is one rustc: a version line, a line with its path and
 * identity, "<key>\t<value>" lines, and CACHE_END, without which the file is a cut one. */
#include "rust/toolchain.h"
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "base/count.h"
#include "base/log.h"
#include "base/path.h"
#include "host/packages.h"
#include "io/file.h"
#include "rust/rustcache.h"
#include "rust/rustup.h"

#define CACHE_VERSION "xtui-rustc 1"
#define CACHE_END "end\n"
#ifdef __APPLE__
#define LIBRARY_PATH_VARIABLE "DYLD_FALLBACK_LIBRARY_PATH"
#else
#define LIBRARY_PATH_VARIABLE "LD_LIBRARY_PATH"
#endif
#define RUSTC_TIMEOUT_MS 20000
#define RUSTC_ANSWER_MAX (1u << 16)

struct programs {
	char *cargo, *rustc; /* as found, maybe proxies; rustc may be NULL */
	bool cargo_is_proxy;
	bool rustc_is_proxy;
	bool rustc_is_given; /* by the variable RUSTC */
	char *rustup;
};

static void
programs_fini(struct programs *p)
{
	free(p->cargo);
	free(p->rustc);
	free(p->rustup);
}

/* rustup's folder, where cargo is in it though PATH does not lead there: a shell begun before rustup was
 * installed, or one that does not read its profile. NULL: it is not. */
static char *
bin_beside_path(void)
{
	char *home = rustup_cargo_home(), *bin = home ? path_join(home, "bin") : NULL;
	char *cargo = bin ? path_join(bin, "cargo") : NULL;

	if (cargo && !file_exists(cargo)) {
		free(bin);
		bin = NULL;
	}
	free(cargo);
	free(home);
	return bin;
}

static bool
err_no_cargo(struct err *err)
{
	char *beside = bin_beside_path();

	if (beside) {
		char *shown = path_shown(beside, NULL);
		err_set(err, ERR_ENVIRONMENT, "no cargo found on PATH, though there is one in %s",
			shown);
		err_try(err, "export PATH=\"%s:$PATH\"", beside);
		free(shown);
		free(beside);
		return false;
	}
	struct package_answer answer = packages_for(packages_manager(), "cargo");
	char *command = answer.package
		? packages_install_command(packages_manager(), &answer.package, 1)
		: NULL;

	err_set(err, ERR_ENVIRONMENT, "no cargo found on PATH");
	if (command)
		err_try(err, "%s, or rustup from https://rustup.rs", command);
	else
		err_try(err, "rustup from https://rustup.rs");
	free(command);
	return false;
}

static bool
programs_find(struct programs *p, struct err *err)
{
	const char *given = getenv("RUSTC");

	*p = (struct programs){ .cargo = proc_find_program("cargo"),
		.rustup = proc_find_program("rustup"),
		.rustc_is_given = given && *given };
	if (!p->cargo)
		return err_no_cargo(err);
	p->rustc = proc_find_program(p->rustc_is_given ? given : "rustc");
	if (p->rustc_is_given && !p->rustc)
		return err_set(err, ERR_ENVIRONMENT, "RUSTC: %s: not found", given);
	p->cargo_is_proxy = rustup_is_proxy(p->cargo);
	p->rustc_is_proxy = p->rustc && rustup_is_proxy(p->rustc);
	return true;
}

/* --- which programs --- */

/* PATH as rustup gives it to a toolchain's programs: CARGO_HOME/bin first where it is absent. */
static char *
child_path(void)
{
	const char *path = getenv("PATH");
	char *home = rustup_cargo_home();
	char *bin = home ? path_join(home, "bin") : NULL;
	char *longer = NULL;
	struct span rest = span_of(path ? path : "");
	bool has = !bin;

	while (rest.len && !has)
		has = span_is(span_cut(rest, ':', &rest), bin);
	if (!has)
		longer = path && *path ? xasprintf("%s:%s", bin, path) : xstrdup(bin);
	free(bin);
	free(home);
	return longer;
}

/* The search path for the toolchain's own shared libraries, as rustup sets it. */
static char *
child_libraries(const char *dir)
{
	const char *old = getenv(LIBRARY_PATH_VARIABLE);

	return old && *old ? xasprintf("%s/lib:%s", dir, old) : xasprintf("%s/lib", dir);
}

static bool
lie_apart(const char *a, const char *b)
{
	char *real_a = file_real_path(a), *real_b = file_real_path(b);
	char *dir_a = real_a ? path_dirname(real_a) : NULL,
	     *dir_b = real_b ? path_dirname(real_b) : NULL;
	bool apart = !text_is(dir_a, dir_b);

	free(dir_b);
	free(dir_a);
	free(real_b);
	free(real_a);
	return apart;
}

/* `is_asked`: --toolchain names it, whatever is on PATH. */
static void
use_rustup(
	struct toolchain *tc, const struct programs *p, struct rustup_choice *choice, bool is_asked)
{
	bool takes_cargo = p->cargo_is_proxy || is_asked;
	bool takes_rustc = p->rustc_is_proxy || (!p->rustc_is_given && (is_asked || !p->rustc));

	tc->rustup_home = rustup_home();
	tc->rustup_name = xstrdup(choice->name);
	tc->child_path = child_path();
	tc->cargo = takes_cargo ? path_join(choice->cargo_root, "bin/cargo") : xstrdup(p->cargo);
	tc->child_home = takes_cargo ? rustup_cargo_home() : NULL;
	if (!takes_rustc)
		return;
	tc->kind = TOOLCHAIN_RUSTUP;
	tc->name = choice->name;
	tc->origin = choice->origin;
	tc->child_libraries = child_libraries(choice->root);
	tc->sysroot = choice->root;
	tc->rustc = path_join(choice->root, "bin/rustc");
	tc->sets_rustc = !p->rustc_is_proxy;
	tc->is_mixed = !takes_cargo && lie_apart(tc->cargo, tc->rustc);
	choice->name = choice->origin = choice->root = NULL;
}

/* A rustc that lies in one of rustup's toolchains belongs to it, however it was found. */
static void
look_for_rustup_around(struct toolchain *tc)
{
	char *home = rustup_home(), *below = home ? path_join(home, "toolchains") : NULL;
	char *toolchains = below ? file_real_path(below) : NULL, *rustc = file_real_path(tc->rustc);
	char *bin = rustc ? path_dirname(rustc) : NULL, *root = bin ? path_dirname(bin) : NULL;
	char *parent = root ? path_dirname(root) : NULL;

	if (toolchains && text_is(parent, toolchains)) {
		tc->kind = TOOLCHAIN_RUSTUP;
		tc->name = xstrdup(path_basename(root));
		tc->sysroot = root;
		root = NULL;
	}
	free(parent);
	free(root);
	free(bin);
	free(rustc);
	free(toolchains);
	free(below);
	free(home);
}

static void
use_found(struct toolchain *tc, const struct programs *p)
{
	tc->kind = TOOLCHAIN_SYSTEM;
	tc->origin = xstrdup(p->rustc_is_given ? "RUSTC" : "PATH");
	tc->rustc = xstrdup(p->rustc);
	if (!tc->cargo)
		tc->cargo = xstrdup(p->cargo);
	look_for_rustup_around(tc);
	tc->is_mixed = (tc->rustup_name || tc->kind == TOOLCHAIN_RUSTUP) &&
		lie_apart(tc->cargo, tc->rustc);
	if (!tc->name)
		tc->name = xstrdup("system");
}

static bool
choose_rustup(struct toolchain *tc, const struct programs *p, const struct toolchain_query *query,
	struct err *err)
{
	struct rustup_choice choice;

	if (query->override && !p->cargo_is_proxy && !p->rustup)
		return err_set(err, ERR_ENVIRONMENT,
			"--toolchain %s: there is no rustup here, only %s", query->override,
			p->cargo);
	if (!rustup_choose(query->dir, query->override, &choice, err))
		return false;
	use_rustup(tc, p, &choice, query->override != NULL);
	rustup_choice_fini(&choice);
	return true;
}

static bool
err_no_program(const struct toolchain *tc, const char *name, struct err *err)
{
	if (!tc->rustup_name)
		return err_set(err, ERR_ENVIRONMENT, "no %s found on PATH", name);
	err_set(err, ERR_ENVIRONMENT, "the toolchain %s has no %s", tc->rustup_name, name);
	return err_try(err, "rustup component add %s --toolchain %s", name, tc->rustup_name);
}

/* Fills kind, name, origin, the programs and, for rustup's, the sysroot. */
static bool
choose_programs(struct toolchain *tc, const struct toolchain_query *query, struct err *err)
{
	struct programs p;
	bool ok = programs_find(&p, err);

	tc->rustup = xstrdup(p.rustup);
	if (ok && (p.cargo_is_proxy || p.rustc_is_proxy || query->override))
		ok = choose_rustup(tc, &p, query, err);
	if (ok && !tc->rustc && !p.rustc)
		ok = err_no_program(tc, "rustc", err);
	if (ok && !tc->rustc)
		use_found(tc, &p);
	if (ok && !file_is_executable(tc->cargo))
		ok = err_no_program(tc, "cargo", err);
	programs_fini(&p);
	return ok;
}

/* --- what rustc says --- */

/* One row per fact that is kept; `line` is how `rustc -vV` calls it, NULL when asked otherwise. */
static const struct fact {
	const char *key;
	const char *line;
	size_t offset;
	bool required;
} facts[] = {
	{ "host", "host", offsetof(struct toolchain, host), true },
	{ "release", "release", offsetof(struct toolchain, release), true },
	{ "commit", "commit-hash", offsetof(struct toolchain, commit), true },
	{ "commit-date", "commit-date", offsetof(struct toolchain, commit_date), false },
	{ "llvm", "LLVM version", offsetof(struct toolchain, llvm), false },
	{ "sysroot", NULL, offsetof(struct toolchain, sysroot), true },
};
#define FACT_COUNT (COUNT(facts))

static char **
fact_of(struct toolchain *tc, const struct fact *fact)
{
	return (char **)((char *)tc + fact->offset);
}

static void
fact_set(struct toolchain *tc, const struct fact *fact, struct span value)
{
	char **slot = fact_of(tc, fact);

	if (!*slot && value.len && !span_is(value, "unknown"))
		*slot = span_dup(value);
}

static bool
has_facts(struct toolchain *tc)
{
	for (size_t i = 0; i < FACT_COUNT; i++)
		if (facts[i].required && !*fact_of(tc, &facts[i]))
			return false;
	return true;
}

static void
facts_parse_line(struct toolchain *tc, struct span line)
{
	struct span value, name = span_cut(line, ':', &value);

	for (size_t i = 0; i < FACT_COUNT; i++)
		if (facts[i].line && span_is(name, facts[i].line))
			fact_set(tc, &facts[i], span_trim(value));
}

/* The answer of `rustc -vV`; the first line stands for a commit that the distribution left out. */
static void
facts_parse(struct toolchain *tc, struct span text)
{
	struct span rest, first = span_cut(text, '\n', &rest);

	while (rest.len)
		facts_parse_line(tc, span_trim(span_cut(rest, '\n', &rest)));
	if (!tc->commit)
		tc->commit = span_dup(span_trim(first));
}

static bool
ask_rustc(const struct toolchain *tc, const char *dir, const char *arg, const char *arg2,
	struct proc_result *result, struct err *err)
{
	const char *const argv[] = { tc->rustc, arg, arg2, NULL };
	struct proc_env env[TOOLCHAIN_ENV_MAX];
	struct proc_spec spec = {
		.argv = argv, .dir = dir, .env = env, .env_count = toolchain_env(tc, env, 0)
	};
	struct span said;

	if (!proc_capture(&spec, RUSTC_ANSWER_MAX, RUSTC_TIMEOUT_MS, result, err))
		return false;
	if (result->end.exit_code == 0)
		return true;
	said = span_trim(str_span(&result->err));
	said = span_cut(said, '\n', &(struct span){ 0 });
	return err_set(err, ERR_ENVIRONMENT, "%s %s: %.*s", tc->rustc, arg, (int)said.len,
		said.len ? said.data : "");
}

static bool
facts_ask(struct toolchain *tc, const char *dir, struct err *err)
{
	struct proc_result version = { 0 }, sysroot = { 0 };
	bool ok = ask_rustc(tc, dir, "-vV", NULL, &version, err);

	if (ok)
		facts_parse(tc, str_span(&version.out));
	if (ok && !tc->sysroot) {
		ok = ask_rustc(tc, dir, "--print", "sysroot", &sysroot, err);
		if (ok)
			tc->sysroot = span_dup(span_trim(str_span(&sysroot.out)));
	}
	if (ok && !has_facts(tc))
		ok = err_set(err, ERR_ENVIRONMENT,
			"%s -vV: says no host and release; is it a "
			"rustc?",
			tc->rustc);
	proc_result_fini(&version);
	proc_result_fini(&sysroot);
	return ok;
}

/* --- the cache --- */

/* A shim of a version manager (asdf, mise) answers differently in every folder: not kept. */
static bool
is_cacheable(const struct toolchain *tc)
{
	char *real;
	bool is_rustc;

	if (tc->kind == TOOLCHAIN_RUSTUP)
		return true;
	real = file_real_path(tc->rustc);
	is_rustc = real && text_starts(path_basename(real), "rustc");
	free(real);
	return is_rustc;
}

/* The first lines of a cache file that counts for this program as it is now; "" when there is no
 * such program. */
static void
cache_head(const struct toolchain *tc, struct str *out)
{
	struct file_identity id;

	if (file_identity(tc->rustc, &id))
		str_appendf(out,
			CACHE_VERSION "\n%s\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRId64 "\n",
			tc->rustc, id.device, id.inode, id.size, id.mtime_ns);
}

static void
cache_parse(struct toolchain *tc, struct span text)
{
	while (text.len) {
		struct span value, key = span_cut(span_cut(text, '\n', &text), '\t', &value);

		for (size_t i = 0; i < FACT_COUNT; i++)
			if (span_is(key, facts[i].key))
				fact_set(tc, &facts[i], value);
	}
}

static bool
cache_recall(struct toolchain *tc)
{
	char *path = is_cacheable(tc) ? rustcache_path("rustc", tc->rustc) : NULL;
	struct str head = STR_INIT, text = STR_INIT;
	bool found = false;

	if (!path || !file_exists(path) || !file_read(path, &text, NULL))
		goto done;
	cache_head(tc, &head);
	if (head.len && span_starts(str_span(&text), str_cstr(&head)) &&
		span_ends(str_span(&text), "\n" CACHE_END))
		cache_parse(tc, (struct span){ text.data + head.len, text.len - head.len });
	found = has_facts(tc);
done:
	str_fini(&head);
	str_fini(&text);
	free(path);
	return found;
}

static void
cache_keep(struct toolchain *tc)
{
	char *path = is_cacheable(tc) ? rustcache_path("rustc", tc->rustc) : NULL;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	if (!path)
		return;
	cache_head(tc, &text);
	for (size_t i = 0; i < FACT_COUNT; i++)
		if (*fact_of(tc, &facts[i]))
			str_appendf(&text, "%s\t%s\n", facts[i].key, *fact_of(tc, &facts[i]));
	str_append(&text, CACHE_END);
	if (!file_write(path, str_span(&text), &err))
		log_line("toolchain: %s", err.message);
	str_fini(&text);
	free(path);
}

/* --- the whole --- */

static const char *
channel_of(const char *release)
{
	static const char *const channels[] = { "nightly", "beta", "dev" };

	for (size_t i = 0; i < 3; i++)
		if (strstr(release, channels[i]))
			return channels[i];
	return "stable";
}

struct toolchain *
toolchain_find(const struct toolchain_query *query, struct err *err)
{
	struct toolchain *tc = xcalloc(1, sizeof(*tc));

	if (!choose_programs(tc, query, err))
		goto fail;
	if (!cache_recall(tc)) {
		if (query->quick || !facts_ask(tc, query->dir, err))
			goto fail;
		cache_keep(tc);
	}
	tc->channel = xstrdup(channel_of(tc->release));
	return tc;
fail:
	toolchain_free(tc);
	return NULL;
}

void
toolchain_free(struct toolchain *tc)
{
	if (!tc)
		return;
	char *owned[] = { tc->name, tc->origin, tc->rustc, tc->cargo, tc->sysroot, tc->rustup,
		tc->rustup_home, tc->release, tc->channel, tc->commit, tc->commit_date, tc->host,
		tc->llvm, tc->rustup_name, tc->child_path, tc->child_libraries, tc->child_home };
	for (size_t i = 0; i < COUNT(owned); i++)
		free(owned[i]);
	free(tc);
}

size_t
toolchain_env(const struct toolchain *tc, struct proc_env *env, size_t count)
{
	env[count++] = (struct proc_env){ "RUSTUP_AUTO_INSTALL", "0" };
	if (tc->rustup_name)
		env[count++] = (struct proc_env){ "RUSTUP_TOOLCHAIN", tc->rustup_name };
	if (tc->sets_rustc)
		env[count++] = (struct proc_env){ "RUSTC", tc->rustc };
	if (tc->child_path)
		env[count++] = (struct proc_env){ "PATH", tc->child_path };
	if (tc->child_home)
		env[count++] = (struct proc_env){ "CARGO_HOME", tc->child_home };
	if (tc->child_libraries)
		env[count++] = (struct proc_env){ LIBRARY_PATH_VARIABLE, tc->child_libraries };
	return count;
}
