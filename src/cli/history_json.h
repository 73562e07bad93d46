/* history_json: past runs as the documents of docs/json.md. What comes back is the caller's. */
#pragma once

struct comparison;
struct history_list;
struct history_run;
struct json;

struct json *history_list_json(const struct history_list *list);
struct json *history_run_json(const struct history_run *run); /* in detail */
struct json *comparison_json(const struct history_run *before, const struct history_run *after,
	const struct comparison *c);
