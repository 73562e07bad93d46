/* demangle_v0_scan: the letters of a v0 name: what is read of them one by one, and what is printed.
 *
 * The first thing that does not fit sets `failed`, after which nothing is read or printed. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"

struct v0 {
	struct span text;
	size_t at;
	struct str *out;
	size_t out_end; /* of out->len; DEMANGLE_MAX more than at the beginning */
	unsigned depth, steps, silent;
	unsigned lifetimes; /* bound around here */
	bool with_args;
	bool is_open; /* by open_rule: "<" was printed and not closed */
	bool failed;
	struct span crate; /* the first one that was read */
};

struct v0_name {
	struct span ascii;
	struct span punycode; /* empty for plain names */
};

/* The locale has no say in what a letter is. */
static inline bool
v0_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
v0_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool
v0_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* Nothing while silent; what goes beyond out_end fails. */
void v0_print_span(struct v0 *v, struct span s);
void v0_print(struct v0 *v, const char *text);
void v0_print_number(struct v0 *v, uint64_t number);

/* The next letter; peeking gives '\0' at the end, taking it there fails. */
char v0_peek(const struct v0 *v);
bool v0_eat(struct v0 *v, char c);
char v0_next(struct v0 *v);

/* Every rule that others are nested in calls these two around itself. */
bool v0_enter(struct v0 *v);
void v0_leave(struct v0 *v);

/* "_" is 0, "0_" 1, "1_" 2 */
uint64_t v0_read_base62(struct v0 *v);
/* 0 without the tag, one more with it */
uint64_t v0_read_tagged62(struct v0 *v, char tag);
/* An identifier without its disambiguator. */
struct v0_name v0_read_name(struct v0 *v);
void v0_print_point(struct v0 *v, uint32_t cp);
void v0_print_name(struct v0 *v, const struct v0_name *name);
