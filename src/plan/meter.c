/* meter: apt-get says "Need to get 31.0 MB of archives." (or "1 MB/31.0 MB", of which the first is still to
 * come) and "Get:4 … [18.1 MB]" as each file begins, and
 * "Fetched 31.0 MB in 3s" at the end; a file has come when the next one begins. */
#include "plan/meter.h"
#include "base/quantity.h"

/* 0 for what is no size. */
static int64_t
size_at(struct span text)
{
	int64_t bytes = quantity_read(text);

	return bytes < 0 ? 0 : bytes;
}

static struct span
behind(struct span text, size_t n)
{
	return (struct span){ text.data + n, text.len - n };
}

static void
file_begins(struct meter *m, int64_t bytes, uint64_t now)
{
	m->done += m->coming;
	m->coming = bytes;
	if (!m->began)
		m->began = now;
	if (m->total && m->done > m->total)
		m->done = m->total;
}

void
meter_line(struct meter *m, struct span line, uint64_t now)
{
	static const struct span need = SPAN("Need to get "), get = SPAN("Get:");
	long bracket;

	if (span_starts(line, need.data)) {
		*m = (struct meter){ .total = size_at(behind(line, need.len)) };
	} else if (m->total && span_starts(line, get.data)) {
		bracket = span_find(line, SPAN("["));
		if (bracket > 0)
			file_begins(m, size_at(behind(line, (size_t)bracket + 1)), now);
	} else if (m->total && span_starts(line, "Fetched ")) {
		m->done = m->total;
		m->coming = 0;
	}
}

int64_t
meter_rate(const struct meter *m, uint64_t now)
{
	uint64_t us = m->began ? now - m->began : 0;

	return us >= 200000 ? (int64_t)((double)m->done * 1e6 / (double)us) : 0;
}
