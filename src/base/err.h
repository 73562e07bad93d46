/* err: why something could not be done, in words a person can act on.
 *
 * A function that can fail takes a `struct err *` as its last argument and returns false or NULL
 * after filling it. Callers pass it up; only cli and ui print it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* What went wrong decides the exit status (err_exit_code). */
enum err_kind {
	ERR_NONE,
	ERR_FAILED,      /* what was asked for did not succeed: exit 1 */
	ERR_USAGE,       /* the command line is off: exit 2 */
	ERR_PARSE,       /* a file of the user's cannot be parsed: exit 2 */
	ERR_ENVIRONMENT, /* the machine lacks what is needed, or a system call failed: exit 3 */
	ERR_TERMINAL,    /* the terminal cannot be used: exit 4 */
};

struct err {
	enum err_kind kind;
	char message[768]; /* "<object>: <why>", no "xtui:" before it, no newline */
	char remedy[384];  /* a command or text to try; empty when none is known */
};

#define ERR_INIT ((struct err){ .kind = ERR_NONE })

/* Fills err (which may be NULL) and returns false, so that `return err_set(…)` reads well. */
bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* As err_set with ": <strerror(errno)>" appended; the kind is ERR_ENVIRONMENT. */
bool err_errno(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds what to try to a filled err; returns false. */
bool err_try(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Puts "<fmt>: " before the message of a filled err; returns false. */
bool err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The exit status of product.md section 2 for this kind; 0 for ERR_NONE. */
int err_exit_code(const struct err *err);
