/* toml_tree: what the toml files share and nobody else sees.
 *
 * A document owns its text and an arena with the tree. A table or array is a list of entries in
 * order of appearance; a table with more than a few also has hash slots over them. Every value knows
 * its bytes in the text, every table where the next line of its own would go. */
#pragma once
#include <stdarg.h>
#include "base/arena.h"
#include "text/toml.h"

#define TOML_DEPTH_MAX 128               /* of values within values; the root has depth 0 */
#define TOML_SIZE_MAX ((size_t)64 << 20) /* bytes; offsets and counts fit in 32 bits */

/* How a value came to be decides what may still be added to it. */
enum toml_form {
	FORM_VALUE,  /* written as a value: scalar, array */
	FORM_INLINE, /* { … }: complete where it stands */
	FORM_ROOT,
	FORM_IMPLICIT, /* named on the way in the header of another table, so far */
	FORM_HEADER,   /* [name], or an item of [[name]] */
	FORM_DOTTED,   /* named on the way in a dotted key */
	FORM_SECTIONS, /* the array that [[name]] makes */
};

struct toml_place {
	size_t at; /* byte offset */
	int line;
	int column;
};

struct toml_entry {
	struct span key; /* decoded, in the arena, NUL-terminated; empty for items of arrays */
	uint32_t hash;
	size_t key_at; /* offset of this key */
	size_t pair;   /* offset of the first key of the pair or header that made the entry */
	struct toml_value *value;
};

struct toml_list {
	struct toml_entry *entries;
	uint32_t count;
	uint32_t cap;
	uint32_t *slots;     /* index + 1 into entries, 0 free; NULL for short tables */
	uint32_t slot_count; /* a power of two, at least twice count */
	size_t last;         /* tables: offsets of the last pair or header of its own, … */
	size_t tail;         /* … and just behind it */
};

struct toml_value {
	enum toml_kind kind;
	enum toml_form form;
	int depth;
	int line;
	int column;
	size_t begin; /* the bytes of the literal, or of the header or key that made the table */
	size_t end;
	struct toml_value *parent; /* NULL for the root */
	union {
		struct span text;
		int64_t integer;
		double real;
		bool truth;
		struct toml_list list;
	};
};

struct toml {
	struct str text;
	char *name;
	enum toml_dialect dialect;
	struct arena arena;
	struct toml_value *root;
	size_t first_header; /* offset of the first [; the text's length when there is none */
};

/* toml.c: the tree. */
uint32_t toml_hash(struct span key);
struct toml_entry *toml_lookup(const struct toml_value *table, struct span key, uint32_t hash);
/* Appends an entry; that the key is new is the caller's promise. `list` is a table or an array. */
struct toml_entry *
toml_add_entry(struct arena *arena, struct toml_value *list, struct toml_entry entry);
/* Moves a place forward to the offset `to`, which is not before it. */
void toml_place_advance(const char *text, struct toml_place *place, size_t to);
size_t toml_text_start(const struct toml *doc); /* behind a byte order mark */
struct toml_place toml_place_of(const struct toml *doc, size_t at);
/* ERR_PARSE "<name>:<line>:<column>: <fmt>"; returns false. */
bool toml_err_at(const struct toml *doc, size_t at, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* toml_scan.c: characters and scalar values. */
struct toml_scan {
	struct toml *doc;
	const char *text; /* doc->text.data: a NUL behind the last byte and none before it */
	size_t at;
	struct toml_place mark; /* of the last value; places are asked for in order */
	struct str scratch;
	struct err *err;
};

struct toml_key {
	struct span name;
	uint32_t hash;
	size_t at;
};

/* Refuses what can stand nowhere: bad UTF-8, control characters, a CR without LF. */
bool toml_scan_check(struct toml_scan *s);
char toml_scan_peek(const struct toml_scan *s); /* '\0' at the end */
bool toml_scan_take(struct toml_scan *s, char c);
void toml_scan_blanks(struct toml_scan *s); /* spaces and tabs */
void toml_scan_gap(struct toml_scan *s);    /* blanks, newlines, comments */
/* Blanks, a comment, and then a newline or the end of the file, or an error. */
bool toml_scan_line_end(struct toml_scan *s);
bool toml_scan_key(struct toml_scan *s, struct toml_key *key);
bool toml_scan_scalar(struct toml_scan *s, struct toml_value *value);
/* "expected <what>, found <what is there>", at the place where the scan stands. */
bool toml_scan_expected(struct toml_scan *s, const char *what);

/* toml_number.c: numbers, dates and times out of a token of letters, digits and "+-._:". */
bool toml_number_parse(struct toml_scan *s, struct span token, struct toml_value *value);
bool toml_date_parse(struct toml_scan *s, struct span token, struct toml_value *value);

/* toml_parse.c: fills doc->root from doc->text. */
bool toml_parse_document(struct toml *doc, struct err *err);
