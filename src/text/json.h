/* json: reading and writing JSON (cJSON behind it).
 *
 * Readers accept NULL everywhere and answer with the fallback, so look-ups can be chained. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

struct json;

struct json *json_parse(const char *bytes, size_t len, struct err *err); /* ERR_PARSE */
void json_free(struct json *v);

const struct json *json_get(const struct json *object, const char *key);
size_t json_count(const struct json *v);                    /* arrays and objects */
const struct json *json_at(const struct json *v, size_t i); /* O(i): walk with json_next */
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_key(const struct json *member); /* of an object's member */
bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_is_null(const struct json *v);                             /* null or absent */
const char *json_string(const struct json *v, const char *fallback); /* borrowed */
double json_number(const struct json *v, double fallback);
int64_t json_integer(const struct json *v, int64_t fallback); /* not of fractions or beyond 2^53 */
bool json_bool(const struct json *v, bool fallback);

struct json *json_object(void);
struct json *json_array(void);
/* An array of texts, which end with NULL; NULL of NULL. */
struct json *json_strings(const char *const *texts);
/* A copy of its own; NULL of NULL. */
struct json *json_copy(const struct json *v);
/* These take ownership of `value` and return it. NULL is written as null. A key that is there already
 * gets the new value; the old one is freed. */
struct json *json_set(struct json *object, const char *key, struct json *value);
struct json *json_push(struct json *array, struct json *value);
void json_set_string(struct json *object, const char *key, const char *text); /* NULL: null */
void json_set_span(struct json *object, const char *key, struct span text);   /* NULs: U+FFFD */
void json_set_number(struct json *object, const char *key, double number);
void json_set_bool(struct json *object, const char *key, bool value);
void json_set_null(struct json *object, const char *key);
void json_push_string(struct json *array, const char *text);
/* Appends the document to out, on one line; what is no UTF-8 becomes U+FFFD. */
void json_print(const struct json *v, struct str *out);
