/* health_report: the checks of doctor, as text for people and as JSON. */
#pragma once
#include <stddef.h>
#include "cli/cli.h"
#include "ready/health.h"

struct json;

/* Section by section; what is merely not installed is one line a section, or with -v one each. */
void health_print(const struct cli *cli, const struct check *checks, size_t count, struct str *out);
struct json *health_json(const struct check *checks, size_t count);
/* "  ok   ", coloured. */
void health_print_mark(const struct cli *cli, enum check_state state, struct str *out);
