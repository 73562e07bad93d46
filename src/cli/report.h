/* report: a run told on standard output, as lines for people and CI logs, or as JSON lines. */
#pragma once
#include "build/run.h"
#include "cli/cli.h"

struct report;

struct report *report_new(const struct cli *cli, bool json);
void report_free(struct report *r);
/* Tells one event; `run` is the run it belongs to. False when standard output cannot be written. */
bool report_event(struct report *r, const struct run *run, const struct run_event *event);
