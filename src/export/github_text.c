#include <stdarg.h>
#include "export/github_parts.h"

/* Beginning and end of an expression, as texts that evaluate to them. */
void
github_literal(struct str *out, struct span text)
{
	long at;

	while ((at = span_find(text, SPAN("${{"))) >= 0) {
		str_append_bytes(out, text.data, (size_t)at);
		str_append(out, "${{ '${{' }}");
		text.data += at + 3;
		text.len -= (size_t)at + 3;
	}
	str_append_span(out, text);
}

void
github_put_literal(struct github *g, const char *key, const char *text)
{
	struct str out = STR_INIT;

	github_literal(&out, span_of(text));
	yaml_text(&g->y, key, str_cstr(&out));
	str_fini(&out);
}

void
github_use(struct github *g, const char *key)
{
	struct pin_action a = pins_action(&g->r->pins, key);
	char *text = arena_printf(&g->r->arena, "%s@%s", a.name, a.commit);

	yaml_noted(&g->y, "uses", text, a.version);
}

void
github_put_number(struct github *g, const char *key, long number)
{
	yaml_word(&g->y, key, arena_printf(&g->r->arena, "%ld", number));
}

void
github_step(struct github *g, const char *name, const char *condition)
{
	yaml_item(&g->y);
	yaml_text(&g->y, "name", name);
	if (condition)
		yaml_text(&g->y, "if", condition);
}

void
github_run(struct github *g, const char *lines)
{
	yaml_lines(&g->y, "run", span_of(lines));
}

const char *
github_text(struct github *g, const char *fmt, ...)
{
	struct str out = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_appendv(&out, fmt, args);
	va_end(args);
	return arena_take(&g->r->arena, &out);
}
