#include "ready/imagelibc.h"

#include <string.h>
#include "base/count.h"
#include "ready/engine.h"
#include "text/version.h"

/* $1: the image, $2: paths; the rest is the engine. docker follows a link only when told to, podman always
 * does and has no such option. */
static const char script[] =
	"i=$1 paths=$2; shift 2\n"
	"c=$(\"$@\" create --label xtui.look \"$i\" /bin/true 2>/dev/null) || exit 3\n"
	"trap '\"$@\" rm -fv \"$c\" >/dev/null 2>&1' EXIT\n"
	"for p in $paths; do for l in -L ''; do\n"
	"v=$(\"$@\" cp $l \"$c:$p\" - 2>/dev/null | LC_ALL=C tr -c '[:print:]' '\\n' |\n"
	"sed -n 's/^GNU C Library.* release version \\([0-9][0-9.]*[0-9]\\).*/\\1/p')\n"
	"[ -z \"$v\" ] || { echo \"$v\"; exit 0; }\n"
	"done; done\n";

/* How the parts of triples are called where C libraries lie, and the architecture of images. */
static const struct {
	const char *rust, *gnu, *multiarch, *image;
} arches[] = {
	{ "x86_64", "x86_64", "x86_64", "amd64" },
	{ "aarch64", "aarch64", "aarch64", "arm64" },
	{ "armv7", "arm", "arm", "arm" },
	{ "thumbv7neon", "arm", "arm", "arm" },
	{ "arm", "arm", "arm", "arm" },
	{ "armv5te", "arm", "arm", "arm" },
	{ "i586", "i586", "i386", "386" },
	{ "i686", "i686", "i386", "386" },
	{ "riscv64gc", "riscv64", "riscv64", "riscv64" },
};

struct names {
	const char *gnu, *multiarch, *image, *env;
};

static bool
name_parts(const char *triple, struct names *n, struct arena *arena)
{
	struct span rest, arch = span_cut(span_of(triple), '-', &rest);
	const char *env = strrchr(triple, '-');

	if (!strstr(triple, "-linux-") || !text_starts(env, "-gnu"))
		return false;
	n->gnu = n->multiarch = n->image = arena_span(arena, arch);
	n->env = env + 1;
	for (size_t i = 0; i < COUNT(arches); i++) {
		if (!span_is(arch, arches[i].rust))
			continue;
		n->gnu = arches[i].gnu;
		n->multiarch = arches[i].multiarch;
		n->image = arches[i].image;
	}
	return true;
}

/* Debian's cross packages, crosstool-ng's folders, Debian's libraries of several machines, and, where the
 * image is for that machine itself, the system's own. */
static const char *
paths_of(const struct names *n, const char *triple, const char *arch, struct arena *arena)
{
	const char *own = text_is(arch, n->image)
		? " /lib64/libc.so.6 /usr/lib64/libc.so.6 /lib/libc.so.6 /usr/lib/libc.so.6"
		: "";

	return arena_printf(arena,
		"/usr/%s-linux-%s/lib/libc.so.6 /usr/%s-linux-%s/lib64/libc.so.6 "
		"/usr/%s-linux-%s/sys-root/lib64/libc.so.6 "
		"/x-tools/%s/%s/sysroot/lib/libc.so.6 /x-tools/%s/%s/sysroot/lib64/libc.so.6 "
		"/usr/lib/%s-linux-%s/libc.so.6 /lib/%s-linux-%s/libc.so.6%s",
		n->gnu, n->env, n->gnu, n->env, n->gnu, n->env, triple, triple, triple, triple,
		n->multiarch, n->env, n->multiarch, n->env, own);
}

const char *const *
imagelibc_question(const struct engine *e, const char *id, const char *arch, const char *triple,
	struct arena *arena)
{
	const char **argv = arena_array(arena, const char *, 7 + ENGINE_WORDS_MAX);
	const char *words[ENGINE_WORDS_MAX];
	size_t count = engine_words(e, words), len = 0;
	struct names n;

	if (!name_parts(triple, &n, arena))
		return NULL;
	argv[len++] = "/bin/sh";
	argv[len++] = "-c";
	argv[len++] = script;
	argv[len++] = "sh";
	argv[len++] = id;
	argv[len++] = paths_of(&n, triple, arch, arena);
	for (size_t i = 0; i < count; i++)
		argv[len++] = arena_strdup(arena, words[i]);
	return argv;
}

const char *
imagelibc_read(const char *answer, struct arena *arena)
{
	struct span rest, line = span_cut(span_of(answer ? answer : ""), '\n', &rest);
	const char *text = arena_span(arena, span_trim(line));

	return version_is(text) ? text : NULL;
}
