#include "io/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/alloc.h"
#include "io/library.h"

#define FUNCTIONS(X)                                                                               \
	X(EVP_MD_CTX_new)                                                                          \
	X(EVP_MD_CTX_free)                                                                         \
	X(EVP_sha256) X(EVP_DigestInit_ex) X(EVP_DigestUpdate) X(EVP_DigestFinal_ex)
#define READ_SIZE 131072

static struct {
	LIBRARY_POINTERS(FUNCTIONS)
} crypto;
static const char *const names[] = { LIBRARY_NAMES(FUNCTIONS) };

struct digest {
	EVP_MD_CTX *context;
};

static void
begin(struct digest *d)
{
	if (!crypto.EVP_DigestInit_ex(d->context, crypto.EVP_sha256(), NULL))
		die("libcrypto refuses SHA-256");
}

struct digest *
digest_new(struct err *err)
{
	struct digest *d;

	if (!library_load(LIBRARY_CRYPTO, names, &crypto, sizeof(crypto), err))
		return NULL;
	d = xcalloc(1, sizeof(*d));
	if (!(d->context = crypto.EVP_MD_CTX_new()))
		die("out of memory");
	begin(d);
	return d;
}

void
digest_free(struct digest *d)
{
	if (!d)
		return;
	crypto.EVP_MD_CTX_free(d->context);
	free(d);
}

void
digest_add(struct digest *d, const void *bytes, size_t len)
{
	crypto.EVP_DigestUpdate(d->context, bytes, len);
}

void
digest_take(struct digest *d, char hex[DIGEST_HEX_LEN + 1])
{
	unsigned char raw[EVP_MAX_MD_SIZE] = { 0 };

	crypto.EVP_DigestFinal_ex(d->context, raw, NULL);
	for (int i = 0; i < DIGEST_HEX_LEN / 2; i++)
		snprintf(hex + 2 * i, 3, "%02x", raw[i]);
	begin(d);
}

static bool
add_file(struct digest *d, int fd, const char *path, struct err *err)
{
	char *buffer = xmalloc(READ_SIZE);
	ssize_t got;

	while ((got = read(fd, buffer, READ_SIZE)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		digest_add(d, buffer, (size_t)got);
	}
	free(buffer);
	return got == 0 || err_errno(err, "%s: cannot be read", path);
}

bool
digest_file(const char *path, char hex[DIGEST_HEX_LEN + 1], struct err *err)
{
	struct digest *d;
	int fd;
	bool ok;

	if (!(d = digest_new(err)))
		return false;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
		digest_free(d);
		return err_errno(err, "%s: cannot be read", path);
	}
	if ((ok = add_file(d, fd, path, err)))
		digest_take(d, hex);
	close(fd);
	digest_free(d);
	return ok;
}

bool
digest_is_hex(const char *text)
{
	return text && strlen(text) == DIGEST_HEX_LEN &&
		strspn(text, "0123456789abcdefABCDEF") == DIGEST_HEX_LEN;
}
