/* format_json: a plan as the JSON of product.md 2.1. */
#include "plan/format.h"

#include "text/json.h"

static struct json *
license_json(const struct step_license *license)
{
	struct json *o;

	if (!license)
		return NULL;
	o = json_object();
	json_set_string(o, "name", license->name);
	json_set_string(o, "url", license->url);
	json_set_string(o, "text", license->text);
	return o;
}

static void
set_size(struct json *o, const char *key, int64_t bytes)
{
	if (bytes >= 0)
		json_set_number(o, key, (double)bytes);
	else
		json_set_null(o, key);
}

static struct json *
step_json(const struct step *step)
{
	struct json *o = json_object();

	json_set_string(o, "id", step->id);
	json_set_string(o, "kind", step_kind_name(step->kind));
	json_set_string(o, "title", step->title);
	json_set_string(o, "why", step->why);
	json_set(o, "argv", json_strings(step->argv));
	json_set_bool(o, "root", step->root);
	json_set_string(o, "url", step->url);
	json_set_string(o, "sha256", step->sha256);
	set_size(o, "bytes", step->bytes);
	set_size(o, "disk_bytes", step->disk_bytes);
	json_set_string(o, "path", step->path);
	json_set_string(o, "diff", step->diff);
	json_set_string(o, "conflict", step->conflict);
	json_set(o, "license", license_json(step->license));
	json_set_string(o, "target", step->target);
	json_set_string(o, "backend", step->backend);
	json_set_bool(o, "optional", step->optional);
	json_set(o, "after", json_strings(step->after));
	return o;
}

struct json *
plan_json(const struct plan *p)
{
	struct json *document = json_object(), *list = json_array();

	json_set_number(document, "schema", 1);
	json_set(document, "plan", list);
	for (size_t i = 0; i < p->count; i++)
		json_push(list, step_json(&p->items[i]));
	return document;
}
