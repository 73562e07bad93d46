/* library: a row per library, its handle in it once it is open. */
#include "io/library.h"
#include <dlfcn.h>
#include <pthread.h>
#include "base/str.h"

struct library {
	const char *title;
	const char *install;      /* which package brings it, where */
	const char *const *files; /* names to try, in order; ends with NULL */
	void *handle;             /* guarded by `lock` */
};

/* A plain "libcrypto.dylib" must not be tried: macOS ends the program that loads it. */
#ifdef __APPLE__
#define HOMEBREW(path) "/opt/homebrew/opt/" path, "/usr/local/opt/" path
static const char *const curl_files[] = { "libcurl.4.dylib", "/usr/lib/libcurl.4.dylib", NULL };
static const char *const archive_files[] = { HOMEBREW("libarchive/lib/libarchive.13.dylib"),
	"libarchive.2.dylib", "/usr/lib/libarchive.2.dylib", NULL };
static const char *const crypto_files[] = { HOMEBREW("openssl@3/lib/libcrypto.3.dylib"),
	"libcrypto.3.dylib", NULL };
#else
static const char *const curl_files[] = { "libcurl.so.4", "libcurl-gnutls.so.4", NULL };
static const char *const archive_files[] = { "libarchive.so.13", NULL };
static const char *const crypto_files[] = { "libcrypto.so.3", "libcrypto.so.1.1", NULL };
#endif

static struct library libraries[] = {
	[LIBRARY_CURL] = { "libcurl",
		"libcurl4 (Debian, Ubuntu), libcurl (Fedora, Alpine), curl (Arch)", curl_files,
		NULL },
	[LIBRARY_ARCHIVE] = { "libarchive",
		"libarchive13 (Debian, Ubuntu), libarchive (Fedora, Alpine, Arch, Homebrew)",
		archive_files, NULL },
	[LIBRARY_CRYPTO] = { "libcrypto",
		"libssl3 (Debian, Ubuntu), openssl-libs (Fedora), openssl (Arch, Alpine), "
		"openssl@3 (Homebrew)",
		crypto_files, NULL },
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool
open_library(struct library *lib, struct err *err)
{
	for (const char *const *file = lib->files; *file && !lib->handle; file++)
		lib->handle = dlopen(*file, RTLD_NOW | RTLD_LOCAL);
	if (lib->handle)
		return true;
	err_set(err, ERR_ENVIRONMENT, "%s: this needs the library, which is not on this machine",
		lib->title);
	return err_try(err, "install %s", lib->install);
}

static bool
fill(const struct library *lib, const char *const *names, void **table, size_t count,
	struct err *err)
{
	for (size_t i = 0; i < count; i++) {
		if ((table[i] = dlsym(lib->handle, names[i])))
			continue;
		err_set(err, ERR_ENVIRONMENT,
			"%s: the one on this machine is too old, it has no %s", lib->title,
			names[i]);
		return err_try(err, "install a newer %s", lib->install);
	}
	return true;
}

bool
library_load(
	enum library_id id, const char *const *names, void *table, size_t size, struct err *err)
{
	void **functions = table;
	size_t count = size / sizeof(*functions);
	bool ok = true;

	pthread_mutex_lock(&lock);
	if (!functions[count - 1]) /* the last one is set last */
		ok = open_library(&libraries[id], err) &&
			fill(&libraries[id], names, functions, count, err);
	pthread_mutex_unlock(&lock);
	return ok;
}
