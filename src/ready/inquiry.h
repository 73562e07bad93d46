/* inquiry: what programs of this machine say when they are asked, all of them side by side.
 *
 * Who wants an answer asks for it each time: the first time it is ANSWER_PENDING and the question
 * waits for inquiry_begin. Each question has a time limit, so a program that hangs costs its own answer
 * and nothing else. A lasting answer (a version) is kept in the cache under the identity of the program;
 * that of a script is not, for it says what some other program says. */
#pragma once
#include <stdbool.h>
#include "io/loop.h"

struct inquiry;

enum answer_state {
	ANSWER_PENDING,
	ANSWER_GIVEN,
	ANSWER_LATE, /* it did not end within its limit */
	ANSWER_NONE, /* it could not be started */
};

struct answer {
	enum answer_state state;
	int exit_code;
	const char *text;      /* what it printed, "" when nothing; NULL while pending */
	const char *complaint; /* what it printed on standard error, likewise */
};

/* Answers come on the loop, which must outlive the inquiry; `told` is called after each. */
struct inquiry *inquiry_new(struct loop *l, void (*told)(void *arg), void *arg);
void inquiry_free(struct inquiry *q); /* what still runs is killed; NULL is fine */
/* argv[0] is a path; strings are copied. Never NULL; the answer stays where it is. */
const struct answer *
inquiry_ask(struct inquiry *q, const char *const *argv, unsigned limit_ms, bool lasting);
/* Starts what was asked since, a few at a time; the rest follow by themselves. */
void inquiry_begin(struct inquiry *q);
bool inquiry_is_going(const struct inquiry *q); /* something is asked and not answered */
/* Begins, and turns the loop until all is answered; false when there was nothing to ask. */
bool inquiry_finish(struct inquiry *q);
/* Forgets the answers, so that the machine is asked again; lasting ones as far as they still hold. */
void inquiry_forget(struct inquiry *q);
