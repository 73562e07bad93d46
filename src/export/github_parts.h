/* github_parts: what export/github is put together from; for export/github*.c only. */
#pragma once
#include <stdbool.h>
#include "export/recipe.h"
#include "text/yaml.h"

struct github {
	struct recipe *r;
	struct yaml y;
	bool has_methods; /* more than one */
};

/* -- github_text: texts that may hold an expression, and lines that many steps have ---- */

/* Appends text of the project's so that nothing in it is evaluated. */
void github_literal(struct str *out, struct span text);
void github_put_literal(struct github *g, const char *key, const char *text);
void github_put_number(struct github *g, const char *key, long number);
/* In the recipe's arena. */
const char *
github_text(struct github *g, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void
github_use(struct github *g, const char *key); /* an action, by data/export.toml's name for it */
/* A step's beginning, up to yaml_end; `condition` NULL: always. */
void github_step(struct github *g, const char *name, const char *condition);
void github_run(struct github *g, const char *lines);

/* -- github_steps: all steps of the job that builds ---- */

void github_put_steps(struct github *g);
/* Hands files to later jobs; `path`: lines; `condition` as above. */
void github_put_upload(struct github *g, const char *condition, const char *name, struct span path);
