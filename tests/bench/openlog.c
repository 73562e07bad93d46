/* openlog: how long it takes until the last page of a kept log can be shown.
 *
 *   openlog write FILE     keeps standard input as the log of a job, with its index
 *   openlog read FILE      opens it again, reads its last page, and prints how long that took as JSON */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "build/logstore.h"

#define PAGE 47 /* rows of a pane alone at 200x50 */

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
take_row(void *arg, size_t line, const struct ansi_line *text)
{
	size_t *bytes = arg;

	*bytes += text->text.len;
}

static int
fail(const struct err *err)
{
	fprintf(stderr, "openlog: %s\n", err->message);
	return 1;
}

static int
write_log(const char *path)
{
	static char bytes[1 << 16];
	struct err err = ERR_INIT;
	struct logstore *log = logstore_create(path, &err);
	size_t n;

	if (!log)
		return fail(&err);
	while ((n = fread(bytes, 1, sizeof bytes, stdin)) > 0)
		logstore_append(log, bytes, n);
	logstore_close(log);
	return 0;
}

static int
read_log(const char *path)
{
	double began = now_ms();
	struct err err = ERR_INIT;
	struct logstore *log = logstore_open(path, &err);
	size_t lines, bytes = 0;

	if (!log)
		return fail(&err);
	lines = logstore_lines(log);
	logstore_read(log, lines > PAGE ? lines - PAGE : 0, PAGE, take_row, &bytes);
	printf("{\"ms\":%.2f,\"lines\":%zu,\"page_bytes\":%zu}\n", now_ms() - began, lines, bytes);
	logstore_close(log);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "write") == 0)
		return write_log(argv[2]);
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		return read_log(argv[2]);
	fprintf(stderr, "usage: openlog write|read FILE\n");
	return 2;
}
