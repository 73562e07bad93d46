/* rules_beside: the rules of a project are read on a thread of their own, while other things that take
 * time are found out. */
#pragma once
#include "base/err.h"

struct rules;
struct rules_beside;

/* Begins rules_expect_for(dir); never NULL. To be given to rules_take. */
struct rules_beside *rules_begin(const char *dir);
/* Waits for them: what rules_expect_for gives. */
struct rules *rules_take(struct rules_beside *b, struct err *err);
