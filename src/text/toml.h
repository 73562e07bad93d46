/* toml: a TOML document that keeps every byte.
 *
 * The document holds the text as it was read, and a tree of values over it; each value knows where
 * it stands. Edits change only the lines they must and parse the result again, so a document is
 * always valid and printing an unedited one gives back the same bytes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"
#include "base/str.h"

enum toml_kind {
	TOML_STRING,
	TOML_INTEGER,
	TOML_FLOAT,
	TOML_BOOL,
	TOML_OFFSET_DATETIME,
	TOML_LOCAL_DATETIME,
	TOML_LOCAL_DATE,
	TOML_LOCAL_TIME,
	TOML_ARRAY,
	TOML_TABLE,
};

/* 1.0 is what we write ourselves. 1.1 is for files of programs that read it, such as cargo's: lines,
 * comments and a last comma within { … }, \e and \xHH, times without seconds. */
enum toml_dialect {
	TOML_1_0,
	TOML_1_1,
};

struct toml;
struct toml_value;

/* `name` is how errors call the file: "<name>:<line>:<column>: <why>" (1-based; columns count code
 * points). The bytes are copied. NULL with err (ERR_PARSE) when they are not TOML 1.0. */
struct toml *toml_parse(const char *bytes, size_t len, const char *name, struct err *err);
/* Reads and parses a file; `name` NULL means the path itself. A file that does not exist is an
 * ERR_ENVIRONMENT error. */
struct toml *toml_read(const char *path, const char *name, struct err *err);
/* The same for another dialect; the document's edits are made and checked in it, too. */
struct toml *toml_parse_dialect(const char *bytes, size_t len, const char *name,
	enum toml_dialect dialect, struct err *err);
struct toml *
toml_read_dialect(const char *path, const char *name, enum toml_dialect dialect, struct err *err);
/* A file that is compiled in, as base/data names it ("data/kits.toml"). */
struct toml *toml_read_data(const char *name, struct err *err);
void toml_free(struct toml *doc);

struct span toml_bytes(const struct toml *doc); /* the text as it stands after the edits */
const char *toml_name(const struct toml *doc);
const struct toml_value *toml_root(const struct toml *doc); /* a table */

enum toml_kind toml_kind(const struct toml_value *v);
const char *toml_kind_name(enum toml_kind kind); /* "a string", "an array", as errors say it */
int toml_line(const struct toml_value *v);       /* 1-based, where the value begins */
int toml_column(const struct toml_value *v);     /* 1-based */

/* Tables. A NULL table has nothing in it, so look-ups can be chained. */
const struct toml_value *toml_get(const struct toml_value *table, const char *key);
/* Walks keys until the NULL that ends the arguments. */
const struct toml_value *toml_find(const struct toml_value *table, ...) __attribute__((sentinel));
/* Tables and arrays: how many entries; 0 for anything else and for NULL. */
size_t toml_count(const struct toml_value *v);
const struct toml_value *toml_at(const struct toml_value *v, size_t i); /* in order of appearance */
const char *toml_key_at(const struct toml_value *table, size_t i);
struct span toml_key_text(const struct toml_value *table, size_t i); /* for keys that hold NULs */

/* Values; the fallback comes back when v is NULL or of another kind. Strings are borrowed from the
 * document and may hold NULs: toml_text gives the length. */
const char *toml_string(const struct toml_value *v, const char *fallback);
struct span toml_text(const struct toml_value *v); /* string: decoded; date and time: as written */
int64_t toml_integer(const struct toml_value *v, int64_t fallback);
double toml_float(const struct toml_value *v, double fallback); /* takes integers too */
bool toml_bool(const struct toml_value *v, bool fallback);

struct span
toml_source(const struct toml *doc, const struct toml_value *v); /* the value as written */
/* Whether two values mean the same, however they are written; the order of a table's keys is free. */
bool toml_equal(const struct toml_value *a, const struct toml_value *b);

/* An err (ERR_PARSE) that points at v: "<name>:<line>:<column>: <fmt>". Returns false. */
bool toml_err(const struct toml *doc, const struct toml_value *v, struct err *err, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

/* The same, pointing at the i-th key of a table: for keys that should not be there. */
bool toml_err_key(const struct toml *doc, const struct toml_value *table, size_t i, struct err *err,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* Edits. `path` is a list of keys that ends with NULL; `literal` is TOML text for the value
 * ("\"cc\"", "[1, 2]"). Set replaces the value where it stands, else adds a line at the end of its
 * table (or the table behind those it belongs with, at the end of the document when there are none) in
 * the document's own manner (line ends, indentation). Comments, order and all other bytes stay. False with err and an unchanged document
 * when the result would not parse or the path runs through something that is no table. Values
 * borrowed before are dead after a successful edit. */
bool toml_set(struct toml *doc, const char *const *path, const char *literal, struct err *err);
bool toml_remove(struct toml *doc, const char *const *path, struct err *err); /* absent: true */
/* One item of an array, the others and their comments untouched. Add puts the value behind the last
 * item, on a line of its own where the last one has one, and makes the array when it is absent. */
bool toml_array_add(struct toml *doc, const char *const *path, const char *item, struct err *err);
bool toml_array_remove(struct toml *doc, const char *const *path, size_t i, struct err *err);
/* `text` as a TOML basic string, quotes included, appended to out. */
void toml_quote(struct str *out, struct span text);
