/* help_tar: archives written by hand, also such as no honest program writes. */
#pragma once
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "io/proc.h"
#include "tests/unit/check.h"

#define TAR_FILE '0'
#define TAR_HARD_LINK '1'
#define TAR_LINK '2'
#define TAR_CHARACTER '3'
#define TAR_BLOCK '4'
#define TAR_DIR '5'
#define TAR_FIFO '6'

/* A header of 512 bytes with a size that need not be that of what follows. */
static inline void
tar_header(struct str *out, const char *name, char type, const char *link, unsigned mode,
	unsigned size)
{
	char head[512] = { 0 };
	unsigned sum = 0;

	snprintf(head, 100, "%s", name);
	snprintf(head + 100, 8, "%07o", mode);
	snprintf(head + 108, 8, "%07o", 0u);
	snprintf(head + 116, 8, "%07o", 0u);
	snprintf(head + 124, 12, "%011o", size);
	snprintf(head + 136, 12, "%011o", 0u);
	head[156] = type;
	snprintf(head + 157, 100, "%s", link ? link : "");
	memcpy(head + 257,
		"ustar\0"
		"00",
		8);
	memset(head + 148, ' ', 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += (unsigned char)head[i];
	snprintf(head + 148, 8, "%06o", sum);
	head[155] = ' ';
	str_append_bytes(out, head, sizeof(head));
}

static inline void
tar_bytes(struct str *out, const void *bytes, size_t len)
{
	str_append_bytes(out, bytes, len);
	if (len % 512)
		str_append_repeat(out, '\0', 512 - len % 512);
}

static inline void
tar_add(struct str *out, const char *name, char type, const char *link, unsigned mode,
	const char *text)
{
	size_t len = text ? strlen(text) : 0;

	tar_header(out, name, type, link, mode, (unsigned)len);
	tar_bytes(out, text, len);
}

static inline void
tar_end(struct str *out)
{
	str_append_repeat(out, '\0', 1024);
}

/* Through a program's standard streams; false where the machine has not got it. */
static inline bool
packed_by(const char *program, struct str *bytes)
{
	const char *const argv[] = { program, "-c", NULL };
	struct proc_spec spec = { .argv = argv, .input = str_span(bytes) };
	struct proc_result result = { 0 };
	bool ok = proc_capture(&spec, 64u << 20, 60000, &result, NULL) &&
		result.end.exit_code == 0 && result.end.signal == 0;

	if (ok) {
		str_clear(bytes);
		str_append_span(bytes, str_span(&result.out));
	}
	proc_result_fini(&result);
	return ok;
}
