#include "cli/health_report.h"

#include "base/path.h"
#include "base/utf8.h"
#include "text/json.h"

#define TITLE_COLS 27 /* wider ones push the rest of their own line only */

void
health_print_mark(const struct cli *cli, enum check_state state, struct str *out)
{
	static const struct {
		const char *text;
		enum ink ink;
	} marks[] = {
		[CHECK_OK] = { "ok  ", INK_GOOD },
		[CHECK_WARN] = { "warn", INK_WARN },
		[CHECK_FAIL] = { "FAIL", INK_BAD },
		[CHECK_SKIP] = { " -  ", INK_DIM },
		[CHECK_ASKING] = { " ...", INK_DIM },
	};

	str_appendf(out, "  %s%s%s ", ink(cli, marks[state].ink), marks[state].text,
		ink(cli, INK_PLAIN));
}

static void
print_path(const struct cli *cli, const char *path, struct str *out)
{
	char *shown = path_shown(path, cli->dir);

	str_appendf(out, "  %s%s%s", ink(cli, INK_DIM), shown, ink(cli, INK_PLAIN));
	free(shown);
}

static void
print_check(const struct cli *cli, const struct check *c, struct str *out)
{
	int pad = TITLE_COLS - (int)utf8_columns(span_of(c->title));

	health_print_mark(cli, c->state, out);
	str_appendf(out, " %s%*s", c->title, pad > 0 ? pad : 0, "");
	if (c->version)
		str_appendf(out, " %s", c->version);
	if (*c->detail)
		str_appendf(out, "%s%s", c->version ? "  " : " ", c->detail);
	if (c->path)
		print_path(cli, c->path, out);
	str_append_char(out, '\n');
	if (c->fix && (c->state != CHECK_SKIP || cli->verbose))
		str_appendf(out, "          try: %s\n", c->fix);
	else if (c->advice && c->state != CHECK_SKIP)
		str_appendf(out, "          %s\n", c->advice);
	if (c->source && c->state != CHECK_OK)
		str_appendf(out, "          see %s\n", c->source);
}

static bool
is_folded(const struct cli *cli, const struct check *c)
{
	return c->state == CHECK_SKIP && !cli->verbose && c->section != SECTION_RUST &&
		c->section != SECTION_CONFIG;
}

static void
print_folded(const struct cli *cli, const struct str *names, struct str *out)
{
	if (!names->len)
		return;
	health_print_mark(cli, CHECK_SKIP, out);
	str_appendf(out, " not here: %s\n", str_cstr(names));
}

static bool
has_checks(const struct check *checks, size_t count, enum check_section s)
{
	for (size_t i = 0; i < count; i++) {
		if (checks[i].section == s)
			return true;
	}
	return false;
}

void
health_print(const struct cli *cli, const struct check *checks, size_t count, struct str *out)
{
	for (enum check_section s = 0; s < SECTION_COUNT; s++) {
		struct str absent = STR_INIT;

		if (!has_checks(checks, count, s))
			continue;
		str_appendf(out, "%s%s%s%s\n", s ? "\n" : "", ink(cli, INK_BOLD),
			check_section_title(s), ink(cli, INK_PLAIN));
		for (size_t i = 0; i < count; i++) {
			if (checks[i].section != s)
				continue;
			if (is_folded(cli, &checks[i]))
				str_appendf(
					&absent, "%s%s", absent.len ? ", " : "", checks[i].title);
			else
				print_check(cli, &checks[i], out);
		}
		print_folded(cli, &absent, out);
		str_fini(&absent);
	}
}

static struct json *
image_json(const struct check_image *image)
{
	struct json *o = json_object();

	json_set_number(o, "bytes", (double)image->bytes);
	json_set_string(o, "made", image->made);
	json_set_string(o, "glibc", image->glibc);
	return o;
}

static struct json *
check_json(const struct check *c)
{
	struct json *o = json_object();
	struct json *fix = json_array();

	json_set_string(o, "id", c->id);
	json_set_string(o, "title", c->title);
	json_set_string(o, "state", check_state_name(c->state));
	json_set_string(o, "detail", c->detail);
	json_set_string(o, "version", c->version);
	json_set_string(o, "path", c->path);
	if (c->fix)
		json_push_string(fix, c->fix);
	json_set(o, "fix", fix);
	if (c->image)
		json_set(o, "image", image_json(c->image));
	else
		json_set_null(o, "image");
	return o;
}

struct json *
health_json(const struct check *checks, size_t count)
{
	struct json *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_push(list, check_json(&checks[i]));
	return list;
}
