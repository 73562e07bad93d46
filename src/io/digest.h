/* digest: SHA-256, by libcrypto. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

#define DIGEST_HEX_LEN 64

struct digest;

/* NULL with err when libcrypto cannot be had. */
struct digest *digest_new(struct err *err);
void digest_free(struct digest *d); /* NULL is fine */
void digest_add(struct digest *d, const void *bytes, size_t len);
/* Lower-case hex of all that was added, with a NUL; the next byte added begins another digest. */
void digest_take(struct digest *d, char hex[DIGEST_HEX_LEN + 1]);

/* Of a whole file. */
bool digest_file(const char *path, char hex[DIGEST_HEX_LEN + 1], struct err *err);
/* Whether text is 64 hex digits. */
bool digest_is_hex(const char *text);
