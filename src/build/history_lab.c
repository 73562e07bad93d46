/* Labs are kept whole, each as one line of JSON: nobody asks for a part of one. */
#include "build/history_kind.h"

#include <stdlib.h>
#include "base/alloc.h"
#include "build/lab_result.h"
#include "text/json.h"

#define LABS_KEPT 200 /* of a workspace; some 10 kB each */

static void
say_lost(struct history *h)
{
	struct err err = ERR_INIT;

	err_set(&err, ERR_ENVIRONMENT, "%s: %s: this lab is not recorded", h->path, history_why(h));
	if (h->say)
		h->say(h->arg, &err);
}

bool
history_keep_lab(struct history *h, const char *root, const struct lab_result *lab)
{
	struct str text = STR_INIT;
	struct json *json;
	char *key;
	bool ok;

	if (!h)
		return false;
	json = lab_result_json(lab);
	json_print(json, &text);
	key = history_root_key(root);
	ok = history_use(h) && history_do(h, KEEP_LAB, "ttt", lab->id, key, str_cstr(&text)) &&
		history_do(h, DROP_LABS, "ti", key, (int64_t)LABS_KEPT);
	if (!ok)
		say_lost(h);
	free(key);
	str_fini(&text);
	json_free(json);
	return ok;
}

bool
history_ask_labs(struct history *h, const char *root, const char *id, size_t limit,
	struct history_labs *labs, struct err *err)
{
	struct sqlite3_stmt *st;
	char *key;
	bool ok;

	*labs = (struct history_labs){ 0 };
	if (h->is_reader && !h->db)
		return true;
	if (!history_use(h))
		return err_set(err, ERR_ENVIRONMENT, "%s: %s", h->path, history_why(h));
	key = history_root_key(root);
	st = history_rows(h, LIST_LABS, "tti", key, id, limit ? (int64_t)limit : INT64_MAX);
	while (history_next(h, st))
		vec_push(&labs->results, arena_strdup(&labs->arena, history_text(st, 0)));
	ok = history_end(h, st);
	free(key);
	return ok || err_set(err, ERR_ENVIRONMENT, "%s: %s", h->path, history_why(h));
}

void
history_labs_fini(struct history_labs *labs)
{
	vec_fini(&labs->results);
	arena_fini(&labs->arena);
}
