/* binary: why a program does not start here or there, from the file itself.
 *
 * What the file asks for is held against the machine; for each thing that is missing the hint rules
 * are asked about the line that the kernel, shell or loader would print, so causes and fixes are
 * those of a log. The evidence is the file's own. */
#pragma once

struct card;
struct explanation;
struct hint_context;
struct rules;
struct str;

/* The machine it shall start on, as far as it counts. */
struct binary_host {
	const char *arch, *os; /* as rustc says them: "x86_64", "linux" */
	const char *glibc;     /* "2.36"; NULL: another libc, or not known */
	const char *root;      /* where its files are: ""; NULL: its files are not known */
};

/* `card` as object_inspect gives it, with the problems that missing_check adds. Never NULL; count 0: nothing
 * speaks against it. `shown` is how the evidence calls the file. */
struct explanation *binary_explain(const struct rules *rules, const struct card *card,
	const char *shown, const struct binary_host *host, const struct hint_context *context);
