/* bench_schema: the shapes that docs/json.md promises, read from the page itself.
 *
 * A definition is `NAME = value`; a value is alternatives of TEXT, NUMBER, BOOL, null, a literal, the
 * name of a definition, `[value]`, and members in braces, which `+` adds up. */
#pragma once
#include "text/json.h"

struct schema;

/* The definitions in the fenced blocks of a page; the test fails where it cannot be read. */
struct schema *schema_read(const char *path);
void schema_free(struct schema *s);
/* Fails the test, with the place, when the value is not of the shape of that name: a member that is
 * missing, unknown or of another kind. */
void schema_check(const struct schema *s, const char *name, const struct json *value);
