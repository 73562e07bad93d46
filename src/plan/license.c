/* license: one object per agreement, with all that was agreed to. */
#include "plan/license.h"
#include <stdlib.h>
#include <time.h>
#include "base/path.h"
#include "io/file.h"
#include "text/json.h"

static char *
file_path(void)
{
	char *state = path_state_dir();
	char *path = state ? path_join(state, "licenses.json") : NULL;

	free(state);
	return path;
}

/* What was agreed to so far; an empty list too where it cannot be read: then it is asked again. */
static struct json *
read_agreed(const char *path)
{
	struct str text = STR_INIT;
	struct json *list = NULL;

	if (path && file_exists(path) && file_read(path, &text, NULL))
		list = json_parse(str_cstr(&text), text.len, NULL);
	str_fini(&text);
	if (json_is_array(list))
		return list;
	json_free(list);
	return json_array();
}

static bool
is_it(const struct json *o, const struct step_license *license)
{
	return text_is(json_string(json_get(o, "name"), ""), license->name) &&
		text_is(json_string(json_get(o, "url"), NULL), license->url) &&
		text_is(json_string(json_get(o, "text"), NULL), license->text);
}

bool
license_is_agreed(const struct step_license *license)
{
	char *path = file_path();
	struct json *list = read_agreed(path);
	bool found = false;

	for (const struct json *o = json_first(list); o && !found; o = json_next(o))
		found = is_it(o, license);
	json_free(list);
	free(path);
	return found;
}

bool
license_agree(const struct step_license *license, struct err *err)
{
	char *path = file_path();
	struct json *list = read_agreed(path), *o = json_object();
	struct str text = STR_INIT;
	bool ok;

	json_set_string(o, "name", license->name);
	json_set_string(o, "url", license->url);
	json_set_string(o, "text", license->text);
	json_set_number(o, "at", (double)time(NULL) * 1000);
	json_push(list, o);
	json_print(list, &text);
	ok = path ? file_write(path, str_span(&text), err)
		  : err_set(err, ERR_ENVIRONMENT, "no home folder: an agreement cannot be kept");
	str_fini(&text);
	json_free(list);
	free(path);
	return ok;
}
