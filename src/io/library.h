/* library: shared libraries that are opened when something in them is first needed.
 *
 * Loading libcurl, libarchive and libcrypto costs 4 ms, more than a whole `xtui --version`, so the
 * program is not linked with them. A room that uses one keeps a struct with a pointer per function and
 * has it filled here:
 *
 *     #define FUNCTIONS(X) X(archive_read_new) X(archive_read_free)
 *     static struct { LIBRARY_POINTERS(FUNCTIONS) } a;
 *     static const char *const names[] = { LIBRARY_NAMES(FUNCTIONS) };
 *     if (!library_load(LIBRARY_ARCHIVE, names, &a, sizeof(a), err)) return false;
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/err.h"

enum library_id { LIBRARY_CURL, LIBRARY_ARCHIVE, LIBRARY_CRYPTO };

#define LIBRARY_POINTER(name) __typeof__(name) *name;
#define LIBRARY_NAME(name) #name,
#define LIBRARY_POINTERS(functions) functions(LIBRARY_POINTER)
#define LIBRARY_NAMES(functions) functions(LIBRARY_NAME)

/* Fills `table`, which is `size` bytes of function pointers, with the functions of these names in this
 * order. Any thread may call it, again and again: only the first call does something. A library stays
 * open until the program ends. ERR_ENVIRONMENT says what to install, or which function an old
 * library lacks. */
bool library_load(
	enum library_id id, const char *const *names, void *table, size_t size, struct err *err);
