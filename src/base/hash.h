/* hash: FNV-1a of 64 bits, for tables and for names of files that stand for something longer. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HASH_INIT UINT64_C(0xcbf29ce484222325)

/* Goes on from `hash`, HASH_INIT at first. */
static inline uint64_t
hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* With the text's end, so that "ab" "c" is not "a" "bc"; NULL as "". */
static inline uint64_t
hash_text(uint64_t hash, const char *text)
{
	return hash_bytes(hash, text ? text : "", text ? strlen(text) + 1 : 1);
}
