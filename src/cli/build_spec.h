/* build_spec: the run that a command line asks for. */
#pragma once
#include "build/order.h"
#include "cli/cli.h"

struct history_run;
struct profile;
struct rules;

/* What the line itself says: targets (maybe none), packages, options. */
struct run_line {
	struct run_spec run; /* borrows the lists below and cli->args; without survey and profile */
	const char **targets, **packages, **bins, **examples, **ways;
	struct arena arena; /* of the ways' words */
};

bool run_line_read(struct run_line *line, const struct cli *cli, struct err *err); /* ERR_USAGE */
void run_line_fini(struct run_line *line);

/* The line, with the project's choice in xtui.toml where it is silent, ready to be started. */
struct build_spec {
	struct run_line line;
	struct order order; /* the run */
	struct profile *profile;
	struct rules *rules;
};

/* Needs survey->workspace and ->toolchain. ERR_USAGE for an unknown target (nearest named), profile
 * option or number; ERR_PARSE for a broken xtui.toml. The rules are the spec's from here on. To be
 * given to build_spec_fini when true. */
bool build_spec_init(struct build_spec *spec, const struct cli *cli, const struct survey *s,
	struct rules *rules, struct err *err);
/* In place of what the line says, what is left of a run that was interrupted. */
bool build_spec_resume(struct build_spec *spec, const struct cli *cli, const struct survey *s,
	const struct history_run *run, struct rules *rules, struct err *err);
void build_spec_fini(struct build_spec *spec);
