/* report: how hints are laid out as text for people. */
#pragma once
#include "base/str.h"

#define REPORT_COLUMNS 80

/* Appends the text in at most `rows` lines of REPORT_COLUMNS, each after indent; "…" where it is cut. */
void report_wrap(struct str *out, const char *indent, const char *text, int rows);
