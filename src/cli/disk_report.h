/* disk_report: trees of a target folder as text and JSON, for disk and clean. */
#pragma once
#include <stdbool.h>
#include "base/str.h"

struct cli;
struct json;
struct target_trees;

/* A table of those chosen (NULL: all), with a column for each kind. */
void disk_report_trees(const struct cli *cli, const struct target_trees *trees, const bool *chosen,
	struct str *out);
/* An array with an object a tree. */
struct json *disk_report_json(const struct target_trees *trees, const bool *chosen);
