/* Bytes are gathered until a frame is whole, and those of stderr frames until a line is. */
#include "build/shimreader.h"

#include <stdlib.h>
#include <string.h>
#include "build/shimwire.h"

#define START_FIELDS 7
#define END_FIELDS 3

void
shim_reader_init(struct shim_reader *r, const struct shim_events *events, void *arg)
{
	*r = (struct shim_reader){ .events = events, .arg = arg };
	lines_init(&r->lines, SHIM_FRAME_MAX, false);
}

void
shim_reader_fini(struct shim_reader *r)
{
	str_fini(&r->in);
	str_fini(&r->start);
	lines_fini(&r->lines);
}

/* Cuts NUL-separated fields out of bytes that end with a NUL; false when there are not as many. */
static bool
read_fields(const struct str *frame, const char **fields, size_t count)
{
	const char *at = str_cstr(frame), *end = at + frame->len;

	for (size_t i = 0; i < count; i++) {
		if (at >= end)
			return false;
		fields[i] = at;
		at += strlen(at) + 1;
	}
	return at <= end;
}

static bool
hear_start(struct shim_reader *r, struct span frame)
{
	const char *fields[START_FIELDS];

	if (r->start.len > 0) /* one rustc a connection */
		return false;
	str_append_span(&r->start, frame);
	if (!read_fields(&r->start, fields, START_FIELDS))
		return false;
	r->unit = (struct shim_unit){
		.target = fields[0],
		.crate = fields[1],
		.type = fields[2],
		.package = fields[3],
		.version = fields[4],
		.is_primary = *fields[5] != '\0',
		.manifest_dir = fields[6],
	};
	r->is_running = true;
	r->events->started(r->arg, &r->unit);
	return true;
}

static void
on_line(void *arg, struct span line, char end)
{
	struct shim_reader *r = arg;

	r->events->line(r->arg, &r->unit, line);
}

static bool
hear_stderr(struct shim_reader *r, struct span frame)
{
	if (!r->is_running)
		return false;
	lines_feed(&r->lines, frame.data, frame.len, on_line, r);
	return true;
}

static bool
hear_question(struct shim_reader *r)
{
	if (!r->is_running)
		return false;
	r->events->asks(r->arg, &r->unit);
	return true;
}

static void
tell_end(struct shim_reader *r, const struct shim_end *end)
{
	if (!r->is_running)
		return;
	lines_end(&r->lines, on_line, r);
	r->is_running = false;
	r->events->ended(r->arg, &r->unit, end);
}

static bool
hear_end(struct shim_reader *r, struct span frame)
{
	const char *fields[END_FIELDS];
	struct shim_end end = { .is_known = true };
	struct str text = STR_INIT;
	bool ok;

	str_append_span(&text, frame);
	if ((ok = r->is_running && read_fields(&text, fields, END_FIELDS))) {
		end.exit_code = (int)strtol(fields[0], NULL, 10);
		end.ms = strtoull(fields[1], NULL, 10);
		end.peak = strtoull(fields[2], NULL, 10) * 1024;
		tell_end(r, &end);
	}
	str_fini(&text);
	return ok;
}

static bool
hear_frame(struct shim_reader *r, char type, struct span frame)
{
	switch (type) {
	case SHIM_START: return hear_start(r, frame);
	case SHIM_ASK: return hear_question(r);
	case SHIM_STDERR: return hear_stderr(r, frame);
	case SHIM_END: return hear_end(r, frame);
	default: return false;
	}
}

static size_t
frame_size(const char *header)
{
	const unsigned char *b = (const unsigned char *)header;

	return b[1] | (size_t)b[2] << 8 | (size_t)b[3] << 16 | (size_t)b[4] << 24;
}

bool
shim_reader_feed(struct shim_reader *r, const char *bytes, size_t len)
{
	size_t at = 0;
	bool ok = true;

	str_append_bytes(&r->in, bytes, len);
	while (ok && r->in.len - at >= SHIM_FRAME_HEADER) {
		const char *header = r->in.data + at;
		size_t size = frame_size(header);

		if (size > SHIM_FRAME_MAX)
			return false;
		if (r->in.len - at - SHIM_FRAME_HEADER < size)
			break;
		ok = hear_frame(r, header[0], (struct span){ header + SHIM_FRAME_HEADER, size });
		at += SHIM_FRAME_HEADER + size;
	}
	str_splice(&r->in, 0, at, "", 0);
	return ok;
}

void
shim_reader_end(struct shim_reader *r)
{
	tell_end(r, &(struct shim_end){ .is_known = false });
}
