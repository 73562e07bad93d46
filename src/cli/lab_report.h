/* lab_report: what a lab measured, as a table for people, as Markdown, CSV, JSON and a picture. */
#pragma once
#include "base/str.h"

struct cli;
struct json;
struct lab;
struct lab_row;

void lab_report_text(const struct cli *cli, const struct lab *lab, struct str *out);
void lab_report_markdown(const struct lab *lab, struct str *out);
void lab_report_csv(const struct lab *lab, struct str *out); /* a row a variant and target */
void lab_report_svg(const struct lab *lab, struct str *out);
/* A row as the event "variant" of `lab --json`. */
struct json *lab_report_row(const struct lab *lab, const struct lab_row *row);
