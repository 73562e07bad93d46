/* lab_report: what a lab measured, as a table for people, as Markdown, CSV and a picture. */
#pragma once
#include "base/str.h"

struct cli;
struct lab_file;
struct lab_result;

/* `before`: an earlier lab to compare with, or NULL; for all of these. */
void lab_report_text(const struct cli *cli, const struct lab_result *lab,
	const struct lab_result *before, struct str *out);
void
lab_report_markdown(const struct lab_result *lab, const struct lab_result *before, struct str *out);
/* A row a variant and target. */
void lab_report_csv(const struct lab_result *lab, const struct lab_result *before, struct str *out);
/* Bars of size for each target, and of the time of building. */
void lab_report_svg(const struct lab_result *lab, struct str *out);
/* What makes the files big: of each target in one variant, with -v in all. */
void lab_report_parts(const struct cli *cli, const struct lab_result *lab, struct str *out);
